import { assert, describe, it } from "@effect/vitest"
import { f32, i32, u8 } from "ablate"
import { Effect } from "effect"
import type { CocoPredictions } from "../../../stages/coco/CocoRows.ts"
import { OUTPUTS } from "../../../stages/coco/CocoSet.ts"
import type { DescriptorModel } from "../../../stages/descriptor/DescriptorMeta.ts"
import { fitDescriptor } from "../../../stages/descriptor/stages.ts"
import type { MultiLabelConfig } from "../../../stages/train/MultiLabelConfig.ts"
import { AUXILIARY_DEFAULTS, MULTI_LABEL_DEFAULTS } from "../../../stages/train/MultiLabelConfig.ts"
import type { MultiLabelModel } from "../../../stages/train/MultiLabelMeta.ts"
import {
  predictMultiLabels,
  trainMultiLabelAuxiliary,
  trainMultiLabelBaseline,
  trainMultiLabelOnline
} from "../../../stages/train/multiLabelStages.ts"

// Column k of an input is 1 where output k is, so that a linear model tells all of them.
const COUNT = 60
const WIDTH = OUTPUTS.length
const label = (row: number, unit: number) => ((row * (unit + 3) + unit * unit) % 7 < 3 ? 1 : 0)
const y = Uint8Array.from({ length: COUNT * WIDTH }, (_, at) => label(Math.floor(at / WIDTH), at % WIDTH))
const x = Float32Array.from(y, (value, at) => value + Math.sin(at * 3) * 0.1)
const range = (from: number, to: number) =>
  i32(
    [to - from],
    Int32Array.from({ length: to - from }, (_, at) => from + at)
  )
const rows = {
  tensors: { x: f32([COUNT, WIDTH], x), y: u8([COUNT, WIDTH], y), ids: range(0, COUNT) },
  meta: { source: "test images", embeddings: "made up", standIn: true, skipped: 0 }
}
const split = { tensors: { train: range(0, 50), test: range(50, 60) }, meta: { train: 50, test: 10 } }
const synthetic = { tensors: { x: f32([30, WIDTH], x.slice(0, 30 * WIDTH)) } }
const train: MultiLabelConfig = { ...MULTI_LABEL_DEFAULTS, hidden: [16], learningRate: 0.02, batch: 10, l2: 0 }

// The erased run is what the engine calls after decoding; its output is the stage's.
const model = (effect: Effect.Effect<unknown, unknown, unknown>) => effect as Effect.Effect<MultiLabelModel, unknown>
const predictions = (trained: MultiLabelModel) =>
  predictMultiLabels.run({ rows, split, model: trained }, {}) as Effect.Effect<CocoPredictions, unknown>

const descriptor = fitDescriptor.run(
  { rows, split },
  {
    energy: { kind: "linear", filters: 8, tolerance: null },
    sigma: 1,
    epsilon: 0.2,
    steps: 5,
    chains: 16,
    learningRate: 0.01,
    beta1: 0.9,
    iterations: 5,
    clip: 1,
    seed: 1
  }
) as Effect.Effect<DescriptorModel, unknown>

describe("the multi-label stages", () => {
  it.effect("learn labels that a linear model tells, and predict train and test rows in the split's order", () =>
    Effect.gen(function* () {
      const trained = yield* model(trainMultiLabelBaseline.run({ rows, split }, { train, seed: 1 }))
      assert.strictEqual(trained.meta.auxiliary, null)
      assert.deepStrictEqual(Object.keys(trained.meta.terms), ["main"])
      const { meta, tensors } = yield* predictions(trained)
      assert.deepStrictEqual([...tensors.testPredicted.data], [...y.slice(50 * WIDTH)])
      assert.deepStrictEqual([...tensors.trainPredicted.data], [...y.slice(0, 50 * WIDTH)])
      assert.strictEqual(meta.source, "classifier (bce-sum, 50 epochs)")
      const { testLogits, testPredicted, testScores } = tensors
      testScores.data.forEach((score, at) => {
        assert.closeTo(score, 1 / (1 + Math.exp(-(testLogits.data[at] ?? Number.NaN))), 1e-6)
        assert.strictEqual(testPredicted.data[at], score >= 0.5 ? 1 : 0)
      })
    })
  )

  it.effect("with the auxiliary task, the model says what it asked for and how far it came", () =>
    Effect.gen(function* () {
      const auxiliary = { ...AUXILIARY_DEFAULTS, lambda: 2 }
      const trained = yield* model(
        trainMultiLabelAuxiliary.run({ rows, split, synthetic }, { train, auxiliary, seed: 1 })
      )
      const { terms } = trained.meta
      assert.sameMembers(Object.keys(terms), ["main", "auxiliary", "auxiliary/hard"])
      assert.strictEqual(terms["auxiliary/hard"]?.length, 50)
      assert.strictEqual(trained.meta.auxiliary?.samples, 30)
      assert.strictEqual(trained.meta.auxiliary?.targets.length, 11)
      trained.meta.loss.forEach((loss, epoch) => {
        assert.closeTo(loss, (terms.main?.[epoch] ?? Number.NaN) + (terms.auxiliary?.[epoch] ?? Number.NaN), 1e-12)
      })
      const { meta } = yield* predictions(trained)
      assert.include(meta.source, "with auxiliary task (product, man, λ 2, 30 samples drawn once)")
    })
  )

  it.effect("online: every epoch has rows of its own from the descriptor model, the same for the same seed", () =>
    Effect.gen(function* () {
      const learnt = yield* descriptor
      const online = (steps: number, lambda: number, seed = 1) =>
        model(
          trainMultiLabelOnline.run(
            { rows, split, descriptor: learnt },
            {
              train: { ...train, epochs: 4 },
              auxiliary: { ...AUXILIARY_DEFAULTS, lambda, rowsPerStep: 11, frequencies: "pass" },
              draw: { samples: 24, steps, burnIn: 10 },
              seed
            }
          )
        )
      const trained = yield* online(3, 5)
      assert.isTrue(trained.meta.auxiliary?.online)
      assert.strictEqual(trained.meta.auxiliary?.samples, 24)
      assert.deepStrictEqual(yield* online(3, 5), trained)
      // Other steps between draws are other rows, and other rows from the second epoch on.
      const other = yield* online(9, 5)
      assert.strictEqual(other.meta.loss[0], trained.meta.loss[0])
      assert.notStrictEqual(other.meta.loss[1], trained.meta.loss[1])
      const idle = yield* online(3, 0)
      const baseline = yield* model(
        trainMultiLabelBaseline.run({ rows, split }, { train: { ...train, epochs: 4 }, seed: 1 })
      )
      assert.deepStrictEqual(idle.tensors, baseline.tensors)
    })
  )

  it.effect("models pass through their artifact", () =>
    Effect.gen(function* () {
      const trained = yield* model(
        trainMultiLabelBaseline.run({ rows, split }, { train: { ...train, epochs: 2, standardise: true }, seed: 1 })
      )
      const artifact = trainMultiLabelBaseline.output
      const back = yield* artifact.decode(yield* artifact.encode(trained))
      assert.deepStrictEqual(back.meta, trained.meta)
      assert.deepStrictEqual(back.tensors.mean?.data, trained.tensors.mean?.data)
    })
  )
})
