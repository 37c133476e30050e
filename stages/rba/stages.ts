/** RBA of Zhao et al. (EMNLP 2017) as a stage between a classifier's predictions and their figures. */
import { Artifact, Progress, Stage, u8 } from "ablate"
import { Effect, Schema } from "effect"
import { CocoPredictions, CocoPredictionsMeta, CocoRows, CocoSplit, predictionTensors } from "../coco/CocoRows.ts"
import { COCO_LABELS, CocoLabel, OUTPUTS } from "../coco/CocoSet.ts"
import { cocoLogits, cocoTruth } from "../metrics/CocoParts.ts"
import { labelCounts } from "../metrics/LabelBias.ts"
import { ratioConstraints } from "./Constraints.ts"
import { calibrate, RbaForm } from "./calibrate.ts"
import { potentialsOf } from "./Potentials.ts"

export const RbaConfig = Schema.Struct({
  /** How far a label's share of men may be from the training part's. */
  margin: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })),
  /** Step of the multipliers, a potential for each image beyond a margin. */
  eta: Schema.Finite.check(Schema.isGreaterThan(0)),
  maxIterations: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100_000 })),
  form: RbaForm,
  /** Labels of no more training rows than this are left unconstrained. */
  minOccurrences: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
})
export type RbaConfig = typeof RbaConfig.Type

/**
 * As in the paper's code for COCO, but for its step of 0.05 in units of its own potentials: on logits and more than a
 * thousand images the multipliers can then run away.
 */
export const RBA_DEFAULTS: RbaConfig = {
  margin: 0.05,
  eta: 0.01,
  maxIterations: 100,
  form: "textbook",
  minOccurrences: 100
}

/** Predictions, with what the calibration says of itself. */
export const RbaPredictionsMeta = Schema.Struct({
  ...CocoPredictionsMeta.fields,
  calibration: Schema.Struct({
    iterations: Schema.Int,
    converged: Schema.Boolean,
    /** Violated sides of constraints, of two for each label that is constrained. */
    violatedBefore: Schema.Int,
    violatedAfter: Schema.Int,
    multipliers: Schema.Array(Schema.Struct({ label: CocoLabel, lower: Schema.Finite, upper: Schema.Finite }))
  })
})
export type RbaPredictionsMeta = typeof RbaPredictionsMeta.Type

/**
 * Replaces `testPredicted` by the assignment under the constraints, which are the training part's shares; scores, logits
 * and `trainPredicted` stay. The test rows' true labels have no part in it.
 */
export const rbaCalibrate = Stage.make("rba/calibrate", {
  config: RbaConfig,
  inputs: {
    rows: CocoRows,
    split: CocoSplit,
    predictions: CocoPredictions
  },
  output: Artifact.tensors(predictionTensors, RbaPredictionsMeta),
  run: ({ predictions, rows, split }, config) =>
    Effect.gen(function* () {
      const { test, train } = yield* cocoTruth(rows.tensors, split.tensors)
      const logits = yield* cocoLogits(predictions.tensors, "test", test.rows)
      const objects = COCO_LABELS.length
      const constraints = ratioConstraints(labelCounts(train), config.margin, config.minOccurrences)
      const progress = yield* Progress
      const calibrated = yield* calibrate(
        potentialsOf(logits, test.rows, objects),
        constraints,
        config,
        (iteration, violated) =>
          progress.report({ current: iteration, total: config.maxIterations, unit: "iteration", metrics: { violated } })
      )
      const { man, on } = calibrated.assignment
      const predicted = new Uint8Array(test.rows * test.width)
      for (let row = 0; row < test.rows; row++) {
        predicted.set(on.subarray(row * objects, (row + 1) * objects), row * test.width)
        predicted[row * test.width + objects] = man[row] ?? 0
      }
      return {
        tensors: {
          ...predictions.tensors,
          testPredicted: u8([test.rows, OUTPUTS.length], predicted)
        },
        meta: {
          source: `${predictions.meta.source}, then RBA (${config.form}, margin ${config.margin})`,
          calibration: {
            iterations: calibrated.iterations,
            converged: calibrated.converged,
            violatedBefore: calibrated.violatedBefore,
            violatedAfter: calibrated.violatedAfter,
            multipliers: constraints.flatMap(({ object }, at) => {
              const label = COCO_LABELS[object]
              const [lower = 0, upper = 0] = calibrated.multipliers[at] ?? []
              return label === undefined ? [] : [{ label, lower, upper }]
            })
          }
        }
      }
    })
})
