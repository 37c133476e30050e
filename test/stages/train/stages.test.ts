import { assert, describe, it } from "@effect/vitest"
import { f32, i32 } from "ablate"
import { Effect } from "effect"
import type { FeaturesMeta } from "../../../stages/eec/features.ts"
import { gather } from "../../../stages/train/Rows.ts"
import { predictEmotion, predictLogistic, trainEmotion, trainLogistic } from "../../../stages/train/stages.ts"
import { firstEighty, plainNetwork } from "./plain.ts"

// Five classes at five corners, so that a linear model tells them apart.
const corners = [
  [4, 0],
  [0, 4],
  [-4, 0],
  [0, -4],
  [0, 0]
]
const count = 100
const x = Float32Array.from({ length: count * 2 }, (_, at) => {
  const row = at >> 1
  return (corners[row % 5]?.[at & 1] ?? 0) + Math.sin(at * 7) * 0.3
})
const meta: FeaturesMeta = {
  dimension: 2,
  extra: "none",
  missingPolicy: "skip",
  tokens: 0,
  missing: [],
  affectedSentences: 0
}
const codes = (of: (row: number) => number) =>
  i32(
    [count],
    Int32Array.from({ length: count }, (_, row) => of(row))
  )
const features = {
  tensors: { x: f32([count, 2], x), y: codes((row) => row % 5), gender: codes((row) => row % 2), race: codes(() => 2) },
  meta
}
const split = firstEighty
const train = plainNetwork

const classes = (output: unknown) => {
  const tensors = (output as { readonly tensors: { readonly predicted: { readonly data: Int32Array } } }).tensors
  return [...tensors.predicted.data]
}
const expected = Array.from({ length: 20 }, (_, at) => (80 + at) % 5)
const runnable = <A>(effect: Effect.Effect<A, unknown, unknown>) => effect as Effect.Effect<A, unknown>

describe("the training stages", () => {
  it.effect("the network learns five separable classes, and predictions are those of the test rows", () =>
    Effect.gen(function* () {
      const model = yield* runnable(trainEmotion.run({ features, split }, { train, seed: 0 }))
      assert.deepStrictEqual(classes(yield* runnable(predictEmotion.run({ features, split, model }, {}))), expected)
    })
  )

  it.effect("the same seed gives the same bits, another seed others", () =>
    Effect.gen(function* () {
      const weights = (seed: number) =>
        runnable(trainEmotion.run({ features, split }, { train: { ...train, epochs: 2 }, seed })).pipe(
          Effect.map((model) => JSON.stringify((model as { readonly tensors: object }).tensors))
        )
      const first = yield* weights(1)
      assert.strictEqual(yield* weights(1), first)
      assert.notStrictEqual(yield* weights(2), first)
    })
  )

  it.effect("logistic regression learns them too, and says that it converged", () =>
    Effect.gen(function* () {
      const config = { C: 1, tolerance: 1e-4, maxIterations: 500 }
      const model = yield* runnable(trainLogistic.run({ features, split }, config))
      assert.isTrue((model as { readonly meta: { readonly converged: boolean } }).meta.converged)
      assert.deepStrictEqual(classes(yield* runnable(predictLogistic.run({ features, split, model }, {}))), expected)
    })
  )

  it.effect("rows that a split names but the features lack are refused by name", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(
        gather(features.tensors, { ...split.tensors, train: i32([1], Int32Array.of(count)) }, "train")
      )
      assert.strictEqual(failure.message, `tensor "train": found row 100, expected rows 0..99`)
    })
  )
})
