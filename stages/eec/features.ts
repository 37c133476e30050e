/** Sentences as sums of their words' vectors (Sen & Ganguly, Eq. 1), with labels and attributes beside. */
import { Artifact, F32, I32 } from "ablate"
import { Effect, Schema } from "effect"
import { type TokenCase, tokens } from "../words/tokens.ts"
import { genderCode, raceCode, type Sentence } from "./Sentence.ts"

/**
 * What a word without a vector adds to its sentence: `skip` nothing (under a sum that is a zero vector), `mean` the
 * mean of the known words' vectors, `error` the stage fails.
 */
export const MissingPolicy = Schema.Literals(["skip", "mean", "error"])
export type MissingPolicy = typeof MissingPolicy.Type

/** Columns behind the vector: gender (0 male, 1 female), race (0 African-American, 1 European, 2 none) or one-hot of it. */
export const ExtraFeature = Schema.Literals(["none", "gender", "race", "race-one-hot"])
export type ExtraFeature = typeof ExtraFeature.Type

/** Words without a vector, in a data set where `error` was asked for. */
export class MissingWords extends Schema.TaggedError<MissingWords>()("MissingWords", {
  words: Schema.Array(Schema.String),
  tokens: Schema.Int
}) {
  override get message() {
    const shown = this.words.slice(0, 10).join(", ")
    const more = this.words.length > 10 ? `, and ${this.words.length - 10} more` : ""
    return `${this.words.length} words of the sample have no vector (${shown}${more}; ${this.tokens} tokens), and the policy for missing words is "error": use "skip" or "mean", or other vectors`
  }
}

/** Known of the features besides the numbers. */
export const FeaturesMeta = Schema.Struct({
  /** Values a sentence. */
  dimension: Schema.Int,
  extra: ExtraFeature,
  missingPolicy: MissingPolicy,
  /** Tokens of all sentences. */
  tokens: Schema.Int,
  /** Words without a vector and how many tokens each one has, by word. */
  missing: Schema.Array(Schema.Struct({ word: Schema.String, tokens: Schema.Int })),
  /** Sentences with at least one such word. */
  affectedSentences: Schema.Int
})
export type FeaturesMeta = typeof FeaturesMeta.Type

/** Sums of word vectors and further columns; class codes 0..4; codes of gender (0..1) and race (0..2). One row a sentence. */
export const SentenceRows = Artifact.tensors(
  { x: F32("rows", "dimension"), y: I32("rows"), gender: I32("rows"), race: I32("rows") },
  FeaturesMeta
)
export type SentenceRows = Artifact.Value<typeof SentenceRows>

export interface Features {
  /** Row-major [sentences, meta.dimension]. */
  readonly x: Float32Array
  /** Class codes 0..4, one a sentence. */
  readonly y: Int32Array
  readonly gender: Int32Array
  readonly race: Int32Array
  readonly meta: FeaturesMeta
}

export interface WordTable {
  readonly words: ReadonlyArray<string>
  readonly dimension: number
  /** Row-major [words, dimension]. */
  readonly data: ArrayLike<number>
}

export interface FeatureOptions {
  /** Must be the case of the words in the table. */
  readonly tokenCase: TokenCase
  readonly missing: MissingPolicy
  readonly extra: ExtraFeature
}

const extraColumns: { readonly [E in ExtraFeature]: (row: Sentence) => ReadonlyArray<number> } = {
  none: () => [],
  gender: (row) => [genderCode(row.gender)],
  race: (row) => [raceCode(row.race)],
  "race-one-hot": (row) => [0, 1, 2].map((code) => (raceCode(row.race) === code ? 1 : 0))
}

const meanVector = ({ words, dimension, data }: WordTable): Float64Array => {
  const mean = new Float64Array(dimension)
  for (let i = 0; i < data.length; i++) mean[i % dimension] = (mean[i % dimension] ?? 0) + (data[i] ?? 0) / words.length
  return mean
}

/**
 * x_i = Σ e(w) over the words w of sentence i: a sum, not a mean, taken in float64 and rounded once. Fails with
 * {@link MissingWords} where the policy is `error` and a word has no vector.
 */
export const sentenceFeatures = (
  sentences: ReadonlyArray<Sentence>,
  table: WordTable,
  options: FeatureOptions
): Effect.Effect<Features, MissingWords> => {
  const rows = new Map(table.words.map((word, row) => [word, row]))
  const missing = new Map<string, number>()
  const substitute = options.missing === "mean" ? meanVector(table) : null
  const extra = extraColumns[options.extra]
  const first = sentences[0]
  const dimension = table.dimension + (first === undefined ? 0 : extra(first).length)
  const x = new Float32Array(sentences.length * dimension)
  const sum = new Float64Array(table.dimension)
  let count = 0
  let affected = 0
  sentences.forEach((sentence, i) => {
    sum.fill(0)
    let whole = true
    for (const word of tokens(sentence.sentence, options.tokenCase)) {
      count += 1
      const row = rows.get(word)
      if (row === undefined) {
        whole = false
        missing.set(word, (missing.get(word) ?? 0) + 1)
        if (substitute !== null) for (let k = 0; k < sum.length; k++) sum[k] = (sum[k] ?? 0) + (substitute[k] ?? 0)
      } else {
        const offset = row * table.dimension
        for (let k = 0; k < sum.length; k++) sum[k] = (sum[k] ?? 0) + (table.data[offset + k] ?? 0)
      }
    }
    if (!whole) affected += 1
    x.set(sum, i * dimension)
    x.set(extra(sentence), i * dimension + table.dimension)
  })
  const words = [...missing.keys()].sort()
  if (options.missing === "error" && words.length > 0) {
    const absent = words.reduce((total, word) => total + (missing.get(word) ?? 0), 0)
    return Effect.fail(new MissingWords({ words, tokens: absent }))
  }
  return Effect.succeed({
    x,
    y: Int32Array.from(sentences, (row) => row.label),
    gender: Int32Array.from(sentences, (row) => genderCode(row.gender)),
    race: Int32Array.from(sentences, (row) => raceCode(row.race)),
    meta: {
      dimension,
      extra: options.extra,
      missingPolicy: options.missing,
      tokens: count,
      missing: words.map((word) => ({ word, tokens: missing.get(word) ?? 0 })),
      affectedSentences: affected
    }
  })
}
