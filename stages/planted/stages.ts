/** The stages of the planted-bias experiment that treat rows: thin wrappers around this folder's functions. */
import { Artifact, F32, f32, I32, i32, Select, Stage } from "ablate"
import { Effect, Schema } from "effect"
import { EMOTION_LABELS, Sentence } from "../eec/Sentence.ts"
import { SplitRows, splitRows } from "../eec/split.ts"
import { PLANTED_FIGURES, plantedFigures } from "../metrics/PlantedFigures.ts"
import { type EvaluationInputs, evaluationInputs, evaluationOf } from "../metrics/stages.ts"
import { RowWeights } from "../train/fairStages.ts"
import { DenseModel } from "../train/ModelMeta.ts"
import { BiasPair } from "../train/TrainConfig.ts"
import { augmented } from "./counterfactual.ts"
import { DerivedPredictions, deriveDecisions } from "./derived.ts"
import { groupsOf } from "./Groups.ts"
import { attributeOf, planted, Share, sidesOf } from "./plant.ts"
import { resample, reweigh } from "./reweigh.ts"

const Pairs = Schema.Array(BiasPair)

const withTraining = ({ meta, tensors }: SplitRows, train: Int32Array): SplitRows => ({
  tensors: { ...tensors, train: i32([train.length], train) },
  meta: { ...meta, train: train.length }
})

/** A split whose training part has a planted bias; see `planted`. */
export const plantBias = Stage.make("planted/plant", {
  config: Schema.Struct({ pairs: Pairs, share: Share, seed: Schema.Int }),
  inputs: { corpus: Artifact.table(Sentence), split: SplitRows },
  output: SplitRows,
  run: ({ corpus, split }, config) =>
    Effect.map(planted(corpus, split.tensors.train.data, config), (train) => withTraining(split, train))
})

const figuresOf = Effect.fnUntraced(function* (given: EvaluationInputs, pairs: ReadonlyArray<BiasPair>) {
  const attribute = yield* attributeOf(pairs)
  const weighed = yield* Effect.forEach(pairs, (pair) =>
    Effect.map(sidesOf(pair), ({ disfavoured, favoured }) => ({ ...pair, value: favoured, other: disfavoured }))
  )
  return plantedFigures(yield* evaluationOf(given), attribute, weighed)
})

/** All figures of one classifier under a planted bias; see `plantedFigures`. */
export const plantedMetrics = Stage.make("planted/metrics", {
  config: Schema.Struct({ pairs: Pairs }),
  inputs: evaluationInputs,
  output: Artifact.metrics(PLANTED_FIGURES),
  run: (given, { pairs }) => figuresOf(given, pairs)
})

/** The same figures on a test part, and the width of the network. */
export const tunedMetrics = Stage.make("planted/tuned-metrics", {
  config: Schema.Struct({ pairs: Pairs }),
  inputs: { ...evaluationInputs, model: Artifact.metadata(Schema.Struct({ width: Schema.Int })) },
  output: Artifact.metrics([...PLANTED_FIGURES, "width"]),
  run: ({ model, ...given }, { pairs }) =>
    Effect.map(figuresOf(given, pairs), (figures) => ({ ...figures, width: { value: model.meta.width } }))
})

/** The stages that choose one of several networks by a figure of the validation part, and the one that hands it on. */
export const bestAccuracy = Select.choice("planted/best-accuracy", { metric: "accuracy", better: "higher" })
export const bestWorstGroup = Select.choice("planted/best-worst-group", { metric: "worst_group", better: "higher" })
export const chosenModel = Select.chosen("planted/chosen-model", DenseModel)

