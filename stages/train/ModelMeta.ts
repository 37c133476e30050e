/** Trained emotion models: their weights, and what they say of themselves. */
import { Artifact, F32, F64, I32 } from "ablate"
import { Schema } from "effect"
import { EMOTION_LABELS } from "../eec/Sentence.ts"

const fields = {
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
}

/** The network of equation 5: `trunk.0.weight` [width, inputs], `heads.y.weight` [5, width], and a head a bias task. */
export const DenseModel = Artifact.tensors(
  { parameters: Artifact.record(F32("...")) },
  Schema.Struct({
    kind: Schema.Literal("dense"),
    inputs: Schema.Int,
    /** Of the shared layer. */
    width: Schema.Int,
    activation: Schema.Literals(["identity", "relu"]),
    output: Schema.Literals(["sigmoid", "softmax"]),
    ...fields
  })
)
export type DenseModel = Artifact.Value<typeof DenseModel>

export const LogisticModel = Artifact.tensors(
  { weights: F64("classes", "inputs"), intercepts: F64("classes") },
  Schema.Struct({
    kind: Schema.Literal("logistic"),
    inputs: Schema.Int,
    width: Schema.Null,
    activation: Schema.Null,
    output: Schema.Literal("softmax"),
    ...fields
  })
)
export type LogisticModel = Artifact.Value<typeof LogisticModel>

/** What is said of rows: scores in [0, 1], and the class of the largest one (the first of equals). */
export const EmotionPredictions = Artifact.tensors(
  { scores: F32("rows", EMOTION_LABELS.length), predicted: I32("rows") },
  Schema.Struct({ rows: Schema.Int })
)
