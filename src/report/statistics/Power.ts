/** What a paired t test can show: the smallest difference for a number of seeds, and the seeds for a difference. */
import { noncentralTCdf } from "./NoncentralT.ts"
import { studentTCritical } from "./StudentT.ts"

/** How often a difference is to be found: four times in five. */
export const POWER = 0.8
const ALPHA = 0.05

/** Above it the t distribution's tail for one degree of freedom is no more computed; no test of means comes near. */
const MOST_NONCENTRAL = 37

/** Probability that the two-sided test at 5 % finds a difference of `effect` standard deviations; n ≥ 2. */
export const pairedTPower = (n: number, effect: number): number => {
  const df = n - 1
  const critical = studentTCritical(ALPHA, df)
  const noncentrality = Math.min(MOST_NONCENTRAL, Math.abs(effect) * Math.sqrt(n))
  return 1 - noncentralTCdf(critical, df, noncentrality) + noncentralTCdf(-critical, df, noncentrality)
}

const known = new Map<number, number>()

/** The difference, in its standard deviations, that n seeds find with a power of 80 %; n ≥ 2. */
export const detectableEffect = (n: number): number => {
  const found = known.get(n) ?? solve(n)
  known.set(n, found)
  return found
}

const solve = (n: number): number => {
  let low = 0
  let high = MOST_NONCENTRAL / Math.sqrt(n)
  while (high - low > 1e-10 * high) {
    const middle = (low + high) / 2
    if (pairedTPower(n, middle) < POWER) low = middle
    else high = middle
  }
  return high
}

/** More seeds than that are not named. */
export const MOST_SEEDS = 1000

/**
 * The fewest seeds with which a difference is found with a power of 80 %. `effect(n)` is the difference in units of the
 * standard deviation of one seed's share in its error with n seeds: a constant where the seeds are all its uncertainty.
 * Null where {@link MOST_SEEDS} do not do.
 */
export const seedsFor = (effect: (n: number) => number): number | null => {
  let fits = MOST_SEEDS
  if (detectableEffect(fits) > Math.abs(effect(fits))) return null
  let short = 1
  while (fits - short > 1) {
    const middle = (short + fits) >> 1
    if (detectableEffect(middle) <= Math.abs(effect(middle))) fits = middle
    else short = middle
  }
  return fits
}
