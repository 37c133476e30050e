import { assert, describe, it } from "@effect/vitest"
import { f32, i32 } from "ablate"
import { Effect } from "effect"
import type { FeaturesMeta } from "../../../stages/eec/features.ts"
import { trainAdversarial, trainGroupRobust, trainWeighted } from "../../../stages/train/fairStages.ts"
import { type DenseModel, EmotionPredictions } from "../../../stages/train/ModelMeta.ts"
import { predictEmotion, trainEmotion } from "../../../stages/train/stages.ts"
import { produce } from "../produce.ts"
import { firstEighty, plainNetwork } from "./plain.ts"

// Five classes at five corners of a plane, and persons who tell nothing of them.
const corners = [
  [4, 0],
  [0, 4],
  [-4, 0],
  [0, -4],
  [3, 3]
]
const count = 100
const codes = (of: (row: number) => number) =>
  i32(
    [count],
    Int32Array.from({ length: count }, (_, row) => of(row))
  )
const meta: FeaturesMeta = {
  dimension: 2,
  extra: "none",
  missingPolicy: "skip",
  tokens: 0,
  missing: [],
  affectedSentences: 0
}
const x = Float32Array.from(
  { length: count * 2 },
  (_, at) => (corners[(at >> 1) % 5]?.[at & 1] ?? 0) + Math.sin(at * 7) * 0.3
)
const features = {
  tensors: {
    x: f32([count, 2], x),
    y: codes((row) => row % 5),
    gender: codes((row) => (row >> 1) % 2),
    race: codes((row) => (row >> 2) % 3)
  },
  meta
}
const split = firstEighty
const train = plainNetwork
const truth = Array.from({ length: 20 }, (_, at) => (80 + at) % 5)
const weights = (values: ReadonlyArray<number>) => ({
  tensors: { weights: f32([values.length], Float32Array.from(values)) },
  meta: { smallest: 1, largest: 1 }
})
// Progress has a default.
const runnable = <A>(effect: Effect.Effect<A, unknown, unknown>) => effect as Effect.Effect<A, unknown>
const saidBy = (model: DenseModel) =>
  Effect.map(
    produce({ output: EmotionPredictions, run: predictEmotion.run }, { features, split, model }, {}),
    (said) => [...said.tensors.predicted.data]
  )

describe("the training stages of the field's methods", () => {
  it.effect("weights of 1 are the plain network, bit for bit; other weights are another one", () =>
    Effect.gen(function* () {
      const config = { train: { ...train, epochs: 5 }, seed: 3 }
      const plain = yield* produce(trainEmotion, { features, split }, config)
      const ones = Array.from({ length: 80 }, () => 1)
      const weighted = yield* produce(trainWeighted, { features, split, weights: weights(ones) }, config)
      assert.deepStrictEqual(weighted.tensors, plain.tensors)
      const twos = ones.map((one, row) => (row % 5 === 0 ? 2 : one))
      const other = yield* produce(trainWeighted, { features, split, weights: weights(twos) }, config)
      assert.notDeepEqual(other.tensors, plain.tensors)
    })
  )

  it.effect("weights of other rows are refused", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        runnable(trainWeighted.run({ features, split, weights: weights([1, 1]) }, { train, seed: 0 }))
      )
      assert.include(String(error), "found 2 rows, expected one weight for each of the 80 training rows")
    })
  )

  it.effect("group DRO and the adversary learn classes that have nothing to do with the person", () =>
    Effect.gen(function* () {
      for (const attribute of ["gender", "race"] as const) {
        const robust = { train, attribute, step: 0.01, seed: 0 }
        assert.deepStrictEqual(yield* saidBy(yield* produce(trainGroupRobust, { features, split }, robust)), truth)
        const adversarial = { train, attribute, alpha: 0.1, seed: 0 }
        assert.deepStrictEqual(yield* saidBy(yield* produce(trainAdversarial, { features, split }, adversarial)), truth)
      }
    })
  )

  it.effect("the adversary refuses a network that it is not written for", () =>
    Effect.gen(function* () {
      const config = { train: { ...train, output: "softmax" }, attribute: "gender", alpha: 1, seed: 0 } as const
      const error = yield* Effect.flip(runnable(trainAdversarial.run({ features, split }, config)))
      assert.include(String(error), "found relu, softmax and l2 = 0, expected relu, sigmoid and l2 = 0")
    })
  )
})
