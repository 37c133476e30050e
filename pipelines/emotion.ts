/** The emotion study: from the corpus and word vectors to the figures of one classifier. */
import { External, type Node, Pipeline } from "ablate"
import { Schema } from "effect"
import { ExtraFeature, MissingPolicy, type SentenceRows } from "../stages/eec/features.ts"
import type { Sentence } from "../stages/eec/Sentence.ts"
import { SplitKind, type SplitRows } from "../stages/eec/split.ts"
import {
  eecCorpus,
  eecFeatures,
  eecFromCsv,
  eecNotes,
  eecSplit,
  eecSubsample,
  eecThinTraining,
  eecVocabulary
} from "../stages/eec/stages.ts"
import { Scheme } from "../stages/eec/subsample.ts"
import { emotionMetrics, emotionRows } from "../stages/metrics/stages.ts"
import { predictEmotion, predictLogistic, trainEmotion, trainLogistic, trueClasses } from "../stages/train/stages.ts"
import { TrainConfig } from "../stages/train/TrainConfig.ts"
import {
  DEBIAS_WORDS,
  DEFINITIONAL_PAIRS,
  EEC_GENDER_SPECIFIC,
  EQUALISE_PAIRS,
  OUTSIDE_GENDER_SPECIFIC
} from "../stages/words/genderWords.ts"
import { CasePolicy, VectorFormat } from "../stages/words/readVectors.ts"
import { debiasedVectors, wordVectors } from "../stages/words/stages.ts"
import { TokenCase } from "../stages/words/tokens.ts"
import { winkFile } from "../stages/words/winkFile.ts"

/** Where word vectors come from. */
export const Words = Schema.Struct({
  format: VectorFormat,
  /** A file of that format; null for the vectors that come with the project. */
  path: Schema.NullOr(Schema.String),
  /** What the file must have; null to take what it has. */
  dimension: Schema.NullOr(Schema.Int),
  casePolicy: CasePolicy,
  tokenCase: TokenCase,
  missing: MissingPolicy
})
export type Words = typeof Words.Type

/** The classifier: equation 6, L2-regularised logistic regression, or the test rows' own classes (`truth`: what the split alone gives). */
export const Model = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("dense"), train: TrainConfig }),
  Schema.Struct({
    kind: Schema.Literal("logistic"),
    C: Schema.Finite,
    tolerance: Schema.Finite,
    maxIterations: Schema.Int
  }),
  Schema.Struct({ kind: Schema.Literal("truth") })
])
export type Model = typeof Model.Type

const Params = Schema.Struct({
  /** A user's official CSV; null for the generated corpus. */
  csv: Schema.NullOr(Schema.String),
  words: Words,
  /** Whether the vectors are hard-debiased first. */
  debias: Schema.Boolean,
  scheme: Scheme,
  /** What the scheme samples: the corpus before it is split, or the training part alone. */
  sampled: Schema.Literals(["corpus", "training"]),
  extra: ExtraFeature,
  split: SplitKind,
  fileOrderTrain: Schema.NullOr(Schema.Int),
  model: Model,
  seed: Schema.Int
})
export type Emotion = typeof Params.Type

/** The corpus: generated, or the user's own copy. */
export const corpusNode = (csv: string | null): Node<ReadonlyArray<Sentence>> =>
  csv === null ? eecCorpus.node({}) : eecFromCsv.node({ csv: External.file(csv, "--set eec.csv") })

/** The vectors of the corpus' words, hard-debiased or as they are. */
export const vectorsNode = (corpus: Node<ReadonlyArray<Sentence>>, words: Words, debias: boolean) => {
  const { casePolicy, dimension, format, path, tokenCase } = words
  const vocabulary = eecVocabulary.node({ corpus }, { tokenCase, extra: DEBIAS_WORDS })
  const file = External.file(path ?? winkFile(), path === null ? "the embedded vectors" : "--set words.path")
  const vectors = wordVectors.node({ file, vocabulary }, { format, dimension, casePolicy })
  return debias
    ? debiasedVectors.node(
        { vectors },
        {
          definitional: DEFINITIONAL_PAIRS,
          equalise: EQUALISE_PAIRS,
          genderSpecific: [...EEC_GENDER_SPECIFIC, ...OUTSIDE_GENDER_SPECIFIC],
          lengths: "unit"
        }
      )
    : vectors
}

interface Rows {
  readonly features: Node<SentenceRows>
  readonly split: Node<SplitRows>
}

const trained = (rows: Rows, train: TrainConfig, seed: number) => {
  const model = trainEmotion.node(rows, { train, seed })
  return { model, predictions: predictEmotion.node({ ...rows, model }) }
}

const regressed = (rows: Rows, { C, maxIterations, tolerance }: Extract<Model, { kind: "logistic" }>) => {
  const model = trainLogistic.node(rows, { C, tolerance, maxIterations })
  return { model, predictions: predictLogistic.node({ ...rows, model }) }
}

const judgedBy = (rows: Rows, sample: Node<ReadonlyArray<Sentence>>, { model, seed }: Emotion) => {
  switch (model.kind) {
    case "dense":
      return trained(rows, model.train, seed)
    case "logistic":
      return regressed(rows, model)
    case "truth":
      return { model: undefined, predictions: trueClasses.node({ sample, split: rows.split }) }
  }
}

export const emotion = Pipeline.make("emotion", Params, (p) => {
  const corpus = corpusNode(p.csv)
  const vectors = vectorsNode(corpus, p.words, p.debias)
  const sample = p.sampled === "corpus" ? eecSubsample.node({ corpus }, { scheme: p.scheme, seed: p.seed }) : corpus
  const features = eecFeatures.node(
    { sample, vectors },
    { tokenCase: p.words.tokenCase, missing: p.words.missing, extra: p.extra }
  )
  const whole = eecSplit.node({ sample }, { split: p.split, seed: p.seed, fileOrderTrain: p.fileOrderTrain })
  const split =
    p.sampled === "corpus" || p.scheme === "none"
      ? whole
      : eecThinTraining.node({ corpus, split: whole }, { scheme: p.scheme, seed: p.seed })
  const { model, predictions } = judgedBy({ features, split }, sample, p)
  // The words that are missing are counted over the whole corpus, once for all samplings.
  const allFeatures = eecFeatures.node(
    { sample: corpus, vectors },
    { tokenCase: p.words.tokenCase, missing: p.words.missing, extra: "none" }
  )
  const tested = { sample, split, predictions }
  return {
    ...(model === undefined ? {} : { model }),
    predictions,
    metrics: emotionMetrics.node(tested),
    contributions: emotionRows.node(tested),
    notes: eecNotes.node({ vectors, features: allFeatures })
  }
})
