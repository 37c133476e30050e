/** The table as CSV (RFC 4180), with all values and unrounded figures: a line a figure (tidy), or a line a row (wide). */
import type { ReportTable } from "../ReportTable.ts"
import { axisNames, cellFields, columnFields, fieldText, IDENTITY, wideFields, wideName } from "./CsvFields.ts"

/** Quotes a field where it needs it. */
const field = (text: string): string =>
  /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text

/** One record with its line end. */
export const csvLine = (fields: ReadonlyArray<string>): string => `${fields.map(field).join(",")}\r\n`

const identity = (table: ReportTable, row: ReportTable["rows"][number]): ReadonlyArray<string> => [
  table.experiment,
  table.runId ?? "",
  table.contentHash,
  row.id,
  ...table.axes.map((axis) => row.labels[axis] ?? "")
]

/**
 * Columns: experiment, run, content, row, one for each axis (`axis_<name>` where the name is taken), then the figures.
 * Lists are joined by semicolons, `values` and `seeds` in the same order. A missing figure is an empty field.
 */
export const toCsv = (table: ReportTable): string => {
  const fields = [...columnFields, ...cellFields]
  const lines = table.rows.flatMap((row) =>
    table.columns.map((column) =>
      csvLine([...identity(table, row), ...fields.map(({ of }) => fieldText(of(row.cells[column.id], column)))])
    )
  )
  return csvLine([...IDENTITY, ...axisNames(table.axes), ...fields.map(({ name }) => name)]) + lines.join("")
}

/** A line a row: each column of the table by its id with its mean, then its parts as `<id>:sd`, `<id>:n` and so on. */
export const toWideCsv = (table: ReportTable): string => {
  // The mean first, under the plain name.
  const fields = wideFields.toSorted((left, right) => Number(right.name === "mean") - Number(left.name === "mean"))
  const names = table.columns.flatMap((column) => fields.map(({ name }) => wideName(column.id, name)))
  const lines = table.rows.map((row) =>
    csvLine([
      ...identity(table, row),
      ...table.columns.flatMap((column) => fields.map(({ of }) => fieldText(of(row.cells[column.id], column))))
    ])
  )
  return csvLine([...IDENTITY, ...axisNames(table.axes), ...names]) + lines.join("")
}
