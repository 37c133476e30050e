import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { OUTPUTS } from "../../../stages/coco/CocoSet.ts"
import { labelCounts } from "../../../stages/metrics/LabelBias.ts"
import { RBA_DEFAULTS, rbaCalibrate } from "../../../stages/rba/stages.ts"
import { madeUp, runStage } from "../metrics/cocoArtifacts.ts"

const WIDTH = OUTPUTS.length
const given = madeUp({ train: 600, test: 400, noise: 2 })

const bits = (data: ArrayLike<number>) => ({ rows: data.length / WIDTH, width: WIDTH, data: Uint8Array.from(data) })

/** Largest distance of a predicted share of men from the training part's. */
const furthest = (predicted: ArrayLike<number>) => {
  const { train } = given.split.tensors
  const y = given.rows.tensors.y.data
  const truth = labelCounts(bits([...train.data].flatMap((row) => [...y.subarray(row * WIDTH, (row + 1) * WIDTH)])))
  const said = labelCounts(bits(predicted))
  return Math.max(...truth.map(({ bias }, at) => Math.abs((said[at]?.bias ?? 0) - (bias ?? 0))))
}

describe("rba/calibrate", () => {
  it.effect("replaces the test part's decisions, keeps everything else, and says what it did", () =>
    Effect.gen(function* () {
      // Smaller steps than for a set of thousands, so that so few images settle.
      const config = { ...RBA_DEFAULTS, eta: 0.005, maxIterations: 500, minOccurrences: 0 }
      const { meta, tensors } = yield* runStage(rbaCalibrate, given, config)
      const before = given.predictions.tensors
      const { testPredicted: _, ...kept } = tensors
      const { testPredicted: __, ...expected } = before
      assert.deepStrictEqual(kept, expected)
      assert.deepStrictEqual(tensors.testPredicted?.shape, before.testPredicted?.shape)
      assert.strictEqual(tensors.testPredicted?.dtype, "U8")
      assert.strictEqual(meta.source, "truth through noise, then RBA (textbook, margin 0.05)")
      const { calibration } = meta
      assert.strictEqual(calibration.multipliers.length, 11)
      assert.isAbove(calibration.violatedBefore, 0)
      assert.isTrue(calibration.converged)
      assert.strictEqual(calibration.violatedAfter, 0)
      assert.isAbove(furthest(before.testPredicted?.data ?? []), 0.05)
      assert.isAtMost(furthest(tensors.testPredicted?.data ?? []), 0.05 + 1e-12)
    })
  )
  it.effect("labels too rare to be constrained leave the classifier's decisions as they are", () =>
    Effect.gen(function* () {
      const { meta, tensors } = yield* runStage(rbaCalibrate, given, { ...RBA_DEFAULTS, minOccurrences: 600 })
      assert.deepStrictEqual(tensors.testPredicted?.data, given.predictions.tensors.testPredicted?.data)
      assert.deepStrictEqual(meta.calibration, {
        iterations: 1,
        converged: true,
        violatedBefore: 0,
        violatedAfter: 0,
        multipliers: []
      })
    })
  )
  it.effect("an empty test part stays empty", () =>
    Effect.gen(function* () {
      const empty = madeUp({ train: 50, test: 0, noise: 1 })
      const { tensors } = yield* runStage(rbaCalibrate, empty, { ...RBA_DEFAULTS, minOccurrences: 0 })
      assert.deepStrictEqual(tensors.testPredicted?.shape, [0, WIDTH])
    })
  )
  it.effect("never reads the test part's truth", () =>
    Effect.gen(function* () {
      const y = given.rows.tensors.y.data.slice()
      for (const row of given.split.tensors.test.data)
        for (let at = row * WIDTH; at < (row + 1) * WIDTH; at++) y[at] = 1 - (y[at] ?? 0)
      const rows = { ...given.rows, tensors: { ...given.rows.tensors, y: { ...given.rows.tensors.y, data: y } } }
      const config = { ...RBA_DEFAULTS, form: "released" as const, maxIterations: 20 }
      assert.deepStrictEqual(
        yield* runStage(rbaCalibrate, { ...given, rows }, config),
        yield* runStage(rbaCalibrate, given, config)
      )
    })
  )
})
