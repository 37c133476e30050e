/** The planted-bias study: a training part with a known bias, one method against it, and figures on a part without. */
import { type Node, Pipeline } from "ablate"
import { Schema } from "effect"
import type { SentenceRows } from "../stages/eec/features.ts"
import type { Sentence } from "../stages/eec/Sentence.ts"
import type { SplitRows } from "../stages/eec/split.ts"
import { eecFeatures, eecNotes, eecSplit } from "../stages/eec/stages.ts"
import { Share } from "../stages/planted/plant.ts"
import {
  augmentRows,
  equaliseOdds,
  plantBias,
  plantedMetrics,
  resampleRows,
  reweighRows,
  validationRows
} from "../stages/planted/stages.ts"
import { trainAdversarial, trainGroupRobust, trainWeighted } from "../stages/train/fairStages.ts"
import type { DenseModel } from "../stages/train/ModelMeta.ts"
import { predictEmotion, trainEmotion } from "../stages/train/stages.ts"
import { BiasPair, TrainConfig } from "../stages/train/TrainConfig.ts"
import { corpusNode, vectorsNode, Words } from "./emotion.ts"

/** What is done against the bias (`fewer-words`: nothing, with the words of equalised odds), besides the objective's terms (`train`) and the vectors (`debias`). */
export const Treatment = Schema.Union([
  Schema.Struct({
    kind: Schema.Literals(["none", "reweigh", "resample", "counterfactual", "fewer-words", "equalised-odds"])
  }),
  Schema.Struct({ kind: Schema.Literal("group-dro"), step: Schema.Finite }),
  Schema.Struct({ kind: Schema.Literal("adversary"), alpha: Schema.Finite })
])
export type Treatment = typeof Treatment.Type

const Params = Schema.Struct({
  csv: Schema.NullOr(Schema.String),
  words: Words,
  /** Whether the vectors are hard-debiased first. */
  debias: Schema.Boolean,
  /** The planted associations: of each, the favoured side. */
  pairs: Schema.Array(BiasPair),
  /** Share of the disfavoured side's rows that stays in training. */
  share: Share,
  train: TrainConfig,
  treatment: Treatment,
  seed: Schema.Int
})
type Params = typeof Params.Type

interface Rows {
  readonly corpus: Node<ReadonlyArray<Sentence>>
  readonly features: Node<SentenceRows>
  readonly split: Node<SplitRows>
}

/** The network, and what it says of the test rows. */
const judged = (rows: Rows, { pairs, seed, train, treatment }: Params) => {
  const { corpus, features, split } = rows
  const config = { train, seed }
  const trainedOn = (part: Node<SplitRows>) => said(trainEmotion.node({ features, split: part }, config))
  const said = (model: Node<DenseModel>) => ({ model, predictions: predictEmotion.node({ features, split, model }) })
  // The stages that treat rows refuse pairs of two attributes, and none.
  const attribute = pairs[0]?.attribute ?? "gender"
  switch (treatment.kind) {
    case "none":
      return trainedOn(split)
    case "reweigh": {
      const weights = reweighRows.node({ corpus, split }, { pairs })
      return said(trainWeighted.node({ features, split, weights }, config))
    }
    case "resample":
      return trainedOn(resampleRows.node({ corpus, split }, { pairs, seed }))
    case "counterfactual":
      return trainedOn(augmentRows.node({ corpus, split }, { pairs }))
    case "group-dro":
      return said(trainGroupRobust.node({ features, split }, { ...config, attribute, step: treatment.step }))
    case "adversary":
      return said(trainAdversarial.node({ features, split }, { ...config, attribute, alpha: treatment.alpha }))
    // Trained without the validation words: on words that it knows a network is right, whoever they are about.
    case "fewer-words":
      return trainedOn(validationRows.node({ corpus, split }, { seed }))
    case "equalised-odds": {
      const validation = validationRows.node({ corpus, split }, { seed })
      const { model, predictions } = trainedOn(validation)
      const fitted = predictEmotion.node({ features, split: validation, model })
      return {
        model,
        predictions: equaliseOdds.node({ corpus, validation, split, fitted, predictions }, { pairs, seed })
      }
    }
  }
}

export const planted = Pipeline.make("planted", Params, (p) => {
  const { pairs, seed } = p
  const corpus = corpusNode(p.csv)
  const vectors = vectorsNode(corpus, p.words, p.debias)
  const features = eecFeatures.node(
    { sample: corpus, vectors },
    { tokenCase: p.words.tokenCase, missing: p.words.missing, extra: "none" }
  )
  const whole = eecSplit.node({ sample: corpus }, { split: "by-emotion-word", seed, fileOrderTrain: null })
  const split = plantBias.node({ corpus, split: whole }, { pairs, share: p.share, seed })
  const { model, predictions } = judged({ corpus, features, split }, p)
  return {
    model,
    predictions,
    metrics: plantedMetrics.node({ sample: corpus, split, predictions }, { pairs }),
    notes: eecNotes.node({ vectors, features })
  }
})
