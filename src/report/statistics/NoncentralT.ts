/** The noncentral t distribution (Lenth 1989, AS 243): what a t statistic does where there is a difference to be found. */
import { logBeta, logGamma } from "./Gamma.ts"
import { normalCdf } from "./Normal.ts"
import { incompleteBeta } from "./StudentT.ts"

/** Terms past which nothing is added to twelve digits for the noncentralities that a test of means meets (below 37). */
const TERMS = 3000

/** P(T ≤ t) for t ≥ 0. */
const cdfAbove = (t: number, df: number, noncentrality: number): number => {
  const x = (t * t) / (t * t + df)
  const complement = df / (t * t + df)
  const half = noncentrality ** 2 / 2
  const b = df / 2
  const logX = Math.log(x)
  const logComplement = Math.log(complement)
  /** What I_x(a, b) loses from a to a + 1. */
  const step = (a: number): number =>
    x === 0 ? 0 : Math.exp(a * logX + b * logComplement - Math.log(a) - logBeta(a, b))
  let p = Math.exp(-half)
  let q = (noncentrality * Math.exp(-half)) / (Math.SQRT2 * Math.exp(logGamma(1.5)))
  let odd = incompleteBeta(0.5, b, x, complement)
  let even = incompleteBeta(1, b, x, complement)
  let oddStep = step(0.5)
  let evenStep = step(1)
  let total = 0
  for (let j = 0; j < TERMS; j++) {
    const term = p * odd + q * even
    total += term
    if (j > half && Math.abs(term) < 1e-16) break
    odd -= oddStep
    even -= evenStep
    oddStep *= (x * (j + 0.5 + b)) / (j + 1.5)
    evenStep *= (x * (j + 1 + b)) / (j + 2)
    p *= half / (j + 1)
    q *= half / (j + 1.5)
  }
  return Math.min(1, Math.max(0, normalCdf(-noncentrality) + total / 2))
}

/** P(T ≤ t) for T with `df` degrees of freedom and a noncentrality of at most 37 either way. */
export const noncentralTCdf = (t: number, df: number, noncentrality: number): number =>
  t >= 0 ? cdfAbove(t, df, noncentrality) : 1 - cdfAbove(-t, df, -noncentrality)
