/**
 * What the finite test sets add to the uncertainty of a table's figures, from what the cells publish of the groups of
 * their test rows. It takes a while, and depends on nothing but those; so whoever builds tables may keep it.
 */
import { Schema } from "effect"
import * as CellId from "../domain/CellId.ts"
import type { Contribution, Contributions, RightRows } from "../domain/Contributions.ts"
import { RowsTest } from "../domain/ResultTable.ts"
import type { TableSpec } from "../domain/TableSpec.ts"
import { isDefined } from "./CellFigures.ts"
import type { CellOutcome } from "./CellOutcome.ts"
import { rowAxes } from "./RowAxes.ts"
import { mcNemar } from "./statistics/index.ts"
import { drawGroups, type GroupDraws, replicates, rowVariance } from "./statistics/RowBootstrap.ts"

const Variance = Schema.Struct({ variance: Schema.Finite, groups: Schema.Int })

/** Of one figure of a row: its own variance, that of its difference from the baseline, and McNemar's tests beside it. */
export const CellTestRows = Schema.Struct({
  own: Schema.optionalKey(Variance),
  difference: Schema.optionalKey(Variance),
  tests: Schema.optionalKey(Schema.Array(RowsTest))
})
export type CellTestRows = typeof CellTestRows.Type

export const TestRows = Schema.Struct({
  /** What the groups are: "template". */
  by: Schema.String,
  /** By row and column. */
  cells: Schema.Record(Schema.String, Schema.Record(Schema.String, CellTestRows)),
  /** Columns whose published contributions do not give the published figure, and are left aside. */
  astray: Schema.Array(Schema.String)
})
export type TestRows = typeof TestRows.Type

type Published = CellOutcome & { readonly contributions: Contributions }

const isPublished = (cell: CellOutcome): cell is Published => cell.contributions !== undefined

const total = (values: ReadonlyArray<number>) => values.reduce((before, value) => before + value, 0)

const shaped = (form: Contribution["form"], ratio: number) => (form === "product" ? ratio * (1 - ratio) : ratio)

/** Whether the sums over all groups give the figure that was published beside them. */
const agrees = ({ contributions, metrics }: Published, metric: string): boolean => {
  const figure = contributions.figures[metric]
  const measure = metrics?.[metric]
  if (figure === undefined || !isDefined(measure)) return true
  const size = contributions.groups.length
  return (
    figure.of.length === size &&
    figure.in.length === size &&
    Math.abs(shaped(figure.form, total(figure.of) / total(figure.in)) - measure.value) <=
      1e-9 * Math.max(1, Math.abs(measure.value))
  )
}

/** The replicates of one figure by seed: of the cells whose figure is defined. */
type Replicates = ReadonlyMap<number | null, Float64Array>

const replicatesOf = (cells: ReadonlyArray<Published>, metric: string, draws: GroupDraws): Replicates =>
  new Map(
    cells.flatMap(({ contributions, metrics, seed }) => {
      const figure = contributions.figures[metric]
      if (figure === undefined || !isDefined(metrics?.[metric])) return []
      const ratios = replicates({ groups: contributions.groups, of: figure.of, in: figure.in }, draws)
      return [[seed, figure.form === undefined ? ratios : ratios.map((ratio) => shaped(figure.form, ratio))] as const]
    })
  )

const minus = (left: Float64Array, right: Float64Array) => left.map((value, at) => value - (right[at] ?? Number.NaN))

const count = (own: RightRows, other: RightRows, mine: string, theirs: string): number => {
  let found = 0
  for (let at = 0; at < own.right.length; at++) if (own.right[at] === mine && other.right[at] === theirs) found += 1
  return found
}

const testsOf = (cells: ReadonlyArray<Published>, base: ReadonlyArray<Published>, metric: string) =>
  cells.flatMap(({ contributions: { rows: own }, seed }): ReadonlyArray<RowsTest> => {
    const other = base.find((each) => each.seed === seed)?.contributions.rows
    if (own === undefined || other === undefined || own.metric !== metric || other.metric !== metric) return []
    if (own.rows !== other.rows || own.right.length !== other.right.length) return []
    const [wins, losses] = [count(own, other, "1", "0"), count(own, other, "0", "1")]
    return [{ seed, wins, losses, p: mcNemar(wins, losses).p }]
  })

/** Undefined where no cell publishes contributions. */
export const testRowsOf = (spec: TableSpec, cells: ReadonlyArray<CellOutcome>): TestRows | undefined => {
  // In the order of seeds, whatever order the cells come in: sums of the same numbers are then the same to the last bit.
  const published = cells.filter(isPublished).sort((left, right) => (left.seed ?? -1) - (right.seed ?? -1))
  const [first] = published
  if (first === undefined) return undefined
  const axes = rowAxes(spec, cells)
  const { by } = first.contributions
  const named = spec.columns.map(({ metric }) => metric)
  const astray = named.filter((metric) => published.some((cell) => !agrees(cell, metric)))
  const metrics = named.filter((metric) => !astray.includes(metric))
  const drawn = new Map<string, GroupDraws>()
  const drawsOf = (groups: ReadonlyArray<string>) => {
    const names = [...new Set(groups)].sort()
    const key = JSON.stringify(names)
    const draws = drawn.get(key) ?? drawGroups(names)
    drawn.set(key, draws)
    return draws
  }
  const blockOf = ({ labels }: CellOutcome) =>
    JSON.stringify(
      axes.filter((axis) => spec.baseline === undefined || !(axis in spec.baseline)).map((axis) => labels[axis])
    )
  const isBase = ({ labels }: CellOutcome) =>
    spec.baseline !== undefined && Object.entries(spec.baseline).every(([axis, value]) => labels[axis] === value)
  const found: Record<string, Record<string, CellTestRows>> = {}
  for (const block of Map.groupBy(
    published.filter(({ contributions }) => contributions.by === by),
    blockOf
  ).values()) {
    // One set of draws for all that is compared, so that a difference is that of the same draws.
    const draws = drawsOf(block.flatMap(({ contributions }) => contributions.groups))
    const groups = draws.index.size
    const base = block.filter(isBase)
    for (const metric of metrics) {
      const ofBase = replicatesOf(base, metric, draws)
      for (const [id, own] of Map.groupBy(block, ({ labels }) => CellId.ofLabels(labels, axes))) {
        const isBaseRow = own.some(isBase)
        const mine = isBaseRow ? ofBase : replicatesOf(own, metric, draws)
        const pairs = [...mine].flatMap(([seed, values]) => {
          const other = ofBase.get(seed)
          return other === undefined ? [] : [minus(values, other)]
        })
        const variance = rowVariance([...mine.values()], groups)
        const difference = isBaseRow ? null : rowVariance(pairs, groups)
        const tests = isBaseRow ? [] : testsOf(own, base, metric)
        const row = found[id] ?? {}
        found[id] = row
        row[metric] = {
          ...(variance === null ? {} : { own: variance }),
          ...(difference === null ? {} : { difference }),
          ...(tests.length === 0 ? {} : { tests })
        }
      }
    }
  }
  return { by, cells: found, astray }
}
