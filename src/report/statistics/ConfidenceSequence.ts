/** A confidence sequence of a mean: intervals that all hold it at once, however often and whenever one looks. */

import { isConstant, mean, sampleSd } from "./Sum.ts"
import type { Interval } from "./Summary.ts"

/** Variance of the mixture over standardised means μ/σ: one unit of information, as one further value brings. */
const MIXTURE = 1

const power = (base: number, exponent: number): number => {
  let product = 1
  for (let times = 0; times < exponent; times++) product *= base
  return product
}

/** The n-th root of a number ≥ 1, by bisection. Only IEEE basic operations: the same bits on every machine, unlike `Math.pow`. */
const root = (value: number, n: number): number => {
  let low = 1
  let high = value
  for (;;) {
    const middle = low + (high - low) / 2
    if (middle <= low || middle >= high) return high
    if (power(middle, n) < value) low = middle
    else high = middle
  }
}

/**
 * The interval of level 1 − `alpha` after these values: the means m whose t-mixture martingale stays below 1/`alpha`,
 *
 *     (1 + n)^(−1/2) · [(1 + u) / (1 + u/(1 + n))]^(n/2),   u = n(x̄ − m)² / Σ(x − x̄)²,
 *
 * the scale-invariant likelihood ratio of μ/σ ~ N(m/σ, 1) to μ = m (Wang & Ramdas 2023, arXiv:2310.03722,
 * "Anytime-valid t-tests and confidence sequences for Gaussian means with unknown variance"; the ratio at one n: Gönen et al. 2005). For independent normal
 * values of any mean and variance the chance that the true mean is ever outside is at most `alpha`, exactly, at all
 * n ≥ 2 together (Ville's inequality). Null where it is unbounded (few values), and of values that are all equal.
 */
export const meanSequence = (values: ReadonlyArray<number>, alpha = 0.05): Interval | null => {
  const n = values.length
  const centre = mean(values)
  const sd = sampleSd(values)
  if (centre === null || sd === null || sd === 0 || isConstant(values)) return null
  const spread = 1 + n * MIXTURE
  const bound = root(spread / (alpha * alpha), n)
  if (bound >= spread) return null
  const u = (bound - 1) / (1 - bound / spread)
  const half = sd * Math.sqrt((u * (n - 1)) / n)
  return [centre - half, centre + half]
}
