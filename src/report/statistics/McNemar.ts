/** McNemar's test of two classifiers on the same rows, from the two discordant counts. */
import { logBeta } from "./Gamma.ts"
import { chiSquare1UpperTail } from "./Normal.ts"

/** What {@link mcNemar} finds. */
export interface McNemar {
  /** Two-sided exact binomial p; 1 where no row is discordant. */
  readonly p: number
  /** (|b − c| − 1)² / (b + c), Edwards' continuity correction; 0 where b = c, null where both are 0. */
  readonly chiSquare: number | null
  /** Upper tail of χ²₁ at `chiSquare`. */
  readonly pChiSquare: number | null
}

/** P(X = k) for X binomial(n, ½). */
const binomialHalf = (n: number, k: number): number =>
  Math.exp(-Math.log(n + 1) - logBeta(k + 1, n - k + 1) - n * Math.LN2)

/** `b`: rows only the first classifier gets right; `c`: rows only the second does. Non-negative integers. */
export const mcNemar = (b: number, c: number): McNemar => {
  const n = b + c
  if (n === 0) return { p: 1, chiSquare: null, pChiSquare: null }
  let tail = 0
  for (let k = 0; k <= Math.min(b, c); k++) tail += binomialHalf(n, k)
  const chiSquare = b === c ? 0 : (Math.abs(b - c) - 1) ** 2 / n
  return { p: b === c ? 1 : Math.min(1, 2 * tail), chiSquare, pChiSquare: chiSquare1UpperTail(chiSquare) }
}
