/** The stages of the Equity Evaluation Corpus: thin wrappers around this folder's functions. */
import { Artifact, f32, i32, Stage } from "ablate"
import { Effect, Schema } from "effect"
import { TokenCase, vocabulary } from "../words/tokens.ts"
import { Vectors, VectorsMeta, Vocabulary } from "../words/VectorsMeta.ts"
import { generateCorpus } from "./corpus.ts"
import { COUNT_NAMES, countGroup, Group } from "./counts.ts"
import { readEecCsv } from "./csv.ts"
import { ExtraFeature, FeaturesMeta, MissingPolicy, SentenceRows, sentenceFeatures } from "./features.ts"
import { Sentence } from "./Sentence.ts"
import { SplitKind, SplitRows, splitRows } from "./split.ts"
import { Scheme, subsample, thinned } from "./subsample.ts"

/** All 8,640 sentences, generated in the official order. */
export const eecCorpus = Stage.make("eec/corpus", {
  output: Artifact.table(Sentence),
  run: () => Effect.sync(generateCorpus)
})

/** The sentences of the user's official CSV; the unchanged file gives the same artifact as {@link eecCorpus}. */
export const eecFromCsv = Stage.make("eec/csv", {
  inputs: { csv: Artifact.file },
  output: Artifact.table(Sentence),
  run: ({ csv }) => readEecCsv(csv.path)
})

/** A biased sampling of the corpus, or all of it. */
export const eecSubsample = Stage.make("eec/subsample", {
  config: Schema.Struct({ scheme: Scheme, seed: Schema.Int }),
  inputs: { corpus: Artifact.table(Sentence) },
  output: Artifact.table(Sentence),
  run: ({ corpus }, { scheme, seed }) => Effect.sync(() => subsample(corpus, scheme, seed))
})

/** One row of Table 2: the sentences of a group by emotion. */
export const eecCounts = Stage.make("eec/counts", {
  config: Schema.Struct({ group: Group }),
  inputs: { sample: Artifact.table(Sentence) },
  output: Artifact.metrics(COUNT_NAMES),
  run: ({ sample }, { group }) => Effect.sync(() => countGroup(sample, group))
})

/** The rows of the training and the test part; see `splitRows`. */
export const eecSplit = Stage.make("eec/split", {
  config: Schema.Struct({
    split: SplitKind,
    seed: Schema.Int,
    /** Training rows of `file-order`; null for the first 80 %. */
    fileOrderTrain: Schema.NullOr(Schema.Int)
  }),
  inputs: { sample: Artifact.table(Sentence) },
  output: SplitRows,
  run: ({ sample }, config) =>
    Effect.map(splitRows(sample, config), ({ train, test, meta }) => ({
      tensors: { train: i32([train.length], train), test: i32([test.length], test) },
      meta
    }))
})

/** One part of a split by itself: what is made of the training part cannot depend on the test rows, nor the other way round. */
export const eecPart = Stage.make("eec/part", {
  config: Schema.Struct({ part: Schema.Literals(["train", "test"]) }),
  inputs: { split: SplitRows },
  output: SplitRows,
  run: ({ split: { meta, tensors } }, { part }) => {
    const none = i32([0], new Int32Array(0))
    return Effect.succeed(
      part === "train"
        ? { tensors: { train: tensors.train, test: none }, meta: { ...meta, test: 0 } }
        : { tensors: { train: none, test: tensors.test }, meta: { ...meta, train: 0 } }
    )
  }
})

/** A split of the whole corpus whose training rows alone are sampled; its test rows stay. */
export const eecThinTraining = Stage.make("eec/thin-training", {
  config: Schema.Struct({ scheme: Scheme, seed: Schema.Int }),
  inputs: { corpus: Artifact.table(Sentence), split: SplitRows },
  output: SplitRows,
  run: ({ corpus, split }, { scheme, seed }) =>
    Effect.sync(() => {
      const train = thinned(corpus, split.tensors.train.data, scheme, seed)
      return {
        tensors: { ...split.tensors, train: i32([train.length], train) },
        meta: { ...split.meta, train: train.length }
      }
    })
})

/** The sorted words of the corpus' sentences, and `extra` words (those that debiasing needs). */
export const eecVocabulary = Stage.make("eec/vocabulary", {
  config: Schema.Struct({ tokenCase: TokenCase, extra: Schema.Array(Schema.String) }),
  inputs: { corpus: Artifact.table(Sentence) },
  output: Artifact.json(Vocabulary),
  run: ({ corpus }, { tokenCase, extra }) =>
    Effect.sync(() =>
      vocabulary(
        corpus.map((row) => row.sentence),
        tokenCase,
        extra
      )
    )
})

/** The sample as rows to train on; see `sentenceFeatures`. */
export const eecFeatures = Stage.make("eec/features", {
  config: Schema.Struct({
    /** The case that the vocabulary was made with. */
    tokenCase: TokenCase,
    missing: MissingPolicy,
    extra: ExtraFeature
  }),
  inputs: { sample: Artifact.table(Sentence), vectors: Vectors },
  output: SentenceRows,
  run: ({ sample, vectors }, config) =>
    sentenceFeatures(sample, { ...vectors.meta, data: vectors.tensors.vectors.data }, config).pipe(
      Effect.map(({ x, y, gender, race, meta }) => ({
        tensors: {
          x: f32([sample.length, meta.dimension], x),
          y: i32([sample.length], y),
          gender: i32([sample.length], gender),
          race: i32([sample.length], race)
        },
        meta
      }))
    )
})

const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`

const missingEffect: { readonly [P in MissingPolicy]: string } = {
  skip: "left out of the sums",
  mean: "replaced by the mean vector",
  error: "not allowed"
}

/** What a table says of its vectors and of the words they lack. */
export const eecNotes = Stage.make("eec/notes", {
  inputs: { vectors: Artifact.metadata(VectorsMeta), features: Artifact.metadata(FeaturesMeta) },
  output: Artifact.notes,
  pool: "inline",
  run: ({ vectors: { meta: vectors }, features: { meta: features } }) => {
    const absent = features.missing.reduce((total, word) => total + word.tokens, 0)
    const words = features.missing.map(({ word, tokens }) => `"${word}" ${tokens.toLocaleString("en-US")}`)
    const shown = words.length > 12 ? [...words.slice(0, 12), `${words.length - 12} more`] : words
    const found = `Every word of the corpus has a vector.`
    const lacking = `${counted(words.length, "word", "words")} of the corpus without a vector (${shown.join(", ")} tokens), ${missingEffect[features.missingPolicy]}: ${counted(absent, "token", "tokens")} of ${features.tokens.toLocaleString("en-US")}, in ${counted(features.affectedSentences, "sentence", "sentences")}.`
    const repeated = `${counted(vectors.repeated, "further row", "further rows")} of words already read in the vector file; the first row counts.`
    return Effect.succeed({
      caption: [`Word vectors: ${vectors.source}.`],
      notes: [words.length === 0 ? found : lacking, ...(vectors.repeated === 0 ? [] : [repeated])]
    })
  }
})
