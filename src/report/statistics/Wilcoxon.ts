/** Wilcoxon's signed-rank test with its exact conditional distribution (mid-ranks for ties, zero differences dropped). */

export interface SignedRank {
  /** Number of non-zero differences. */
  readonly n: number
  /** Sum of the ranks of the positive differences. */
  readonly positive: number
  /** Sum of the ranks of the negative differences. */
  readonly negative: number
  /** Two-sided exact p, at least 2^(1−n); 1 where every difference is zero. */
  readonly p: number
}

/** Twice the mid-ranks of |differences|: integers, so that the distribution can be counted exactly. */
const doubledRanks = (sizes: ReadonlyArray<number>): ReadonlyArray<number> =>
  sizes.map((size) => {
    const below = sizes.filter((other) => other < size).length
    const equal = sizes.filter((other) => other === size).length
    return 2 * below + equal + 1
  })

/** The exact test. Counts all 2ⁿ sign patterns by dynamic programming; n up to about 1,000. */
export const wilcoxonSignedRank = (differences: ReadonlyArray<number>): SignedRank => {
  const kept = differences.filter((difference) => difference !== 0)
  const ranks = doubledRanks(kept.map(Math.abs))
  const total = ranks.reduce((left, right) => left + right, 0)
  const positive = ranks.reduce((left, rank, index) => left + ((kept[index] ?? 0) > 0 ? rank : 0), 0)
  const negative = total - positive
  // Probabilities rather than counts: 2ⁿ leaves the doubles for n > 1023.
  const mass = new Float64Array(total + 1)
  mass[0] = 1
  let reach = 0
  for (const rank of ranks) {
    reach += rank
    for (let value = reach; value >= 0; value--) {
      mass[value] = 0.5 * ((mass[value] ?? 0) + (value >= rank ? (mass[value - rank] ?? 0) : 0))
    }
  }
  let tail = 0
  for (let value = 0; value <= Math.min(positive, negative); value++) tail += mass[value] ?? 0
  return { n: kept.length, positive: positive / 2, negative: negative / 2, p: Math.min(1, 2 * tail) }
}
