/**
 * Main effects and interactions of factors, from the same cells as the rows and paired by seed: in each seed in which
 * every row has a figure an effect is a difference of means over rows (Box, Hunter and Hunter, Statistics for
 * Experimenters, chapter 5), and over the seeds it has the statistics of any paired difference.
 */
import type { EffectTerm, FactorEffect } from "../domain/ResultTable.ts"
import type { Effects } from "../domain/TableSpec.ts"
import { seedValues } from "./CellFigures.ts"
import {
  estimable,
  type Factor,
  type Fraction,
  factorOf,
  fractionOf,
  isBalanced,
  pairsOf,
  type Term
} from "./Design.ts"
import type { ReportColumn, ReportRow } from "./ReportTable.ts"
import { holm, mean, pairedDifference } from "./statistics/index.ts"

type Labels = Readonly<Record<string, string>>

/** Rows that agree on all axes that are no factors. */
export interface EffectBlock {
  readonly labels: Labels
  readonly factors: ReadonlyArray<Factor>
  /** Why there are no effects of it. */
  readonly problem: string | undefined
  readonly fraction: Fraction | undefined
  /** Columns in which fewer seeds count than the fullest row has, as not every row has a figure. */
  readonly incomplete: ReadonlyArray<string>
}

export interface FoundEffects {
  readonly found: ReadonlyArray<FactorEffect>
  readonly blocks: ReadonlyArray<EffectBlock>
  readonly isOfTwo: boolean
}

/** Of each row its figure in one seed. */
type SeedFigures = ReadonlyMap<ReportRow, number>

/** Of every seed that all rows have. */
const completeSeeds = (rows: ReadonlyArray<ReportRow>, column: string) => {
  const bySeed = rows.map((row) => {
    const cell = row.cells[column]
    return new Map((cell === undefined ? [] : seedValues(cell)).map(({ seed, value }) => [seed, value]))
  })
  const all = [...new Set(bySeed.flatMap((seeds) => [...seeds.keys()]))]
  const complete = all.flatMap((seed): ReadonlyArray<SeedFigures> => {
    const figures = new Map<ReportRow, number>()
    for (const [at, row] of rows.entries()) {
      const value = bySeed[at]?.get(seed)
      if (value !== undefined) figures.set(row, value)
    }
    return figures.size === rows.length ? [figures] : []
  })
  return { complete, all: all.length }
}

const meanWhere = (figures: SeedFigures, labels: Labels): number =>
  mean(
    [...figures].flatMap(([row, value]) =>
      Object.entries(labels).every(([axis, label]) => row.labels[axis] === label) ? [value] : []
    )
  ) ?? 0

/** Of one seed. */
const effectIn = (figures: SeedFigures, [first, second]: ReadonlyArray<EffectTerm>): number => {
  if (first === undefined) return 0
  if (second === undefined)
    return meanWhere(figures, { [first.axis]: first.to }) - meanWhere(figures, { [first.axis]: first.from })
  const at = (level: string) =>
    meanWhere(figures, { [first.axis]: first.to, [second.axis]: level }) -
    meanWhere(figures, { [first.axis]: first.from, [second.axis]: level })
  return at(second.to) - at(second.from)
}

const changes = ({ axis, levels: [from, ...others] }: Factor): ReadonlyArray<EffectTerm> =>
  others.map((to) => ({ axis, from, to }))

const contrastsOf = ([first, second]: Term): ReadonlyArray<ReadonlyArray<EffectTerm>> =>
  second === undefined
    ? changes(first).map((term) => [term])
    : changes(first).flatMap((left) => changes(second).map((right) => [left, right]))

const problemOf = (rows: ReadonlyArray<ReportRow>, factors: ReadonlyArray<Factor>): string | undefined => {
  const single = factors.find(({ levels }) => levels.length < 2)
  if (single !== undefined) return `${single.axis} has one level, ${single.levels[0]}`
  return isBalanced(rows, factors)
    ? undefined
    : `they are no balanced design in ${factors.map(({ axis }) => axis).join(", ")}: some levels occur together more often than others`
}

const ofBlock = (
  rows: ReadonlyArray<ReportRow>,
  columns: ReadonlyArray<ReportColumn>,
  { factors, labels }: Pick<EffectBlock, "factors" | "labels">,
  isOfTwo: boolean
) => {
  const terms: ReadonlyArray<Term> = [
    ...factors.map((factor) => [factor] as const),
    ...(isOfTwo ? pairsOf(factors) : [])
  ]
  const distinct = estimable(rows, terms)
  const incomplete: Array<string> = []
  const found = columns.flatMap(({ id }) => {
    const { all, complete } = completeSeeds(rows, id)
    if (complete.length < all) incomplete.push(id)
    return distinct.flatMap(({ aliases, term }) =>
      contrastsOf(term).flatMap((contrast): ReadonlyArray<FactorEffect> => {
        const difference = pairedDifference(complete.map((figures) => effectIn(figures, contrast)))
        return difference === null ? [] : [{ column: id, labels, terms: contrast, aliases, difference }]
      })
    )
  })
  return { found, incomplete }
}

export const effectsOf = (
  { factors: named, interactions = true }: Effects,
  rows: ReadonlyArray<ReportRow>,
  columns: ReadonlyArray<ReportColumn>,
  { axes, baseline = {} }: { readonly axes: ReadonlyArray<string>; readonly baseline?: Labels | undefined }
): FoundEffects => {
  const others = axes.filter((axis) => !named.includes(axis))
  const isOfTwo = interactions && named.length > 1
  const groups = Map.groupBy(rows, ({ labels }) => JSON.stringify(others.map((axis) => labels[axis] ?? "")))
  const all = [...groups.values()].map((of) => {
    const labels = Object.fromEntries(others.map((axis) => [axis, of[0]?.labels[axis] ?? ""]))
    const factors = named.flatMap((axis) => factorOf(of, axis, baseline[axis]) ?? [])
    const problem = problemOf(of, factors)
    const { found, incomplete } =
      problem === undefined ? ofBlock(of, columns, { factors, labels }, isOfTwo) : { found: [], incomplete: [] }
    const fraction = problem === undefined ? fractionOf(of, factors) : undefined
    return { found, block: { labels, factors, problem, fraction, incomplete } }
  })
  const found = all.flatMap((each) => each.found)
  const adjusted = holm(found.map(({ difference: { p, pT } }) => p ?? pT ?? null))
  return {
    found: found.map((each, at) => ({ ...each, difference: { ...each.difference, pHolm: adjusted[at] ?? null } })),
    blocks: all.map(({ block }) => block),
    isOfTwo
  }
}
