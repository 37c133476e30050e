/** The λ sweep: networks trained under a planted bias, of which one is chosen on a validation part and reported on the test part. */
import { type Node, Pipeline, Select } from "ablate"
import { Schema } from "effect"
import { eecFeatures, eecNotes, eecPart, eecSplit } from "../stages/eec/stages.ts"
import { Share } from "../stages/planted/plant.ts"
import {
  bestAccuracy,
  bestWorstGroup,
  chosenModel,
  plantBias,
  plantedMetrics,
  tunedMetrics,
  validationRows
} from "../stages/planted/stages.ts"
import type { DenseModel } from "../stages/train/ModelMeta.ts"
import { predictEmotion, trainEmotion } from "../stages/train/stages.ts"
import { BiasPair, TrainConfig } from "../stages/train/TrainConfig.ts"
import { corpusNode, vectorsNode, Words } from "./emotion.ts"

/** A network to choose among. */
export const Network = Schema.Struct({ label: Schema.String, train: TrainConfig })
export type Network = typeof Network.Type

const Params = Schema.Struct({
  csv: Schema.NullOr(Schema.String),
  words: Words,
  pairs: Schema.Array(BiasPair),
  /** Share of the disfavoured side's rows that stays in training. */
  share: Share,
  /** Of equal ones the first is chosen; one alone is taken as it is. */
  networks: Schema.NonEmptyArray(Network),
  /** The figure of the validation part to choose by. */
  by: Schema.Literals(["accuracy", "worst_group"]),
  seed: Schema.Int
})

export const tuned = Pipeline.make("tuned", Params, ({ by, csv, networks, pairs, seed, share, words }) => {
  const corpus = corpusNode(csv)
  const vectors = vectorsNode(corpus, words, false)
  const features = eecFeatures.node(
    { sample: corpus, vectors },
    { tokenCase: words.tokenCase, missing: words.missing, extra: "none" }
  )
  const whole = eecSplit.node({ sample: corpus }, { split: "by-emotion-word", seed, fileOrderTrain: null })
  const test = eecPart.node({ split: whole }, { part: "test" })
  const training = eecPart.node({ split: whole }, { part: "train" })
  const biased = plantBias.node({ corpus, split: training }, { pairs, share, seed })
  const validation = validationRows.node({ corpus, split: biased }, { seed })
  const candidates = networks.map(({ label, train }) => {
    const output = trainEmotion.node({ features, split: validation }, { train, seed })
    const predictions = predictEmotion.node({ features, split: validation, model: output })
    return {
      label,
      output,
      validation: plantedMetrics.node({ sample: corpus, split: validation, predictions }, { pairs })
    }
  })
  const reported = (model: Node<DenseModel>) => {
    const predictions = predictEmotion.node({ features, split: test, model })
    return {
      model,
      metrics: tunedMetrics.node({ sample: corpus, split: test, predictions, model }, { pairs }),
      notes: eecNotes.node({ vectors, features })
    }
  }
  const [only, ...others] = candidates
  if (only !== undefined && others.length === 0) return reported(only.output)
  const choice = by === "accuracy" ? bestAccuracy : bestWorstGroup
  const selected = Select.best({ choice, chosen: chosenModel, candidates, heldOut: [test] })
  return { choice: selected.choice, ...reported(selected.output) }
})
