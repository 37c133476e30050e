/** Holm's (1979) step-down adjustment of a family of p-values: the chance of any false finding among them stays at its level. */

/** Adjusted p-values in the order given; null stays null and is no part of the family. */
export const holm = (ps: ReadonlyArray<number | null>): ReadonlyArray<number | null> => {
  const order = ps.flatMap((p, index) => (p === null ? [] : [{ index, p }])).sort((left, right) => left.p - right.p)
  const adjusted: Array<number | null> = ps.map(() => null)
  let least = 0
  for (const [rank, { index, p }] of order.entries()) {
    least = Math.max(least, Math.min(1, (order.length - rank) * p))
    adjusted[index] = least
  }
  return adjusted
}
