/** Average precision: the area under the steps of the precision-recall curve, as scikit-learn defines it. */
import type { Measure } from "ablate"
import { column, type LabelBits, objectsOf } from "./LabelBits.ts"

/**
 * Σ (Rₙ − Rₙ₋₁)·Pₙ over the distinct scores from the highest down; rows of equal score enter together, so that their
 * order does not matter. `truth` holds 0 or 1. Null where no row is positive.
 */
export const averagePrecision = (truth: ArrayLike<number>, scores: ArrayLike<number>): number | null => {
  const order = Array.from({ length: truth.length }, (_, row) => row).sort(
    (left, right) => (scores[right] ?? 0) - (scores[left] ?? 0)
  )
  let total = 0
  for (let row = 0; row < truth.length; row++) total += truth[row] ?? 0
  if (total === 0) return null
  let area = 0
  let hits = 0
  let hitsBefore = 0
  for (const [at, row] of order.entries()) {
    hits += truth[row] ?? 0
    const next = order[at + 1]
    if (next !== undefined && scores[next] === scores[row]) continue
    area += ((hits - hitsBefore) / total) * (hits / (at + 1))
    hitsBefore = hits
  }
  return area
}

/**
 * Mean average precision over the objects (gender is none) that are true in at least one row; `n` is their number.
 * `scores` is row-major, [rows, width].
 */
export const meanAveragePrecision = (truth: LabelBits, scores: ArrayLike<number>): Measure => {
  let total = 0
  let n = 0
  for (let at = 0; at < objectsOf(truth); at++) {
    const own = Float64Array.from({ length: truth.rows }, (_, row) => scores[row * truth.width + at] ?? 0)
    const value = averagePrecision(column(truth, at), own)
    if (value === null) continue
    total += value
    n += 1
  }
  if (n === 0) return { value: null, n, note: truth.rows === 0 ? "no row" : "no label is true in any row" }
  return { value: total / n, n }
}
