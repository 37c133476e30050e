/** What a trained multi-label classifier says of rows. */
import { f32, type Tensor } from "ablate"
import { Train } from "ablate/numerics"
import { Effect } from "effect"
import { OUTPUTS } from "../coco/CocoSet.ts"
import type { MultiLabelMeta } from "./MultiLabelMeta.ts"
import { multiLabelNetwork } from "./MultiLabelModel.ts"
import type { MultiLabelRows } from "./MultiLabelRows.ts"
import { keptScaling, scaled } from "./MultiLabelScaling.ts"
import { RowsMismatch } from "./Rows.ts"

/** A label is predicted at this score; the score itself counts. */
export const THRESHOLD = 0.5

export interface Prediction {
  /** F32 [rows, 12] in [0, 1], after the output's activation. */
  readonly scores: Tensor
  /** F32 [rows, 12], before it. */
  readonly logits: Tensor
  /** U8 [rows, 12]. */
  readonly predicted: Tensor
}

export interface MultiLabelModel {
  readonly tensors: { readonly [name: string]: Tensor }
  readonly meta: MultiLabelMeta
}

/** Applies the model on the engine, whatever it was trained on. No rows give no predictions. */
export const predictMultiLabel = Effect.fnUntraced(function* (
  { meta, tensors }: MultiLabelModel,
  rows: MultiLabelRows
) {
  if (rows.inputs !== meta.inputs)
    return yield* new RowsMismatch({
      tensor: "x",
      found: `${rows.inputs} columns`,
      expected: `${meta.inputs}, as the model was trained on`
    })
  const shape = [rows.count, OUTPUTS.length]
  if (rows.count === 0) {
    const nothing = f32(shape, new Float32Array(0))
    const none: Prediction = {
      scores: nothing,
      logits: nothing,
      predicted: { dtype: "U8", shape, data: new Uint8Array(0) }
    }
    return none
  }
  const { mean: _mean, scale: _scale, ...parameters } = tensors
  const scaling = keptScaling(tensors)
  const heads = yield* Train.predict({
    network: multiLabelNetwork(meta.inputs, meta.train),
    parameters,
    x: f32([rows.count, rows.inputs], scaling === undefined ? rows.x : scaled(rows.x, scaling))
  })
  const { y } = heads
  if (y === undefined)
    return yield* new RowsMismatch({ tensor: "heads.y.weight", found: "nothing", expected: "the classifier's head" })
  const prediction: Prediction = {
    scores: y.outputs,
    logits: y.logits,
    predicted: {
      dtype: "U8",
      shape,
      data: Uint8Array.from(y.outputs.data, (score: number) => (score >= THRESHOLD ? 1 : 0))
    }
  }
  return prediction
})

/** In few words: what made the predictions. */
export const predictionSource = ({ auxiliary, train }: MultiLabelMeta): string => {
  if (auxiliary === null) return `classifier (${train.loss}, ${train.epochs} epochs)`
  const { genders, lambda, surrogate } = auxiliary.config
  const draws = auxiliary.online ? "fresh every epoch" : "drawn once"
  return `classifier (${train.loss}, ${train.epochs} epochs) with auxiliary task (${surrogate}, ${genders}, λ ${lambda}, ${auxiliary.samples} samples ${draws})`
}
