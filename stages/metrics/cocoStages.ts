/** The metrics stages of the COCO study: thin wrappers around this folder's functions. */
import { Artifact, Progress, Stage } from "ablate"
import { numericsId } from "ablate/numerics"
import { Effect, Schema } from "effect"
import { CocoPredictions, CocoRows, CocoSplit } from "../coco/CocoRows.ts"
import { cocoContributions } from "./CocoContributions.ts"
import { COCO_FIGURES, cocoFigures } from "./CocoFigures.ts"
import { cocoLogits, cocoPredicted, cocoScores, cocoTruth } from "./CocoParts.ts"
import { LabelBias, labelBiasRows } from "./LabelBias.ts"
import { LEAKAGE_FIGURES, LeakageConfig, leakageFigures, noLeakage } from "./Leakage.ts"

const inputs = {
  rows: CocoRows,
  split: CocoSplit,
  predictions: CocoPredictions
}

/** All figures of one classifier but leakage; `baseline` are the predictions that its reduction is measured against. */
export const cocoMetrics = Stage.make("metrics/coco", {
  inputs: { ...inputs, baseline: CocoPredictions },
  output: Artifact.metrics(COCO_FIGURES),
  run: ({ baseline, predictions, rows, split }) =>
    Effect.gen(function* () {
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

/** What each test image adds to those figures that are shares. */
export const cocoImages = Stage.make("metrics/coco-images", {
  inputs,
  output: Artifact.contributions,
  run: ({ predictions, rows, split }) =>
    Effect.gen(function* () {
      const { test, train } = yield* cocoTruth(rows.tensors, split.tensors)
      return cocoContributions({
        train,
        truth: test,
        predicted: yield* cocoPredicted(predictions.tensors, "test", test.rows),
        ids: Array.from(split.tensors.test.data, (row) => rows.tensors.ids.data[row] ?? -1)
      })
    })
})

/** The bias of every label in training part, test part and predictions, for figures. */
export const cocoLabelBias = Stage.make("metrics/label-bias", {
  inputs,
  output: Artifact.json(LabelBias),
  run: ({ predictions, rows, split }) =>
    Effect.gen(function* () {
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

/** How much of gender leaks from labels and from a classifier's outputs; see `leakageFigures`. */
export const cocoLeakage = Stage.make("metrics/leakage", {
  config: LeakageConfig,
  inputs,
  output: Artifact.metrics(LEAKAGE_FIGURES),
  numerics: ({ attacker }) => (attacker === "table" ? "float64" : numericsId("engine")),
  run: ({ predictions, rows, split }, config) =>
    Effect.gen(function* () {
      const truth = yield* cocoTruth(rows.tensors, split.tensors)
      const part = Effect.fnUntraced(function* (which: "train" | "test") {
        const own = truth[which]
        return {
          truth: own,
          predicted: yield* cocoPredicted(predictions.tensors, which, own.rows),
          logits: yield* cocoLogits(predictions.tensors, which, own.rows)
        }
      })
      const progress = yield* Progress
      return yield* leakageFigures(yield* part("train"), yield* part("test"), config, (done) =>
        progress.report({ current: done, total: config.rounds, unit: "round" })
      )
    })
})

/** The names of a cell's figures: those of `metrics/coco` and of `metrics/leakage`. */
export const COCO_CELL_FIGURES = [...COCO_FIGURES, ...LEAKAGE_FIGURES] as const

/** More than one cell's leakage beside one cell's figures. */
export class LeakageAmbiguous extends Schema.TaggedError<LeakageAmbiguous>()("LeakageAmbiguous", {
  found: Schema.Int
}) {
  override get message() {
    return `input "leakage": found ${this.found} nodes, expected one, or none where leakage is not measured`
  }
}

/** Joins a cell's figures. `leakage` is wired with one node, or with none where leakage is not measured. */
export const cocoFiguresMerge = Stage.make("metrics/merge", {
  inputs: {
    figures: Artifact.metrics(COCO_FIGURES),
    leakage: Artifact.list(Artifact.metrics(LEAKAGE_FIGURES))
  },
  output: Artifact.metrics(COCO_CELL_FIGURES),
  pool: "inline",
  run: ({ figures, leakage }) =>
    leakage.length > 1
      ? Effect.fail(new LeakageAmbiguous({ found: leakage.length }))
      : Effect.succeed({ ...figures, ...(leakage[0] ?? noLeakage("leakage is off (--set leakage=mlp)")) })
})
