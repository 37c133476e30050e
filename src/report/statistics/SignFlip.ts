/**
 * The exact sign-flip (permutation) test of paired differences: under the hypothesis of no difference every one of the
 * 2ⁿ sign patterns is equally likely. The observed pattern and its mirror image always count, so the two-sided p is
 * never below 2^(1−n).
 */
import { sum } from "./Sum.ts"

/** More pairs than this are refused (null): the two half-enumerations would not fit in memory. */
const MAX_PAIRS = 40

/** All 2^k signed sums of non-negative values, ascending: of each value the sums without it, moved down and up, merged. */
const signedSums = (values: ReadonlyArray<number>): Float64Array => {
  let sums = new Float64Array(1)
  for (const value of values) {
    const next = new Float64Array(2 * sums.length)
    let down = 0
    let up = 0
    for (let at = 0; at < next.length; at++) {
      const lower = down < sums.length ? (sums[down] ?? 0) - value : Number.POSITIVE_INFINITY
      const upper = (sums[up] ?? 0) + value
      if (lower <= upper) down += 1
      else up += 1
      next[at] = Math.min(lower, upper)
    }
    sums = next
  }
  return sums
}

/**
 * Two-sided exact p: the share of sign patterns whose |sum| is at least the observed one. Sums that agree to twelve
 * digits count as ties. Null for no pair and for more than forty.
 */
export const signFlipP = (differences: ReadonlyArray<number>): number | null => {
  const n = differences.length
  if (n === 0 || n > MAX_PAIRS) return null
  const sizes = differences.map(Math.abs)
  const threshold = Math.abs(sum(differences)) - 1e-12 * sum(sizes)
  if (threshold <= 0) return 1
  const half = Math.floor(n / 2)
  const left = signedSums(sizes.slice(0, half))
  const right = signedSums(sizes.slice(half))
  // Patterns come in mirrored pairs: the upper tail alone decides. As the left sum grows, the right one may shrink.
  let upper = 0
  let start = right.length
  for (const a of left) {
    while (start > 0 && a + (right[start - 1] ?? 0) >= threshold) start -= 1
    upper += right.length - start
  }
  return Math.min(1, (2 * upper) / 2 ** n)
}
