/** What a trained multi-label classifier says of rows. */
import { type Float32Tensor, f32, type Uint8Tensor, u8 } from "ablate"
import { Train } from "ablate/numerics"
import { Effect } from "effect"
import { OUTPUTS } from "../coco/CocoSet.ts"
import type { MultiLabelMeta, MultiLabelModel } from "./MultiLabelMeta.ts"
import { multiLabelNetwork } from "./MultiLabelModel.ts"
import type { MultiLabelRows } from "./MultiLabelRows.ts"
import { keptScaling, scaled } from "./MultiLabelScaling.ts"
import { RowsMismatch } from "./Rows.ts"

/** A label is predicted at this score; the score itself counts. */
export const THRESHOLD = 0.5

/** Each [rows, 12]. */
type Shape = readonly [number, typeof OUTPUTS.length]

export interface Prediction {
  /** In [0, 1], after the output's activation. */
  readonly scores: Float32Tensor<Shape>
  /** Before it. */
  readonly logits: Float32Tensor<Shape>
  readonly predicted: Uint8Tensor<Shape>
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
  const shape: Shape = [rows.count, OUTPUTS.length]
  if (rows.count === 0) {
    const nothing = f32(shape, new Float32Array(0))
    const none: Prediction = { scores: nothing, logits: nothing, predicted: u8(shape, new Uint8Array(0)) }
    return none
  }
  const scaling = keptScaling(tensors)
  const { y } = yield* Train.predict({
    network: multiLabelNetwork(meta.inputs, meta.train),
    parameters: tensors.parameters,
    x: f32([rows.count, rows.inputs], scaling === undefined ? rows.x : scaled(rows.x, scaling))
  })
  const prediction: Prediction = {
    scores: f32(shape, y.outputs.data),
    logits: f32(shape, y.logits.data),
    predicted: u8(
      shape,
      Uint8Array.from(y.outputs.data, (score) => (score >= THRESHOLD ? 1 : 0))
    )
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
