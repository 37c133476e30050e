/** A forest plot: every row's difference to the baseline with its 95 % interval, as a line and in numbers. */
import type { ForestSpec } from "../../domain/FigureSpec.ts"
import type { ReportColumn, ReportRow } from "../ReportTable.ts"
import { type DifferenceGroup, type DifferenceLine, differencePlot, differencesIn } from "./DifferencePlot.ts"
import { type Attempt, type FigureTable, leftOut } from "./Figure.ts"
import { columnTitle, countsOf, digitsOf, isBaseline, isMeant, nameOf, noneMeant, varying } from "./Rows.ts"

/** Rows of one label on the first of several axes stand together, under it. */
const groupsOf = (
  rows: ReadonlyArray<ReportRow>,
  { axes }: FigureTable,
  { better, metric }: { readonly metric: string; readonly better: ReportColumn["better"] }
): ReadonlyArray<DifferenceGroup> => {
  const [first, ...others] = varying(rows, axes)
  const line = (row: ReportRow, names: ReadonlyArray<string>): DifferenceLine => {
    const cell = row.cells[metric]
    return {
      name: nameOf(row, names),
      difference: cell?.difference,
      note: cell === undefined || cell.n === 0 ? (cell?.note ?? "no figure") : "no baseline to be compared with",
      better
    }
  }
  const isGrouped = first !== undefined && others.length > 0
  if (!isGrouped) return [{ name: null, lines: rows.map((row) => line(row, first === undefined ? [] : [first])) }]
  return [...Map.groupBy(rows, ({ labels }) => labels[first] ?? "")].map(([name, alike]) => ({
    name,
    lines: alike.map((row) => line(row, others))
  }))
}

/** The drawing, or why there is none. */
export const forest = (spec: ForestSpec, table: FigureTable): Attempt => {
  const meant = table.rows.filter(({ labels }) => isMeant(labels, spec.where))
  if (meant.length === 0) return leftOut(noneMeant("rows", table.rows, spec.where))
  const compared = meant.filter((row) => !isBaseline(row, table.baseline))
  const { better } = table.columns.find(({ id }) => id === spec.metric) ?? {}
  const groups = groupsOf(compared, table, { metric: spec.metric, better })
  const differences = differencesIn(groups)
  if (differences.length === 0) return leftOut(`no row has a difference in ${spec.metric} to the baseline`)
  const title = columnTitle(table, spec.metric)
  const hint = better === undefined ? "" : ` (${better} is better)`
  const seeds = countsOf(differences)
  return differencePlot({
    ...{ title: spec.title, subtitle: spec.subtitle, width: spec.width, groups, sources: table.sources },
    digits: digitsOf(table, spec.metric),
    noun: "difference",
    xTitle: `${title}, difference to ${table.baseline ?? "the baseline"}${hint}`,
    summary: `Differences to the baseline, ${title}${better === undefined ? "" : `, ${better} is better`}, with 95 % intervals.`,
    remark: `Differences over ${seeds} shared ${seeds === "1" ? "seed" : "seeds"}; bars: 95 % interval.`
  })
}
