/** What a trained emotion model says of itself besides its weights. */
import { Schema } from "effect"

/** `dense`: tensors `trunk.0.weight` [m, d] and `heads.<name>.weight`; `logistic`: `weights` [5, d], `intercepts` [5]. */
export const ModelMeta = Schema.Struct({
  kind: Schema.Literals(["dense", "logistic"]),
  /** Inputs d. */
  inputs: Schema.Int,
  /** Shared width m; null for the logistic model. */
  width: Schema.NullOr(Schema.Int),
  activation: Schema.NullOr(Schema.Literals(["identity", "relu"])),
  output: Schema.Literals(["sigmoid", "softmax"]),
  /** Bias tasks whose response is ever 1: `fear/female`. A task below τ is not among them. */
  activeTasks: Schema.Array(Schema.String),
  /** Passes over the training rows, or iterations. */
  epochs: Schema.Int,
  /** The loss after each epoch or iteration. */
  loss: Schema.Array(Schema.Finite),
  /** Each term of the loss, by name. */
  terms: Schema.Record(Schema.String, Schema.Array(Schema.Finite)),
  /** False where the logistic model stopped before its tolerance. */
  converged: Schema.Boolean,
  /** The numerics that made it. */
  numerics: Schema.String
})
export type ModelMeta = typeof ModelMeta.Type
