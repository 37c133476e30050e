/** What stages pass to each other besides the numbers of word vectors. */
import { Artifact, F32, F64 } from "ablate"
import { Schema } from "effect"

/** A sorted list of words: what a reader looks for. */
export const Vocabulary = Schema.Array(Schema.String)

/** Known of a set of vectors besides the numbers. */
export const VectorsMeta = Schema.Struct({
  /** Words of the rows, in order. */
  words: Schema.Array(Schema.String),
  dimension: Schema.Int,
  /** Wanted words that the file lacks. */
  missing: Schema.Array(Schema.String),
  /** Wanted words found by their lower-case spelling only. */
  lowered: Schema.Array(Schema.String),
  /** Further rows of wanted words; the first row counts. */
  repeated: Schema.Int,
  /** One sentence on where the vectors come from and what was done to them. */
  source: Schema.String
})
export type VectorsMeta = typeof VectorsMeta.Type

/** One vector a word; and the direction that was taken out of them, where one was. */
export const Vectors = Artifact.tensors(
  { vectors: F32("words", "dimension"), direction: Artifact.optional(F64("dimension")) },
  VectorsMeta
)
