/** Student's t distribution through the regularised incomplete beta function, to about 1e-13. */
import { continuedFraction, logBeta } from "./Gamma.ts"

/**
 * The regularised incomplete beta function I_x(a, b), a, b > 0, 0 ≤ x ≤ 1.
 * `complement` is 1 − x: callers that know it exactly give it, so that nothing is lost near 1.
 */
export const incompleteBeta = (a: number, b: number, x: number, complement: number = 1 - x): number => {
  if (x <= 0) return 0
  if (complement <= 0) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, complement, x)
  const logX = x > 0.5 ? Math.log1p(-complement) : Math.log(x)
  const logY = complement > 0.5 ? Math.log1p(-x) : Math.log(complement)
  const scale = Math.exp(a * logX + b * logY - logBeta(a, b)) / a
  const fraction = continuedFraction(1, (index) => {
    const m = index >> 1
    return index % 2 === 0
      ? [(m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)), 1]
      : [(-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)), 1]
  })
  return Math.min(1, scale / fraction)
}

/** P(|T| ≥ |t|) for T with `df` > 0 degrees of freedom: the two-sided p-value of a t statistic. */
export const studentTTwoSided = (t: number, df: number): number => {
  const square = t * t
  if (square === Number.POSITIVE_INFINITY) return 0
  return incompleteBeta(df / 2, 0.5, df / (df + square), square / (df + square))
}

const density = (t: number, df: number): number =>
  Math.exp(-((df + 1) / 2) * Math.log1p((t * t) / df) - 0.5 * Math.log(df) - logBeta(df / 2, 0.5))

/** A table asks for the same few critical values thousands of times. */
const known = new Map<string, number>()

/** The t with P(|T| ≥ t) = `alpha`, 0 < alpha ≤ 1: `studentTCritical(0.05, 4)` is 2.7764451… */
export const studentTCritical = (alpha: number, df: number): number => {
  const key = `${alpha}/${df}`
  const found = known.get(key) ?? solveCritical(alpha, df)
  known.set(key, found)
  return found
}

const solveCritical = (alpha: number, df: number): number => {
  if (alpha >= 1) return 0
  if (!(alpha > 0)) return Number.POSITIVE_INFINITY
  let low = 0
  let high = 1
  while (studentTTwoSided(high, df) > alpha && high < 1e300) {
    low = high
    high *= 2
  }
  let t = (low + high) / 2
  for (let step = 0; step < 200; step++) {
    const excess = studentTTwoSided(t, df) - alpha
    if (excess > 0) low = t
    else high = t
    const newton = t + excess / (2 * density(t, df))
    // Newton where it stays inside the bracket, halving where it does not: always converges, mostly quadratically.
    const next = newton > low && newton < high ? newton : (low + high) / 2
    if (Math.abs(next - t) <= 4e-16 * Math.max(1, t)) return next
    t = next
  }
  return t
}
