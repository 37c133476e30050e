/** The stages of the planted-bias experiment that treat rows: thin wrappers around this folder's functions. */
import { Artifact, i32, Stage } from "ablate"
import { Effect, Schema } from "effect"
import { Sentence } from "../eec/Sentence.ts"
import { SplitRows } from "../eec/split.ts"
import { PLANTED_FIGURES, plantedFigures } from "../metrics/PlantedFigures.ts"
import { evaluationInputs, evaluationOf } from "../metrics/stages.ts"
import { BiasPair } from "../train/TrainConfig.ts"
import { attributeOf, planted, Share, sidesOf } from "./plant.ts"

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

/** All figures of one classifier under a planted bias; see `plantedFigures`. */
export const plantedMetrics = Stage.make("planted/metrics", {
  config: Schema.Struct({ pairs: Pairs }),
  inputs: evaluationInputs,
  output: Artifact.metrics(PLANTED_FIGURES),
  run: (given, { pairs }) =>
    Effect.gen(function* () {
      const attribute = yield* attributeOf(pairs)
      const weighed = yield* Effect.forEach(pairs, (pair) =>
        Effect.map(sidesOf(pair), ({ disfavoured, favoured }) => ({ ...pair, value: favoured, other: disfavoured }))
      )
      return plantedFigures(yield* evaluationOf(given), attribute, weighed)
    })
})
