/** The paired comparison of two variants over the seeds they share. */
import type { PairedDifference } from "../../domain/ResultTable.ts"
import { signFlipP } from "./SignFlip.ts"
import { studentTTwoSided } from "./StudentT.ts"
import { mean, sampleSd } from "./Sum.ts"
import { meanInterval } from "./Summary.ts"

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

/**
 * Mean difference with its 95 % t interval and the exact two-sided sign-flip p. Null for no pair; with one pair neither
 * interval nor p exists.
 */
export const pairedDifference = (differences: ReadonlyArray<number>, confidence = 0.95): PairedDifference | null => {
  const centre = mean(differences)
  if (centre === null) return null
  return {
    n: differences.length,
    mean: centre,
    ci95: meanInterval(differences, confidence),
    p: differences.length < 2 ? null : signFlipP(differences)
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
