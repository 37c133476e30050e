import { assert, describe, it } from "@effect/vitest"
import { Artifact, f32, i32, Stage, type Tensor, u8 } from "ablate"
import { Effect } from "effect"
import { OUTPUTS } from "../../../stages/coco/CocoSet.ts"
import { COCO_FIGURES } from "../../../stages/metrics/CocoFigures.ts"
import {
  COCO_CELL_FIGURES,
  cocoFiguresMerge,
  cocoLabelBias,
  cocoLeakage,
  cocoMetrics
} from "../../../stages/metrics/cocoStages.ts"
import { LEAKAGE_DEFAULTS, LEAKAGE_FIGURES, noLeakage } from "../../../stages/metrics/Leakage.ts"
import { madeUp, runStage } from "./cocoArtifacts.ts"

const WIDTH = OUTPUTS.length
const given = madeUp({ train: 300, test: 200, noise: 1.5 })
const { predictions, rows, split } = given
const all = { ...given, baseline: predictions }

const message = (effect: Effect.Effect<unknown, unknown>) => Effect.map(Effect.flip(effect), String)

describe("metrics/coco", () => {
  it.effect("reads both parts in the order of the split", () =>
    Effect.gen(function* () {
      const figures = yield* runStage(cocoMetrics, all)
      assert.sameMembers(Object.keys(figures), [...COCO_FIGURES])
      for (const which of ["train", "test"] as const) {
        const own = split.tensors[which].data
        let right = 0
        for (const [at, row] of own.entries())
          for (let column = 0; column < WIDTH; column++)
            if (
              rows.tensors.y.data[row * WIDTH + column] ===
              predictions.tensors[`${which}Predicted`]?.data[at * WIDTH + column]
            )
              right += 1
        assert.deepStrictEqual(figures[`acc_${which}`], {
          value: right / (own.length * WIDTH),
          n: own.length * WIDTH
        })
      }
      assert.isAbove(figures.acc_test.value ?? 0, 0.85)
      // Its own baseline: nothing reduced.
      assert.strictEqual(figures.reduction_abs.value, 0)
    })
  )
  it.effect("measures the reduction against the baseline's predictions", () =>
    Effect.gen(function* () {
      const worse = madeUp({ train: 300, test: 200, noise: 4 }).predictions
      const baseline = yield* runStage(cocoMetrics, { ...all, predictions: worse, baseline: worse })
      const figures = yield* runStage(cocoMetrics, { ...all, baseline: worse })
      assert.closeTo(
        figures.reduction_abs.value ?? Number.NaN,
        1 - (figures.amp_abs.value ?? 0) / (baseline.amp_abs.value ?? 0),
        1e-12
      )
      assert.deepStrictEqual(figures.amp_abs, (yield* runStage(cocoMetrics, all)).amp_abs)
    })
  )
  it.effect("an empty test part gives figures without a value", () =>
    Effect.gen(function* () {
      const empty = madeUp({ train: 20, test: 0, noise: 1 })
      const figures = yield* runStage(cocoMetrics, { ...empty, baseline: empty.predictions })
      assert.deepStrictEqual(figures.acc_test, { value: null, n: 0, note: "no row" })
      assert.isNotNull(figures.acc_train.value)
    })
  )
  it.effect("refuses what does not fit, and names artifact, tensor and place", () =>
    Effect.gen(function* () {
      const withTensor = (name: string, tensor: Tensor) =>
        message(
          runStage(cocoMetrics, {
            ...all,
            predictions: { ...predictions, tensors: { ...predictions.tensors, [name]: tensor } }
          })
        )
      const shape = [200, WIDTH]
      assert.include(
        yield* withTensor("testPredicted", u8([199, WIDTH], new Uint8Array(199 * WIDTH))),
        "found [199, 12], expected [200, 12]"
      )
      const two = new Uint8Array(200 * WIDTH)
      two[3 * WIDTH + 6] = 2
      assert.include(
        yield* withTensor("testPredicted", u8(shape, two)),
        'found 2 in row 3, output "fork", expected 0 or 1'
      )
      const scores = new Float32Array(200 * WIDTH)
      scores[WIDTH + 11] = Number.NaN
      assert.include(yield* withTensor("testScores", f32(shape, scores)), 'found NaN in row 1, output "man"')
      scores[WIDTH + 11] = 1.5
      assert.include(yield* withTensor("testScores", f32(shape, scores)), "expected a score in [0, 1]")
      const stray = { ...split, tensors: { ...split.tensors, test: i32([1], Int32Array.of(500)) } }
      assert.include(
        yield* message(runStage(cocoMetrics, { ...all, split: stray })),
        'split, tensor "test": found row 500, expected rows 0..499'
      )
    })
  )
})

describe("metrics/label-bias", () => {
  it.effect("says where images and predictions come from, and whether they are made up", () =>
    Effect.gen(function* () {
      const bias = yield* runStage(cocoLabelBias, given)
      assert.strictEqual(bias.labels.length, 11)
      assert.strictEqual(bias.source, "made-up images")
      assert.strictEqual(bias.predictions, "truth through noise")
      assert.isTrue(bias.standIn)
      const inTrain = [...split.tensors.train.data].filter((row) => rows.tensors.y.data[row * WIDTH + 2] === 1)
      const men = inTrain.filter((row) => rows.tensors.y.data[row * WIDTH + 11] === 1)
      assert.strictEqual(bias.labels[2]?.label, "tie")
      assert.strictEqual(bias.labels[2]?.trainPositives, inTrain.length)
      assert.strictEqual(bias.labels[2]?.train, men.length / inTrain.length)
    })
  )
})

describe("metrics/leakage and metrics/merge", () => {
  it.effect("a cell's figures are those of both, or null with the reason where leakage is off", () =>
    Effect.gen(function* () {
      const figures = yield* runStage(cocoMetrics, all)
      const leaks = yield* runStage(cocoLeakage, given, { ...LEAKAGE_DEFAULTS, rounds: 1, seed: 1 })
      assert.isAbove(leaks.leak_data.value ?? 0, 0.5)
      const both = yield* runStage(cocoFiguresMerge, { figures, leakage: [leaks] })
      assert.sameMembers(Object.keys(both), [...COCO_CELL_FIGURES])
      assert.deepStrictEqual(both, { ...figures, ...leaks })
      const off = yield* runStage(cocoFiguresMerge, { figures, leakage: [] })
      assert.deepStrictEqual(off, { ...figures, ...noLeakage("leakage is off (--set leakage=mlp)") })
      assert.isTrue(LEAKAGE_FIGURES.every((name) => off[name].value === null))
    })
  )
  it.effect("takes no two cells' leakage, and is wired with one or none", () =>
    Effect.gen(function* () {
      const figures = yield* runStage(cocoMetrics, all)
      const leakage = [noLeakage("a"), noLeakage("b")]
      assert.include(yield* message(runStage(cocoFiguresMerge, { figures, leakage })), "found 2 nodes, expected one")
      const source = <const N extends string>(names: ReadonlyArray<N>) =>
        Stage.make("test/figures", { output: Artifact.metrics(names), run: () => Effect.die("not run") }).node({})
      const wired = (leaks: number) =>
        cocoFiguresMerge.node({
          figures: source(COCO_FIGURES),
          leakage: Array.from({ length: leaks }, () => source(LEAKAGE_FIGURES))
        })
      assert.deepStrictEqual(Object.keys(wired(0).inputs), ["figures"])
      assert.deepStrictEqual(Object.keys(wired(1).inputs), ["figures", "leakage.0"])
    })
  )
})
