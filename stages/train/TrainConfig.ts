/** The configuration of equation 6 of Sen & Ganguly (AAAI 2020): network, objective and optimiser. */
import { Schema } from "effect"
import { Emotion } from "../eec/Sentence.ts"

/** One pair of an emotion and an attribute value whose association is to be unlearnt. */
export const BiasPair = Schema.Struct({
  emotion: Emotion,
  attribute: Schema.Literals(["gender", "race"]),
  value: Schema.Literals(["male", "female", "African-American", "European"])
})
export type BiasPair = typeof BiasPair.Type

/**
 * How a bias task enters the loss. `negative`: equation 6 to the letter, its square loss subtracted, so that shared
 * layer and head both maximise it. `gradient-reversal`: the head minimises it, the shared layer maximises it.
 * `parity`: no head; (E[p_e | a∈U] − E[p_e | a∉U])² over the rows of the emotion is added.
 */
export const BiasObjective = Schema.Literals(["negative", "gradient-reversal", "parity"])
export type BiasObjective = typeof BiasObjective.Type

/** What computes it; `tfjs` is `tfjs-node` where that is installed, else `tfjs-wasm`. */
export const TrainBackend = Schema.Literals(["engine", "tfjs", "tfjs-node", "tfjs-wasm"])

export const TrainFields = {
  /** Units m of the shared layer (the paper tunes 10…; the released code has 200). */
  width: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 4096 })),
  /** `relu` as in the released code, `identity` as in the prose. */
  activation: Schema.Literals(["identity", "relu"]),
  /** `sigmoid`: five of them, as in the released code; `softmax` as in the prose. */
  output: Schema.Literals(["sigmoid", "softmax"]),
  /** `glorot`, or `unit-uniform`: U[0,1) as in the released code. */
  init: Schema.Literals(["glorot", "unit-uniform"]),
  /** `joint`: one Adam on the whole loss. `separate`: the released code's two, each on its term and its parameters. */
  optimiser: Schema.Literals(["joint", "separate"]),
  learningRate: Schema.Finite.check(Schema.isGreaterThan(0)),
  epochs: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })),
  /** Rows a step; null for all of them. */
  batch: Schema.NullOr(Schema.Int.check(Schema.isGreaterThan(0))),
  /** Strength of ½·l2·Σw² on the weights. */
  l2: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)),
  backend: TrainBackend
} as const

/** Configuration of a dense model; without bias tasks `objective`, `lambda` and `tau` are null and enter no key. */
export const TrainConfig = Schema.Struct({
  ...TrainFields,
  pairs: Schema.Array(BiasPair),
  objective: Schema.NullOr(BiasObjective),
  /** Weight λ of the bias tasks. */
  lambda: Schema.NullOr(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))),
  /** Threshold τ of equation 3; 0 as in the released code. */
  tau: Schema.NullOr(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })))
})
export type TrainConfig = typeof TrainConfig.Type
