/** The part of a table that its headline names, and what it leaves out. */
import type { ReportTable } from "./ReportTable.ts"

/** Columns that a summary shows where the experiment names none. */
const DEFAULT_COLUMNS = 4

/** The table with the headline's rows and columns alone; without the axes whose value it fixes. */
export const headlineOf = (table: ReportTable): ReportTable => {
  const { headline } = table
  const named = headline?.columns.flatMap((id) => table.columns.find((column) => column.id === id) ?? []) ?? []
  const where = Object.entries(headline?.where ?? {})
  const meant = table.rows.filter(({ labels }) => where.every(([axis, value]) => labels[axis] === value))
  const isNarrowed = meant.length > 0 && meant.length < table.rows.length
  return {
    ...table,
    columns: named.length > 0 ? named : table.columns.slice(0, DEFAULT_COLUMNS),
    rows: isNarrowed ? meant : table.rows,
    axes: isNarrowed ? table.axes.filter((axis) => !where.some(([fixed]) => fixed === axis)) : table.axes
  }
}

/** What a part of the table lacks: `10 of 20 rows (split by-emotion-word), 4 of 12 columns`; "" where it is all of it. */
export const extent = (part: ReportTable, whole: ReportTable): string => {
  const fixed = whole.axes.filter((axis) => !part.axes.includes(axis))
  const where = fixed.map((axis) => `${axis} ${whole.headline?.where?.[axis] ?? ""}`).join(", ")
  const of = (some: number, all: number, noun: string) => (some === all ? [] : [`${some} of ${all} ${noun}`])
  const rows = of(part.rows.length, whole.rows.length, "rows").map((text) =>
    where === "" ? text : `${text} (${where})`
  )
  return [...rows, ...of(part.columns.length, whole.columns.length, "columns")].join(", ")
}
