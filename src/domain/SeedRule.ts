/** When an experiment stops adding seeds: what `Grid.seeds.until` declares, as data. */

/** Seeds are added until the paired difference from the baseline row is settled. */
export interface SeedRule {
  /** The metric whose difference is looked at. */
  readonly metric: string
  /** Labels of the baseline rows; a row is compared with the baseline row that agrees on all other axes. */
  readonly versus: Readonly<Record<string, string>>
  /** A difference that is known to ± this, in the metric's own scale, is known well enough. Above 0. */
  readonly resolve: number
  /** The most seeds of a variant. At least 2. */
  readonly max: number
}

/** A variant of the whole grid: rows are compared in the family of all of them, whichever are asked for. */
export interface RuledVariant {
  readonly variant: string
  readonly labels: Readonly<Record<string, string>>
}

/** A rule with the variants that it is over. */
export interface SeedPlan {
  readonly rule: SeedRule
  readonly variants: ReadonlyArray<RuledVariant>
}

/** Seeds of the first round. Fewer seldom settle anything: the sequence has no end before five. */
const FIRST = 6

/** How many seeds each round has in all: from six, half as many again each time, to the most. */
export const roundsOf = ({ max }: SeedRule): ReadonlyArray<number> => {
  const rounds: Array<number> = []
  for (let seeds = Math.min(FIRST, max); seeds < max; seeds = Math.ceil(seeds * 1.5)) rounds.push(seeds)
  return [...rounds, max]
}