/** Weights of the training rows that make class and attribute independent; see `reweigh`. */
export const reweighRows = Stage.make("planted/reweigh", {
  config: Schema.Struct({ pairs: Pairs }),
  inputs: { corpus: Artifact.table(Sentence), split: SplitRows },
  output: RowWeights,
  run: ({ corpus, split }, { pairs }) =>
    Effect.map(attributeOf(pairs), (attribute) => {
      const weights = reweigh(groupsOf(corpus, split.tensors.train.data, attribute))
      return {
        tensors: { weights: f32([weights.length], weights) },
        meta: { smallest: Math.min(...weights), largest: Math.max(...weights) }
      }
    })
})

/** A split whose training rows are drawn so that class and attribute are independent; see `resample`. */
export const resampleRows = Stage.make("planted/resample", {
  config: Schema.Struct({ pairs: Pairs, seed: Schema.Int }),
  inputs: { corpus: Artifact.table(Sentence), split: SplitRows },
  output: SplitRows,
  run: ({ corpus, split }, { pairs, seed }) =>
    Effect.map(attributeOf(pairs), (attribute) => {
      const train = split.tensors.train.data
      const chosen = resample(groupsOf(corpus, train, attribute), seed)
      return withTraining(
        split,
        chosen.map((position) => train[position] ?? 0)
      )
    })
})

/** A split whose training rows have their counterparts beside them; see `augmented`. */
export const augmentRows = Stage.make("planted/counterfactual", {
  config: Schema.Struct({ pairs: Pairs }),
  inputs: { corpus: Artifact.table(Sentence), split: SplitRows },
  output: SplitRows,
  run: ({ corpus, split }, { pairs }) =>
    Effect.gen(function* () {
      const attribute = yield* attributeOf(pairs)
      return withTraining(split, yield* augmented(corpus, split.tensors, attribute))
    })
})

/** The training part divided again: its emotion words for training, and others, unseen, to fit what comes after training. */
export const validationRows = Stage.make("planted/validation", {
  config: Schema.Struct({ seed: Schema.Int }),
  inputs: { corpus: Artifact.table(Sentence), split: SplitRows },
  output: SplitRows,
  run: ({ corpus, split }, { seed }) =>
    Effect.gen(function* () {
      const rows = split.tensors.train.data
      const sample = [...rows].flatMap((index) => corpus[index] ?? [])
      const inner = yield* splitRows(sample, { split: "by-emotion-word", seed, fileOrderTrain: null })
      const [train, test] = [inner.train, inner.test].map((part) => part.map((position) => rows[position] ?? 0)) as [
        Int32Array,
        Int32Array
      ]
      return {
        tensors: { train: i32([train.length], train), test: i32([test.length], test) },
        meta: inner.meta
      }
    })
})

const Said = Artifact.tensors({ scores: F32("rows", EMOTION_LABELS.length), predicted: I32("rows") })

/**
 * Decisions on the test rows with equalised odds for each pair, fitted on the validation rows; see `equalisedOdds`. They
 * have no scores: which class a row gets is partly chance.
 */
export const equaliseOdds = Stage.make("planted/equalised-odds", {
  config: Schema.Struct({ pairs: Pairs, seed: Schema.Int }),
  inputs: {
    corpus: Artifact.table(Sentence),
    validation: SplitRows,
    split: SplitRows,
    fitted: Said,
    predictions: Said
  },
  output: DerivedPredictions,
  run: ({ corpus, fitted, predictions, split, validation }, { pairs, seed }) =>
    Effect.gen(function* () {
      yield* attributeOf(pairs)
      const sentences = ({ tensors }: SplitRows) => [...tensors.test.data].flatMap((index) => corpus[index] ?? [])
      const known = { rows: sentences(validation), predicted: fitted.tensors.predicted.data }
      const derived = yield* deriveDecisions(
        known,
        {
          rows: sentences(split),
          predicted: predictions.tensors.predicted.data,
          scores: predictions.tensors.scores.data
        },
        pairs,
        seed
      )
      return {
        tensors: { predicted: i32([derived.predicted.length], derived.predicted) },
        meta: { mixings: derived.mixings }
      }
    })
})
