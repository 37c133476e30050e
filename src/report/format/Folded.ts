/**
 * A wide table folded into what a terminal takes in one line a row: whole groups of columns from the left, where need be
 * without intervals. What is left out is named, with what shows it.
 */
import type { ReportTable } from "../ReportTable.ts"
import { columnGroups, type Figured } from "./Figures.ts"
import { type Fitted, reduced, sideBySide } from "./SummaryTable.ts"

export interface Folded extends Fitted {
  /** `intervals; fear × race, flips on swap (5 of 12 columns)`; "" where nothing is. */
  readonly left: string
}

const MOST_LABEL = 40

const firstColumns = (table: ReportTable, printed: Figured, count: number): [ReportTable, Figured] => [
  { ...table, columns: table.columns.slice(0, count) },
  { ...printed, columns: printed.columns.slice(0, count) }
]

const fitting = (table: ReportTable, printed: Figured, counts: ReadonlyArray<number>, width: number) => {
  for (const count of counts) {
    const [part, figures] = firstColumns(table, printed, count)
    const found = sideBySide(part, figures, { limit: Math.max(8, Math.min(MOST_LABEL, Math.floor(width / 2))) }, width)
    if (found !== undefined) return found
  }
  return undefined
}

/** The widest that fits: whole groups, unless more than twice as many columns fit when a group may be split. */
const widest = (table: ReportTable, printed: Figured, width: number): Fitted | undefined => {
  const all = Array.from({ length: table.columns.length }, (_, at) => table.columns.length - at)
  const ends = columnGroups(table).map(({ columns }) => (columns.at(-1) ?? 0) + 1)
  const any = fitting(table, printed, all, width)
  const whole = fitting(table, printed, ends.toReversed(), width)
  if (whole === undefined || any === undefined) return any
  return any.table.columns.length > 2 * whole.table.columns.length ? any : whole
}

const leftOut = (table: ReportTable, shown: ReportTable): ReadonlyArray<string> => {
  const names = columnGroups(table).flatMap(({ columns, heading }) => {
    const missing = columns.filter((index) => index >= shown.columns.length)
    if (missing.length === 0) return []
    const labels = missing.flatMap((index) => table.columns[index]?.label ?? [])
    if (heading === "") return labels
    return missing.length === columns.length ? [heading] : labels.map((label) => `${heading} ${label}`)
  })
  const count = table.columns.length - shown.columns.length
  return count === 0 ? [] : [`${names.join(", ")} (${count} of ${table.columns.length} columns)`]
}

/** Undefined where not even one column fits so. */
export const folded = (table: ReportTable, printed: Figured, width: number): Folded | undefined => {
  const withIntervals = widest(table, printed, width)
  if (withIntervals?.table.columns.length === table.columns.length) return { ...withIntervals, left: "" }
  const bare = widest(table, reduced(printed, true), width)
  const isMore = (bare?.table.columns.length ?? 0) > (withIntervals?.table.columns.length ?? 0)
  const shown = isMore ? bare : withIntervals
  if (shown === undefined) return undefined
  const cells = printed.columns.slice(0, shown.table.columns.length).flat()
  const parts = [
    ...(isMore && cells.some(({ low }) => low !== "") ? ["intervals"] : []),
    ...(isMore && cells.some(({ beside }) => beside !== "") ? ["what stands beside"] : [])
  ]
  return {
    ...shown,
    left: [...(parts.length === 0 ? [] : [parts.join(" and ")]), ...leftOut(table, shown.table)].join("; ")
  }
}
