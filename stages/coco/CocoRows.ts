/** Rows for training: embeddings beside their labels. */
import { Schema } from "effect"

/** How embeddings were made; the artifact's tensors are `x` F32 [N, dimension] and `ids` I32 [N], the images' ids in their order. */
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

/**
 * Tensors `x` F32 [N, dimension], `y` U8 [N, 12] (the columns of `OUTPUTS`, each 0 or 1) and `ids` I32 [N]. An image
 * without an embedding has no row.
 */
export const RowsMeta = Schema.Struct({
  /** Of the images. */
  source: Schema.String,
  /** Of the embeddings. */
  embeddings: Schema.String,
  standIn: Schema.Boolean,
  /** Images without an embedding. */
  skipped: Schema.Int
})
export type RowsMeta = typeof RowsMeta.Type

/** Tensors `train` and `test` I32: ascending row indices into the rows. */
export const CocoSplitMeta = Schema.Struct({ train: Schema.Int, test: Schema.Int })
export type CocoSplitMeta = typeof CocoSplitMeta.Type

/**
 * What a classifier says of the rows of a split, in its order: `trainScores`, `testScores` F32 [rows, 12] in [0, 1] after the
 * sigmoid, `trainLogits`, `testLogits` F32 before it, and `trainPredicted`, `testPredicted` U8 [rows, 12]: score ≥ .5, or what
 * a post-processing made of it.
 */
export const CocoPredictionsMeta = Schema.Struct({
  /** What produced them, in few words. */
  source: Schema.String
})
export type CocoPredictionsMeta = typeof CocoPredictionsMeta.Type
