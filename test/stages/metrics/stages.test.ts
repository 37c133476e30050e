import { assert, describe, it } from "@effect/vitest"
import { f32, i32 } from "ablate"
import { Effect } from "effect"
import { generateCorpus } from "../../../stages/eec/corpus.ts"
import { splitRows } from "../../../stages/eec/split.ts"
import { emotionFigures } from "../../../stages/metrics/EmotionFigures.ts"
import { emotionMetrics } from "../../../stages/metrics/stages.ts"

const sample = generateCorpus()
const setup = Effect.map(splitRows(sample, { split: "by-person", seed: 1, fileOrderTrain: null }), (split) => ({
  sample,
  split: {
    tensors: { train: i32([split.train.length], split.train), test: i32([split.test.length], split.test) },
    meta: split.meta
  },
  predicted: Int32Array.from(split.test, (row) => ((sample[row]?.label ?? 0) + (row % 7 === 0 ? 1 : 0)) % 5)
}))
const run = (predicted: Int32Array, scores?: Float32Array): Effect.Effect<unknown, unknown> =>
  Effect.flatMap(
    setup,
    ({ sample, split }) =>
      // The engine's view of a stage has its types erased; this one asks for no service.
      emotionMetrics.run(
        {
          sample,
          split,
          predictions: {
            tensors: {
              predicted: i32([predicted.length], predicted),
              ...(scores === undefined ? {} : { scores: f32([scores.length / 5, 5], scores) })
            }
          }
        },
        {}
      ) as Effect.Effect<unknown, unknown>
  )

describe("metrics/emotion", () => {
  it.effect("evaluates the test rows in the order of the split, and its output encodes", () =>
    Effect.gen(function* () {
      const { predicted, split } = yield* setup
      const figures = yield* run(predicted)
      const rows = [...split.tensors.test.data].flatMap((index) => sample[index] ?? [])
      const train = [...split.tensors.train.data].map((index) => sample[index]?.label ?? -1)
      assert.deepStrictEqual(figures, emotionFigures({ rows, train, predicted, scores: null }))
      const wrong = [...split.tensors.test.data].filter((row) => row % 7 === 0).length
      assert.deepStrictEqual(emotionFigures({ rows, train, predicted, scores: null }).accuracy, {
        value: (predicted.length - wrong) / predicted.length,
        n: predicted.length
      })
      const bytes = yield* emotionMetrics.output.encode(emotionFigures({ rows, train, predicted, scores: null }))
      assert.deepStrictEqual(yield* emotionMetrics.output.decode(bytes), figures)
    })
  )
  it.effect("refuses predictions that do not fit, and names the tensor", () =>
    Effect.gen(function* () {
      const { predicted } = yield* setup
      const message = (effect: Effect.Effect<unknown, unknown>) => Effect.map(Effect.flip(effect), String)
      assert.include(yield* message(run(predicted.subarray(1))), `each of the ${predicted.length} test rows`)
      assert.include(yield* message(run(predicted.map(() => 7))), "the class code 7, expected 0..4")
    })
  )
})
