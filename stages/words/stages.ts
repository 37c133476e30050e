/** The stages of word vectors: thin wrappers around this folder's functions. */
import { Artifact, F32, F64, f32, f64, Progress, Stage } from "ablate"
import { Effect, Schema } from "effect"
import { directBias, hardDebias, withLengthsOf } from "./debias.ts"
import type { Embedding } from "./Embedding.ts"
import { CasePolicy, readVectors, VectorFormat } from "./readVectors.ts"
import { Vectors, VectorsMeta, Vocabulary } from "./VectorsMeta.ts"

const describeFormat: { readonly [F in VectorFormat]: string } = {
  wink: "GloVe vectors of wink-embeddings (JSON)",
  word2vec: "word2vec vectors (binary)",
  glove: "GloVe vectors (text)",
  fasttext: "fastText vectors (text)"
}

/** The vectors of a vocabulary's words from a file of any supported format; see `readVectors`. */
export const wordVectors = Stage.make("words/vectors", {
  config: Schema.Struct({
    format: VectorFormat,
    /** Values a word; null to take what the file has. */
    dimension: Schema.NullOr(Schema.Int),
    casePolicy: CasePolicy
  }),
  inputs: { file: Artifact.file, vocabulary: Artifact.json(Vocabulary) },
  output: Vectors,
  run: ({ file, vocabulary }, config) =>
    Effect.gen(function* () {
      const progress = yield* Progress
      const report = (done: number, total: number) => progress.report({ current: done, total, unit: "byte" })
      const found = yield* readVectors(file.path, vocabulary, config, report)
      const { words, dimension, missing, lowered, repeated, rows } = found
      const source = `${describeFormat[config.format]}, ${rows.toLocaleString("en-US")} words, ${dimension} values each`
      return {
        tensors: { vectors: f32([words.length, dimension], found.data) },
        meta: { words, dimension, missing, lowered, repeated, source }
      }
    })
})

/** Vectors that hard debiasing cannot treat. */
export class DebiasImpossible extends Schema.TaggedError<DebiasImpossible>()("DebiasImpossible", {
  problem: Schema.String
}) {
  override get message() {
    return `hard debiasing: ${this.problem}`
  }
}

const Pairs = Schema.Array(Schema.Tuple([Schema.String, Schema.String]))

/** {@link VectorsMeta} and what debiasing did. */
export const DebiasedMeta = Schema.Struct({
  ...VectorsMeta.fields,
  debias: Schema.Struct({
    /** Definitional pairs that were complete, so used. */
    definitional: Pairs,
    /** Share of their half differences' squared length along the direction, 0..1. */
    explained: Schema.Finite,
    equalised: Pairs,
    neutralised: Schema.Int,
    /** Mean |cos| between the neutralised words and the direction; null where there are none. */
    directBias: Schema.Struct({ before: Schema.NullOr(Schema.Finite), after: Schema.NullOr(Schema.Finite) })
  })
})
export type DebiasedMeta = typeof DebiasedMeta.Type

/** Vectors, and the direction that was taken out of them. */
export const DebiasedVectors = Artifact.tensors(
  { vectors: F32("words", "dimension"), direction: F64("dimension") },
  DebiasedMeta
)

/** Hard debiasing (Bolukbasi et al. 2016); see `hardDebias`. */
export const debiasedVectors = Stage.make("words/debias", {
  config: Schema.Struct({
    definitional: Pairs,
    equalise: Pairs,
    /** Words that keep their gender, in lower case. */
    genderSpecific: Schema.Array(Schema.String),
    /** `unit`: every vector ends with length 1, as published; `original`: with the length it had before. */
    lengths: Schema.Literals(["unit", "original"])
  }),
  inputs: { vectors: Vectors },
  output: DebiasedVectors,
  run: ({ vectors: { tensors, meta } }, config) =>
    Effect.gen(function* () {
      const raw: Embedding = { ...meta, data: Float64Array.from(tensors.vectors.data) }
      const debiased = hardDebias(raw, config)
      if (debiased === null) {
        const pairs = config.definitional.map((pair) => pair.join("/")).join(", ")
        return yield* new DebiasImpossible({
          problem: `the vectors have both (different) words of none of the definitional pairs ${pairs || "(none given)"}: add the pairs' words to the vocabulary`
        })
      }
      const { direction, explained, used } = debiased.direction
      const result = config.lengths === "unit" ? debiased.embedding : withLengthsOf(debiased.embedding, raw)
      return {
        tensors: {
          vectors: f32([meta.words.length, meta.dimension], Float32Array.from(result.data)),
          direction: f64([meta.dimension], direction)
        },
        meta: {
          ...meta,
          source: `${meta.source}, hard-debiased (${used.length} definitional pairs, ${config.lengths} lengths)`,
          debias: {
            definitional: used,
            explained,
            equalised: debiased.equalised,
            neutralised: debiased.neutralised.length,
            directBias: {
              before: directBias(raw, debiased.neutralised, direction),
              after: directBias(debiased.embedding, debiased.neutralised, direction)
            }
          }
        }
      }
    })
})
