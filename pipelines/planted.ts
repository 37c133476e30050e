/** The planted-bias study: a training part with a known bias, one method against it, and figures on a part without. */
import { Pipeline } from "ablate"
import { Schema } from "effect"
import { eecFeatures, eecNotes, eecSplit } from "../stages/eec/stages.ts"
import { Share } from "../stages/planted/plant.ts"
import { plantBias, plantedMetrics } from "../stages/planted/stages.ts"
import { predictEmotion, trainEmotion } from "../stages/train/stages.ts"
import { BiasPair, TrainConfig } from "../stages/train/TrainConfig.ts"
import { corpusNode, vectorsNode, Words } from "./emotion.ts"

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
  seed: Schema.Int
})

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
  const model = trainEmotion.node({ features, split }, { train: p.train, seed })
  const predictions = predictEmotion.node({ features, split, model })
  return {
    model,
    predictions,
    metrics: plantedMetrics.node({ sample: corpus, split, predictions }, { pairs }),
    notes: eecNotes.node({ vectors, features })
  }
})
