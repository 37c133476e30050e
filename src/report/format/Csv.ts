/** The table as CSV (RFC 4180), with all values and unrounded figures: a line a figure (tidy), or a line a row (wide). */
import type { FactorEffect } from "../../domain/ResultTable.ts"
import type { ReportTable } from "../ReportTable.ts"
import {
  axisNames,
  cellFields,
  columnFields,
  effectFields,
  fieldText,
  IDENTITY,
  wideFields,
  wideName
} from "./CsvFields.ts"

/** Quotes a field where it needs it. */
const field = (text: string): string =>
  /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text

/** One record with its line end. */
export const csvLine = (fields: ReadonlyArray<string>): string => `${fields.map(field).join(",")}\r\n`

const identity = (
  table: ReportTable,
  { id, labels }: { readonly id: string; readonly labels: Readonly<Record<string, string>> }
): ReadonlyArray<string> => [
  table.experiment,
  table.runId ?? "",
  table.contentHash,
  id,
  ...table.axes.map((axis) => labels[axis] ?? "")
]

/** Of no row. */
const effectIdentity = (table: ReportTable, { labels }: FactorEffect) => identity(table, { id: "", labels })

/** The fields that tell an effect: empty of a row; none in a table that was not asked for effects. */
const effectTexts = ({ effects }: ReportTable, effect?: FactorEffect): ReadonlyArray<string> =>
  effects === undefined ? [] : effectFields.map(({ of }) => (effect === undefined ? "" : of(effect)))

const effectNames = ({ effects }: ReportTable): ReadonlyArray<string> =>
  effects === undefined ? [] : effectFields.map(({ name }) => name)

/**
 * Columns: experiment, run, content, row, one for each axis (`axis_<name>` where the name is taken), then the figures.
 * Lists are joined by semicolons, `values` and `seeds` in the same order. A missing figure is an empty field. Main effects
 * and interactions are lines too, after all rows: without a row, named in `effect`, with the fields of a difference.
 */
export const toCsv = (table: ReportTable): string => {
  const texts = (fields: typeof cellFields, ...of: Parameters<(typeof cellFields)[number]["of"]>) =>
    fields.map((field) => fieldText(field.of(...of)))
  const lines = table.rows.flatMap((row) =>
    table.columns.map((column) => {
      const cell = row.cells[column.id]
      return csvLine([
        ...identity(table, row),
        ...texts(columnFields, cell, column),
        ...effectTexts(table),
        ...texts(cellFields, cell, column)
      ])
    })
  )
  const effects = table.columns.flatMap((column) =>
    (table.effects ?? [])
      .filter((effect) => effect.column === column.id)
      .map((effect) =>
        csvLine([
          ...effectIdentity(table, effect),
          ...texts(columnFields, undefined, column),
          ...effectTexts(table, effect),
          ...texts(cellFields, effect, column)
        ])
      )
  )
  const names = (fields: typeof cellFields) => fields.map(({ name }) => name)
  const header = [...names(columnFields), ...effectNames(table), ...names(cellFields)]
  return csvLine([...IDENTITY, ...axisNames(table.axes), ...header]) + lines.join("") + effects.join("")
}

/** Effects of the same terms and rows, one a column. */
const effectRows = ({ columns, effects = [] }: ReportTable): ReadonlyArray<ReadonlyArray<FactorEffect>> => [
  ...Map.groupBy(
    effects.filter(({ column }) => columns.some(({ id }) => id === column)),
    ({ labels, terms }) => JSON.stringify([labels, terms])
  ).values()
]

/**
 * A line a row: each column of the table by its id with its mean, then its parts as `<id>:sd`, `<id>:n` and so on. Below
 * the rows a line a main effect or interaction, as in {@link toCsv}.
 */
export const toWideCsv = (table: ReportTable): string => {
  // The mean first, under the plain name.
  const fields = wideFields.toSorted((left, right) => Number(right.name === "mean") - Number(left.name === "mean"))
  const names = table.columns.flatMap((column) => fields.map(({ name }) => wideName(column.id, name)))
  const lines = table.rows.map((row) =>
    csvLine([
      ...identity(table, row),
      ...effectTexts(table),
      ...table.columns.flatMap((column) => fields.map(({ of }) => fieldText(of(row.cells[column.id], column))))
    ])
  )
  const effects = effectRows(table).map((alike) => {
    const of = (id: string) => alike.find(({ column }) => column === id)
    const [first] = alike
    return first === undefined
      ? ""
      : csvLine([
          ...effectIdentity(table, first),
          ...effectTexts(table, first),
          ...table.columns.flatMap((column) => fields.map((field) => fieldText(field.of(of(column.id), column))))
        ])
  })
  const header = csvLine([...IDENTITY, ...axisNames(table.axes), ...effectNames(table), ...names])
  return header + lines.join("") + effects.join("")
}
