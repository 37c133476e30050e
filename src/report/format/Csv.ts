/** The table as tidy CSV (RFC 4180): one line a row and column, with all values and unrounded figures. */
import type { ReportTable } from "../ReportTable.ts"

type Field = string | number | null | undefined

/** Quotes a field where it needs it; null and undefined are empty. */
const field = (value: Field): string => {
  const text = value === null || value === undefined ? "" : String(value)
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}

/** One record with its line end. */
export const csvLine = (fields: ReadonlyArray<Field>): string => `${fields.map(field).join(",")}\r\n`

const list = (values: ReadonlyArray<number | null> | undefined): string => (values ?? []).join(";")

const BEFORE = ["experiment", "run", "row"]
const AFTER = [
  "column",
  "group",
  "label",
  "unit",
  "n",
  "mean",
  "sd",
  "ci95_low",
  "ci95_high",
  "values",
  "seeds",
  "sizes",
  "reference",
  "reference_mark",
  "difference_n",
  "difference_mean",
  "difference_ci95_low",
  "difference_ci95_high",
  "difference_p",
  "beside",
  "beside_mean",
  "note"
]

/**
 * Columns: experiment, run, row, one for each axis (`axis_<name>` where the name is taken), then the figures. Lists are
 * joined by semicolons, `values` and `seeds` in the same order. A missing figure is an empty field.
 */
export const toCsv = (table: ReportTable): string => {
  const taken = new Set([...BEFORE, ...AFTER])
  const header = [...BEFORE, ...table.axes.map((axis) => (taken.has(axis) ? `axis_${axis}` : axis)), ...AFTER]
  const lines = table.rows.flatMap((row) =>
    table.columns.map((column) => {
      const cell = row.cells[column.id]
      return csvLine([
        table.experiment,
        table.runId,
        row.id,
        ...table.axes.map((axis) => row.labels[axis]),
        column.id,
        column.group,
        column.label,
        column.unit,
        cell?.n,
        cell?.mean,
        cell?.sd,
        cell?.ci95?.[0],
        cell?.ci95?.[1],
        list(cell?.values),
        list(cell?.seeds),
        list(cell?.sizes),
        cell?.reference,
        cell?.referenceMark,
        cell?.difference?.n,
        cell?.difference?.mean,
        cell?.difference?.ci95?.[0],
        cell?.difference?.ci95?.[1],
        cell?.difference?.p,
        column.beside?.metric,
        cell?.beside?.mean,
        cell?.note
      ])
    })
  )
  return csvLine(header) + lines.join("")
}
