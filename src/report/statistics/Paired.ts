/** The paired comparison of two variants over the seeds they share. */
import type { PairedDifference } from "../../domain/ResultTable.ts"
import { logGamma } from "./Gamma.ts"
import { intervalOfMean, type RowVariance } from "./Intervals.ts"
import { signFlipP } from "./SignFlip.ts"
import { studentTTwoSided } from "./StudentT.ts"
import { isConstant, mean, sampleSd } from "./Sum.ts"

/** A seed (null where the experiment has none) and the figure it gave. */
export interface SeedValue {
  readonly seed: number | null
  readonly value: number
}

/** Left minus right for every seed that both have, in the order of `left`. A seed given twice uses its first value. */
export const sharedDifferences = (
  left: ReadonlyArray<SeedValue>,
  right: ReadonlyArray<SeedValue>
): ReadonlyArray<number> => {
  const bySeed = new Map<number | null, number>()
  for (const { seed, value } of right) if (!bySeed.has(seed)) bySeed.set(seed, value)
  const used = new Set<number | null>()
  return left.flatMap(({ seed, value }) => {
    const other = bySeed.get(seed)
    if (other === undefined || used.has(seed)) return []
    used.add(seed)
    return [value - other]
  })
}

/** Seeds from which on an exact sign-flip p can be below 0.05. */
export const FEWEST_SEEDS = 6

/** A table has the same few numbers of seeds everywhere. */
const corrections = new Map<number, number>()

/**
 * What Cohen's d has to be multiplied with to be unbiased (Hedges 1981), exactly: Γ(m/2) / (√(m/2) Γ((m−1)/2)) for m
 * degrees of freedom; 0 for one.
 */
export const hedgesCorrection = (df: number): number => {
  const known = corrections.get(df)
  if (known !== undefined) return known
  const found = df < 2 ? 0 : Math.exp(logGamma(df / 2) - logGamma((df - 1) / 2)) / Math.sqrt(df / 2)
  corrections.set(df, found)
  return found
}

/**
 * Mean difference with its 95 % t interval (over the test rows too, where their part of the variance is given), the exact
 * two-sided sign-flip p, the paired t test's, and the effect size. Null for no pair; with one pair there is but the
 * mean. Where all differences are equal there is neither interval nor t.
 */
export const pairedDifference = (
  differences: ReadonlyArray<number>,
  {
    confidence = 0.95,
    rows
  }: { readonly confidence?: number; readonly rows?: RowVariance & { readonly by: string } } = {}
): PairedDifference | null => {
  const centre = mean(differences)
  if (centre === null) return null
  const n = differences.length
  const test = isConstant(differences) ? null : pairedT(differences)
  const fitted = intervalOfMean("score", differences, { confidence, ...(rows === undefined ? {} : { rows }) })
  const correction = hedgesCorrection(n - 1)
  return {
    n,
    mean: centre,
    ci95: fitted?.interval ?? null,
    sd: n < 2 ? null : (test?.sd ?? 0),
    se: fitted?.error.value ?? null,
    p: n < 2 ? null : signFlipP(differences),
    pT: test?.p ?? null,
    effect: correction === 0 || test === null || test.effect === null ? null : test.effect * correction,
    seedsNeeded: Math.max(0, FEWEST_SEEDS - n),
    ...(fitted === null || fitted.basis.covers === "seeds" ? {} : { interval: fitted.basis })
  }
}

/** What {@link pairedT} finds: mean and standard deviation of the differences, t and its two-sided p. */
export interface PairedT {
  readonly n: number
  readonly mean: number
  readonly sd: number
  /** Null where all differences are equal. */
  readonly t: number | null
  readonly df: number
  /** Two-sided; null where t is. */
  readonly p: number | null
  /** Cohen's d_z = mean / sd; null where sd is 0. */
  readonly effect: number | null
}

/** The paired t test of a list of differences; null for fewer than two. */
export const pairedT = (differences: ReadonlyArray<number>): PairedT | null => {
  const n = differences.length
  const centre = mean(differences)
  const sd = sampleSd(differences)
  if (centre === null || sd === null) return null
  const effect = sd === 0 ? null : centre / sd
  const t = effect === null ? null : effect * Math.sqrt(n)
  return { n, mean: centre, sd, t, df: n - 1, p: t === null ? null : studentTTwoSided(t, n - 1), effect }
}
