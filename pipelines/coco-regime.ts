/** One classifier of the COCO study under a regime of made-up embeddings, beside the best possible one. */
import { Pipeline } from "ablate"
import { Schema } from "effect"
import { cocoNotes } from "../stages/coco/stages.ts"
import { cocoLabelBias } from "../stages/metrics/cocoStages.ts"
import { bayesPredictions, regimeMetrics, regimeOracle } from "../stages/metrics/regimeStages.ts"
import { predictMultiLabels } from "../stages/train/multiLabelStages.ts"
import { cocoBias, cocoData, cocoModel } from "./coco-bias.ts"

const Params = Schema.Struct({
  /** Whether the classifier is trained, or the best possible one. */
  isTrained: Schema.Boolean,
  study: cocoBias.params,
  /** Random images that the oracle's amplification is counted over. */
  draws: Schema.Int
})

export const cocoRegime = Pipeline.make("coco-regime", Params, ({ draws, isTrained, study }) => {
  const { set, ...data } = cocoData(study)
  const { synthetic } = study.embeddings
  const oracle = regimeOracle.node({}, { synthetic, draws, seed: synthetic.seed })
  const predictions = isTrained
    ? predictMultiLabels.node({ ...data, model: cocoModel(data, study).model })
    : bayesPredictions.node(data, synthetic)
  return {
    oracle,
    predictions,
    labelBias: cocoLabelBias.node({ ...data, predictions }),
    metrics: regimeMetrics.node({ ...data, predictions, oracle }),
    notes: cocoNotes.node({ set, rows: data.rows })
  }
})
