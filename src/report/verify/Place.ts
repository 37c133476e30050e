/** Where a printed figure belongs in a table: the row that has these labels, the column that has this heading. */
import { columnHeading } from "../format/Figures.ts"
import type { ReportColumn, ReportRow, ReportTable } from "../ReportTable.ts"
import type { ExportedFigure } from "./Exported.ts"
import type { PartText } from "./PrintedFigure.ts"

/** Text as the format writes it. */
export type Escape = (text: string) => string

/** One printed cell: its row by label texts, its column by heading, and its parts. */
export interface PrintedCell {
  /** By axis, as printed. */
  readonly labels: ReadonlyArray<readonly [axis: string, text: string]>
  readonly column: ReportColumn | string
  readonly parts: ReadonlyArray<{
    readonly part: PartText[0] | "reference" | "reference_distance" | "beside_mean"
    readonly text: string
    readonly line: number
  }>
}

/** A label that was cut ends in `…`. */
const agrees = (printed: string, label: string, escaped: Escape): boolean => {
  if (printed === label || printed === escaped(label)) return true
  return (
    printed.endsWith("…") && (label.startsWith(printed.slice(0, -1)) || escaped(label).startsWith(printed.slice(0, -1)))
  )
}

/** The rows that have these labels. */
export const rowsWith = (
  table: ReportTable,
  labels: PrintedCell["labels"],
  shared: Readonly<Record<string, string>>,
  escaped: Escape
): ReadonlyArray<ReportRow> =>
  table.rows.filter(
    (row) =>
      labels.every(([axis, text]) => agrees(text, row.labels[axis] ?? "", escaped)) &&
      Object.entries(shared).every(([axis, label]) => row.labels[axis] === label)
  )

/** Columns by group and heading, in their order: of several that are called alike each is given once. */
export const columnFinder = (table: ReportTable, escaped: Escape) => {
  const used = new Set<ReportColumn>()
  return (group: string, heading: string): ReportColumn | undefined => {
    const found = table.columns.find(
      (column) =>
        !used.has(column) &&
        (escaped(columnHeading(column)) === heading || columnHeading(column) === heading) &&
        (escaped(column.group ?? "") === group || (column.group ?? "") === group)
    )
    if (found !== undefined) used.add(found)
    return found
  }
}

/** The figures of printed cells, each with its place in the table. */
export const placed = (
  table: ReportTable,
  cells: ReadonlyArray<PrintedCell>,
  shared: Readonly<Record<string, string>>,
  escaped: Escape
): ReadonlyArray<ExportedFigure> => {
  const found = new Map<string, ReportRow | undefined>()
  const rowOf = (labels: PrintedCell["labels"]) => {
    const key = JSON.stringify(labels)
    if (!found.has(key)) {
      const rows = rowsWith(table, labels, shared, escaped)
      found.set(key, rows.length === 1 ? rows[0] : undefined)
    }
    return found.get(key)
  }
  return cells.flatMap(({ column, labels, parts }) => {
    const row = rowOf(labels)
    const known = typeof column === "string" ? undefined : column
    return parts.map(
      ({ line, part, text }): ExportedFigure => ({
        line,
        row: row?.id ?? labels.map(([, label]) => label).join(" · "),
        rowId: row?.id,
        column: typeof column === "string" ? column : column.id,
        columnId: known?.id,
        part,
        text
      })
    )
  })
}
