/** The metrics stages of the COCO study: thin wrappers around this folder's functions. */
import { Artifact, Stage } from "ablate"
import { Effect } from "effect"
import { CocoPredictionsMeta, CocoSplitMeta, RowsMeta } from "../coco/CocoRows.ts"
import { COCO_FIGURES, cocoFigures } from "./CocoFigures.ts"
import { cocoPredicted, cocoScores, cocoTruth } from "./CocoParts.ts"
import { LabelBias, labelBiasRows } from "./LabelBias.ts"

const inputs = {
  rows: Artifact.tensors(RowsMeta),
  split: Artifact.tensors(CocoSplitMeta),
  predictions: Artifact.tensors(CocoPredictionsMeta)
}

/** All figures of one classifier but leakage; `baseline` are the predictions that its reduction is measured against. */
export const cocoMetrics = Stage.make("metrics/coco", {
  inputs: { ...inputs, baseline: Artifact.tensors(CocoPredictionsMeta) },
  output: Artifact.metrics(COCO_FIGURES),
  run: Effect.fn("metrics/coco")(function* ({ baseline, predictions, rows, split }) {
    const truth = yield* cocoTruth(rows.tensors, split.tensors)
    const { tensors } = predictions
    return cocoFigures({
      train: { truth: truth.train, predicted: yield* cocoPredicted(tensors, "train", truth.train.rows) },
      test: {
        truth: truth.test,
        predicted: yield* cocoPredicted(tensors, "test", truth.test.rows),
        scores: yield* cocoScores(tensors, "test", truth.test.rows),
        baseline: yield* cocoPredicted(baseline.tensors, "test", truth.test.rows)
      }
    })
  })
})

/** The bias of every label in training part, test part and predictions, for figures. */
export const cocoLabelBias = Stage.make("metrics/label-bias", {
  inputs,
  output: Artifact.json(LabelBias),
  run: Effect.fn("metrics/label-bias")(function* ({ predictions, rows, split }) {
    const truth = yield* cocoTruth(rows.tensors, split.tensors)
    const predicted = yield* cocoPredicted(predictions.tensors, "test", truth.test.rows)
    return {
      labels: labelBiasRows(truth.train, truth.test, predicted),
      source: rows.meta.source,
      predictions: predictions.meta.source,
      standIn: rows.meta.standIn
    }
  })
})
