/** How far figures are from those printed elsewhere, in a unit that all columns share: the spread of what is printed there. */
import { mean, sum } from "./Sum.ts"

/**
 * The unit of a column: the root mean square distance of its printed figures from their own mean. Null for none, and where
 * they are all equal.
 */
export const printedSpread = (printed: ReadonlyArray<number>): number | null => {
  const centre = mean(printed)
  if (centre === null) return null
  const spread = Math.sqrt(sum(printed.map((value) => (value - centre) ** 2)) / printed.length)
  return spread > 0 && Number.isFinite(spread) ? spread : null
}

/** Root mean square; null for no value. Of standardised distances, 1 is what each column's printed mean would come to. */
export const rootMeanSquare = (values: ReadonlyArray<number>): number | null => {
  const square = mean(values.map((value) => value * value))
  return square === null ? null : Math.sqrt(square)
}
