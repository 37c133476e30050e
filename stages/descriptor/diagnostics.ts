/** A draw beside the training rows it stands for, in standardised units. */
import type { Float32Tensor } from "ablate"
import type { DrawDiagnostics } from "./DescriptorMeta.ts"
import { gapOf } from "./features.ts"

const average = (values: ReadonlyArray<number>) => values.reduce((sum, value) => sum + value, 0) / values.length

/**
 * `features` are mean φ of the training rows and of the draw; `f` the draw's energies; `constant` the features that never
 * vary in the training rows.
 */
export const drawDiagnostics = (
  x: Float32Tensor,
  features: { readonly observed: ArrayLike<number>; readonly synthesised: ArrayLike<number> },
  fObserved: number,
  f: Float64Array,
  constant: ReadonlyArray<number>
): DrawDiagnostics => {
  const [rows = 0, d = 0] = x.shape
  const means = new Float64Array(d)
  const squares = new Float64Array(d)
  let finite = 0
  for (let r = 0; r < rows; r++) {
    let whole = true
    for (let k = 0; k < d; k++) {
      const value = x.data[r * d + k] ?? 0
      whole &&= Number.isFinite(value)
      means[k] = (means[k] ?? 0) + value / rows
    }
    if (whole) finite++
  }
  for (let r = 0; r < rows; r++)
    for (let k = 0; k < d; k++) {
      const off = (x.data[r * d + k] ?? 0) - (means[k] ?? 0)
      squares[k] = (squares[k] ?? 0) + (off * off) / rows
    }
  const sizes = Array.from(means, Math.abs)
  const variances = Array.from(squares).filter((_, k) => !constant.includes(k))
  const gap = gapOf(features.observed, features.synthesised)
  return {
    gapMean: gap.mean,
    gapMax: gap.max,
    fObserved,
    fSynthesised: average(Array.from(f)),
    meanMax: Math.max(...sizes),
    meanMean: average(sizes),
    varianceLeast: variances.length === 0 ? null : Math.min(...variances),
    varianceMean: variances.length === 0 ? null : average(variances),
    varianceMost: variances.length === 0 ? null : Math.max(...variances),
    finite: finite / rows
  }
}
