/** Inputs brought to mean 0 and standard deviation 1 over the training rows. */
import { f32 } from "ablate"
import type { MultiLabelModel } from "./MultiLabelMeta.ts"
import type { MultiLabelRows } from "./MultiLabelRows.ts"

export interface Scaling {
  /** [inputs] */
  readonly mean: Float32Array
  /** [inputs], positive: the standard deviation (divisor N), or 1 where the input is constant. */
  readonly scale: Float32Array
  /** How many inputs are constant. */
  readonly constant: number
}

/** The scaling that standardises these rows. */
export const scalingOf = ({ count, inputs, x }: MultiLabelRows): Scaling => {
  const sums = new Float64Array(inputs)
  for (let at = 0; at < x.length; at++) sums[at % inputs] = (sums[at % inputs] ?? 0) + (x[at] ?? 0)
  const means = sums.map((sum) => sum / count)
  const squares = new Float64Array(inputs)
  for (let at = 0; at < x.length; at++) {
    const deviation = (x[at] ?? 0) - (means[at % inputs] ?? 0)
    squares[at % inputs] = (squares[at % inputs] ?? 0) + deviation * deviation
  }
  let constant = 0
  const scale = Float32Array.from(squares, (square, input) => {
    const deviation = Math.fround(Math.sqrt(square / count))
    // A deviation that is only the rounding of the mean is that of a constant.
    if (deviation > 1e-6 * Math.abs(means[input] ?? 0) && deviation > 0) return deviation
    constant += 1
    return 1
  })
  return { mean: Float32Array.from(means), scale, constant }
}

/** (x − mean) / scale, for rows one after the other. */
export const scaled = (x: Float32Array, { mean, scale }: Scaling): Float32Array => {
  const inputs = mean.length
  return x.map((value, at) => (value - (mean[at % inputs] ?? 0)) / (scale[at % inputs] ?? 1))
}

/** The tensors that keep a scaling beside a model's weights. */
export const scalingTensors = ({ mean, scale }: Scaling) => ({
  mean: f32([mean.length], mean),
  scale: f32([scale.length], scale)
})

/** The scaling that a model keeps, or undefined where its inputs are as they are. */
export const keptScaling = ({ mean, scale }: MultiLabelModel["tensors"]): Scaling | undefined =>
  mean === undefined || scale === undefined ? undefined : { mean: mean.data, scale: scale.data, constant: 0 }
