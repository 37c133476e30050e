/** Deterministic summation: the same numbers in the same order give the same bits, with the rounding error compensated. */

/** Neumaier's compensated sum in the given order. 0 for an empty list; not finite if any value is not. */
export const sum = (values: ReadonlyArray<number>): number => {
  let total = 0
  let lost = 0
  for (const value of values) {
    const next = total + value
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total
    total = next
  }
  // An overflow makes the correction NaN; the plain total tells the truth then.
  return Number.isFinite(lost) ? total + lost : total
}

/** Arithmetic mean, null for an empty list. Finite whenever all values are. */
export const mean = (values: ReadonlyArray<number>): number | null => {
  const n = values.length
  if (n === 0) return null
  const total = sum(values)
  return Number.isFinite(total) ? total / n : sum(values.map((value) => value / n))
}

/**
 * Sample standard deviation (ddof 1) about the mean; null for fewer than two values and where it leaves the doubles.
 * Exactly 0 where all values are equal.
 */
export const sampleSd = (values: ReadonlyArray<number>): number | null => {
  const first = values[0]
  if (first === undefined || values.length < 2) return null
  // Shifting by a data point keeps equal values at exactly 0 and loses fewer digits for values far from 0.
  const shifted = values.map((value) => value - first)
  const centre = sum(shifted) / shifted.length
  const sd = Math.sqrt(sum(shifted.map((value) => (value - centre) ** 2)) / (values.length - 1))
  return Number.isFinite(sd) ? sd : null
}

/** Whether all values are one, but for the rounding of their last digits. False for fewer than two. */
export const isConstant = (values: ReadonlyArray<number>): boolean => {
  const first = values[0]
  if (first === undefined || values.length < 2) return false
  const slack = 1e-12 * Math.abs(first)
  return values.every((value) => Math.abs(value - first) <= slack)
}
