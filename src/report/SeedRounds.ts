/** How many seeds every variant gets by a rule, as far as its figures are known, and why it gets no more. */
import { type RuledVariant, roundsOf, type SeedPlan, type SeedRule } from "../domain/SeedRule.ts"
import { baselinesOf } from "./Baseline.ts"
import { type Interval, isConstant, mean, meanSequence } from "./statistics/index.ts"

/** What all intervals of the table together may miss. */
const ALPHA = 0.05

/** A metric's value: null where it is undefined, undefined where it is not known (yet). */
export type ValueOf = (variant: string, seed: number) => number | null | undefined

/** Why a variant gets no more seeds; `open` where it waits for figures. */
export type Settled = "decided" | "narrow" | "max" | "constant" | "undefined" | "open"

/** One variant's difference from its baseline at its last look. */
export interface SeedCount {
  readonly variant: string
  readonly labels: Readonly<Record<string, string>>
  /** Seeds that it was given. */
  readonly seeds: number
  /** Those of them in which both rows have a figure. */
  readonly pairs: number
  readonly why: Settled
  readonly mean: number | null
  /** Null where it is unbounded. */
  readonly interval: Interval | null
}

export interface SeedReach {
  /** By variant, how many seeds it is given: seeds 0 … n−1. */
  readonly seeds: ReadonlyMap<string, number>
  /** Every variant that is no baseline, in the order of the grid. */
  readonly counts: ReadonlyArray<SeedCount>
}

type Look = Pick<SeedCount, "pairs" | "why" | "mean" | "interval">

/** What the first differences say; null for those where one of the two is undefined. */
const look = (differences: ReadonlyArray<number | null>, rule: SeedRule, alpha: number): Look => {
  const values = differences.filter((each) => each !== null)
  const interval = meanSequence(values, alpha)
  const found = { pairs: values.length, mean: mean(values), interval }
  if (values.length === 0) return { ...found, why: "undefined" }
  if (isConstant(values)) return { ...found, why: "constant" }
  if (interval !== null && (interval[0] > 0 || interval[1] < 0)) return { ...found, why: "decided" }
  if (interval !== null && (interval[1] - interval[0]) / 2 <= rule.resolve) return { ...found, why: "narrow" }
  return { ...found, why: differences.length >= rule.max ? "max" : "open" }
}

/** Goes through the rounds of one variant, to that which settles it or which is not known. */
const countOf = (
  { labels, variant }: RuledVariant,
  base: string,
  { rule, alpha, value }: { readonly rule: SeedRule; readonly alpha: number; readonly value: ValueOf }
): SeedCount => {
  const differences: Array<number | null> = []
  let last: Look = { pairs: 0, why: "open", mean: null, interval: null }
  for (const seeds of roundsOf(rule)) {
    for (let seed = differences.length; seed < seeds; seed++) {
      const [own, other] = [value(variant, seed), value(base, seed)]
      if (own === undefined || other === undefined) return { variant, labels, ...last, seeds }
      differences.push(own === null || other === null ? null : own - other)
    }
    last = look(differences, rule, alpha)
    if (last.why !== "open") break
  }
  return { variant, labels, ...last, seeds: differences.length }
}

/**
 * Every variant is looked at alone after each round, by a confidence sequence of level 1 − 0.05/k for k variants: by the union
 * bound all of them hold all true differences at all looks with 95 %. A baseline row goes as far as the variants that are compared
 * with it.
 */
export const seedReach = ({ rule, variants }: SeedPlan, value: ValueOf): SeedReach => {
  const axes = Object.keys(variants[0]?.labels ?? {})
  const baselines = baselinesOf(variants, axes, rule.versus)
  const compared = variants.filter((each) => !baselines.isBaseline(each))
  const seeds = new Map(variants.map(({ variant }) => [variant, roundsOf(rule)[0] ?? rule.max]))
  const counts = compared.map((each) => {
    const base = baselines.of(each)?.variant ?? ""
    const count = countOf(each, base, { rule, alpha: ALPHA / compared.length, value })
    seeds.set(each.variant, count.seeds)
    seeds.set(base, Math.max(seeds.get(base) ?? 0, count.seeds))
    return count
  })
  return { seeds, counts }
}
