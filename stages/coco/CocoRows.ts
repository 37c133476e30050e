/** Rows for training: embeddings beside their labels. */
import { Artifact, F32, I32, U8 } from "ablate"
import { Schema } from "effect"
import { OUTPUTS } from "./CocoSet.ts"

/** How embeddings were made. */
export const EmbeddingsMeta = Schema.Struct({
  /** A sentence's noun phrase for captions: extractor, weights, dimension. */
  source: Schema.String,
  /** Whether they are made up, or stand for the paper's ResNet-34. */
  standIn: Schema.Boolean,
  dimension: Schema.Int,
  /** Images left out, by name, and why. */
  skipped: Schema.Array(Schema.Struct({ file: Schema.String, problem: Schema.String }))
})
export type EmbeddingsMeta = typeof EmbeddingsMeta.Type

/** One vector an image; `ids` are the images'. */
export const Embeddings = Artifact.tensors({ x: F32("images", "dimension"), ids: I32("images") }, EmbeddingsMeta)
export type Embeddings = Artifact.Value<typeof Embeddings>

export const RowsMeta = Schema.Struct({
  /** Of the images. */
  source: Schema.String,
  /** Of the embeddings. */
  embeddings: Schema.String,
  standIn: Schema.Boolean,
  /** Images without an embedding. */
  skipped: Schema.Int,
  /** Of those: images whose files are not there, if any. */
  missing: Schema.optionalKey(Schema.Int)
})
export type RowsMeta = typeof RowsMeta.Type

/** Embeddings beside what is true of the images, in the columns of `OUTPUTS`, each 0 or 1. An image without an embedding has no row. */
export const CocoRows = Artifact.tensors(
  { x: F32("rows", "dimension"), y: U8("rows", OUTPUTS.length), ids: I32("rows") },
  RowsMeta
)
export type CocoRows = Artifact.Value<typeof CocoRows>

/** Ascending row indices into the rows. */
export const CocoSplit = Artifact.tensors(
  { train: I32("train"), test: I32("test") },
  Schema.Struct({ train: Schema.Int, test: Schema.Int })
)
export type CocoSplit = Artifact.Value<typeof CocoSplit>

export const CocoPredictionsMeta = Schema.Struct({
  /** What produced them, in few words. */
  source: Schema.String
})
export type CocoPredictionsMeta = typeof CocoPredictionsMeta.Type

/**
 * What a classifier says of the rows of a split, in its order: scores in [0, 1] after the sigmoid, logits before it, and
 * what it predicts: score ≥ .5, or what a post-processing made of it.
 */
export const predictionTensors = {
  trainScores: F32("train", OUTPUTS.length),
  trainLogits: F32("train", OUTPUTS.length),
  trainPredicted: U8("train", OUTPUTS.length),
  testScores: F32("test", OUTPUTS.length),
  testLogits: F32("test", OUTPUTS.length),
  testPredicted: U8("test", OUTPUTS.length)
}

/** Predictions of a classifier, or of what comes after it. */
export const CocoPredictions = Artifact.tensors(predictionTensors, CocoPredictionsMeta)
export type CocoPredictions = Artifact.Value<typeof CocoPredictions>
