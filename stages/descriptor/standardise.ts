/** Features in units of their standard deviation over the training rows. */
import { type Float32Tensor, f32, type Int32Tensor } from "ablate"
import { Effect } from "effect"
import { DescriptorInput } from "./DescriptorError.ts"

export interface Standardised {
  /** The training rows [rows, d]: (x − mean) / scale. */
  readonly x: Float32Tensor<readonly [number, number]>
  /** [d] */
  readonly mean: Float32Tensor<readonly [number]>
  /** [d]; the standard deviation (over rows, not rows − 1), or 1 where a feature is constant. */
  readonly scale: Float32Tensor<readonly [number]>
  /** Those that are the same in every training row, up to a millionth. */
  readonly constantFeatures: ReadonlyArray<number>
}

/** Standardises the rows that `train` names. Fails where it names rows that are not there, or holds a number that is not finite. */
export const standardise = Effect.fnUntraced(function* (
  x: Float32Tensor<readonly [number, number]>,
  train: Int32Tensor
): Effect.fn.Return<Standardised, DescriptorInput> {
  const refuse = (tensor: string, found: string, expected: string) => new DescriptorInput({ tensor, found, expected })
  const [count, d] = x.shape
  if (d === 0) return yield* refuse("x", `shape [${x.shape.join(", ")}]`, "[N, d]")
  const rows = train.data.length
  if (rows < 2) return yield* refuse("train", `${rows} rows`, "at least 2")
  const stray = train.data.find((row) => row < 0 || row >= count)
  if (stray !== undefined) return yield* refuse("train", `row ${stray}`, `rows 0..${count - 1}`)
  const mean = new Float64Array(d)
  const most = new Float64Array(d)
  for (let r = 0; r < rows; r++) {
    const at = (train.data[r] ?? 0) * d
    for (let k = 0; k < d; k++) {
      const value = x.data[at + k] ?? 0
      if (!Number.isFinite(value))
        return yield* refuse("x", `${value} in row ${train.data[r]}, feature ${k}`, "finite numbers")
      mean[k] = (mean[k] ?? 0) + value
      most[k] = Math.max(most[k] ?? 0, Math.abs(value))
    }
  }
  // Rounded first: what is subtracted here is then what is added again when a sample is mapped back.
  const centre = Float32Array.from(mean, (sum) => sum / rows)
  const squares = new Float64Array(d)
  for (let r = 0; r < rows; r++) {
    const at = (train.data[r] ?? 0) * d
    for (let k = 0; k < d; k++) {
      const off = (x.data[at + k] ?? 0) - (centre[k] ?? 0)
      squares[k] = (squares[k] ?? 0) + off * off
    }
  }
  const constantFeatures: Array<number> = []
  const scale = Float32Array.from(squares, (sum, k) => {
    const deviation = Math.sqrt(sum / rows)
    // The rounded mean of equal numbers may differ from them in the last bit.
    if (deviation > 1e-6 * (most[k] ?? 0)) return deviation
    constantFeatures.push(k)
    return 1
  })
  const out = new Float32Array(rows * d)
  for (let r = 0; r < rows; r++) {
    const at = (train.data[r] ?? 0) * d
    for (let k = 0; k < d; k++) out[r * d + k] = ((x.data[at + k] ?? 0) - (centre[k] ?? 0)) / (scale[k] ?? 1)
  }
  return { x: f32([rows, d], out), mean: f32([d], centre), scale: f32([d], scale), constantFeatures }
})

/** Standardised rows in the features' own units again. */
export const restore = (x: Float32Tensor, mean: Float32Tensor, scale: Float32Tensor): Float32Array => {
  const d = mean.data.length
  return Float32Array.from(x.data, (value, i) => value * (scale.data[i % d] ?? 1) + (mean.data[i % d] ?? 0))
}
