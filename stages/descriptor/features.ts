/** The features φ of an energy: the responses of its hidden units. */
import { f32, type Tensor } from "ablate"
import { type Langevin, Train, type TrainingRefused } from "ablate/numerics"
import { Effect } from "effect"

export interface FeatureStatistics {
  /** Mean φ over the rows, [K]. */
  readonly mean: Float64Array
  /** Variance of φ over the rows, [K]. */
  readonly variance: Float64Array
}

/** Rows whose responses are held at once. */
const BLOCK = 1024

/** Mean and variance of every feature over rows [rows, d]. */
export const featureStatistics = Effect.fnUntraced(function* (
  { network, parameters }: Langevin.Energy,
  x: Tensor
): Effect.fn.Return<FeatureStatistics, TrainingRefused> {
  const [rows = 0, d = 0] = x.shape
  const units = network.trunk[0]?.units ?? 0
  const { "trunk.0.bias": bias, "trunk.0.weight": weight } = parameters
  const mean = new Float64Array(units)
  const squares = new Float64Array(units)
  for (let first = 0; first < rows; first += BLOCK) {
    const size = Math.min(BLOCK, rows - first)
    const predicted = yield* Train.predict({
      network: { inputs: d, trunk: [], heads: [{ name: "s", units, activation: "identity" }] },
      parameters: {
        ...(weight === undefined ? {} : { "heads.s.weight": weight }),
        ...(bias === undefined ? {} : { "heads.s.bias": bias })
      },
      x: f32([size, d], Float32Array.from(x.data.subarray(first * d, (first + size) * d)))
    })
    const s = predicted.s.outputs.data
    for (let r = 0; r < size; r++)
      for (let k = 0; k < units; k++) {
        const response = Math.max(s[r * units + k] ?? 0, 0)
        mean[k] = (mean[k] ?? 0) + response
        squares[k] = (squares[k] ?? 0) + response * response
      }
    yield* Effect.yieldNow
  }
  for (let k = 0; k < units; k++) mean[k] = (mean[k] ?? 0) / rows
  return { mean, variance: squares.map((sum, k) => Math.max(sum / rows - (mean[k] ?? 0) * (mean[k] ?? 0), 0)) }
})

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

export interface Gap {
  /** Over the features, of |a − b|. */
  readonly mean: number
  readonly max: number
}

export const gapOf = (a: ArrayLike<number>, b: ArrayLike<number>): Gap => {
  let sum = 0
  let max = 0
  for (let k = 0; k < a.length; k++) {
    const off = Math.abs((a[k] ?? 0) - (b[k] ?? 0))
    sum += off
    // A NaN stays: it must not hide behind a comparison.
    if (!(off <= max) && !Number.isNaN(max)) max = off
  }
  return { mean: sum / a.length, max }
}

/**
 * Root mean square of the gap in units of its sampling error, were the chains independent draws of a law with the rows'
 * variances: √(mean over k of (a−b)²/(v·(1/chains + 1/rows))). Features that never vary are left out; null if none does.
 */
export const gapOverNoise = (
  observed: FeatureStatistics,
  synthesised: ArrayLike<number>,
  rows: number,
  chains: number
): number | null => {
  const share = 1 / chains + 1 / rows
  let sum = 0
  let varying = 0
  for (let k = 0; k < observed.mean.length; k++) {
    const variance = observed.variance[k] ?? 0
    if (variance === 0) continue
    const off = (observed.mean[k] ?? 0) - (synthesised[k] ?? 0)
    sum += (off * off) / (variance * share)
    varying++
  }
  return varying === 0 ? null : Math.sqrt(sum / varying)
}
