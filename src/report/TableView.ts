/**
 * A part of a table, in an order: which rows and columns, sorted by what, with how many decimals. What the command line, the
 * report's page and scripts ask for is this value; nothing is computed anew, so every figure stays what it is in the whole.
 */
import { Result, Schema } from "effect"
import { columnGroups, columnHeading } from "./format/Figures.ts"
import type { ReportColumn, ReportRow, ReportTable } from "./ReportTable.ts"
import { extent, headlineOf } from "./Selection.ts"

export const TableSort = Schema.Struct({
  /** A column as in `columns`, or an axis. */
  by: Schema.String,
  /** Default: of a column the better figures first (the higher ones where it does not say); of an axis ascending. */
  direction: Schema.optionalKey(Schema.Literals(["asc", "desc"]))
})
export type TableSort = typeof TableSort.Type

/** All parts are optional: without any, it is the whole table. */
export const TableView = Schema.Struct({
  /** By id, by label, by group and label (`fear × race F`), or by group: all of it. In the order given. */
  columns: Schema.optionalKey(Schema.Array(Schema.String)),
  /** By axis the labels that are meant; those of one axis are alternatives. */
  rows: Schema.optionalKey(Schema.Record(Schema.String, Schema.Array(Schema.String))),
  sort: Schema.optionalKey(TableSort),
  /** Decimals of every figure that is printed. */
  precision: Schema.optionalKey(Schema.Int),
  /** The rows and columns that the experiment calls its headline; `rows` and `columns` choose among them. */
  headline: Schema.optionalKey(Schema.Boolean)
})
export type TableView = typeof TableView.Type

/** A name that the table does not have. */
export class NotInTable extends Schema.TaggedError<NotInTable>()("NotInTable", {
  part: Schema.Literals(["column", "one column", "axis", "label", "rows"]),
  /** The axis, of a label. */
  of: Schema.optionalKey(Schema.String),
  given: Schema.String,
  known: Schema.Array(Schema.String)
}) {}

const fullLabel = (column: ReportColumn): string =>
  [column.group, column.label].filter((part) => part !== undefined).join(" ")

const sameText = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase()

/** Every name that one of the columns, or a group of them, goes by. */
export const columnNames = ({ columns }: ReportTable): ReadonlyArray<string> => [
  ...new Set(columns.flatMap((column) => [column.id, fullLabel(column), ...(column.group ? [column.group] : [])]))
]

/** The columns that a name means: an id first, then all that are called so. */
export const columnsNamed = (table: ReportTable, name: string): ReadonlyArray<ReportColumn> => {
  const { columns } = table
  const byId = columns.filter(({ id }) => id === name)
  if (byId.length > 0) return byId
  const called = (text: (column: ReportColumn) => string) => columns.filter((column) => sameText(text(column), name))
  for (const found of [
    called(fullLabel),
    called(({ group = "" }) => group),
    called(({ label }) => label),
    called(columnHeading)
  ])
    if (found.length > 0) return found
  return []
}

const chosenColumns = (table: ReportTable, names: ReadonlyArray<string>) =>
  Result.gen(function* () {
    const chosen = new Set<ReportColumn>()
    for (const name of names) {
      const found = columnsNamed(table, name)
      if (found.length === 0)
        return yield* Result.fail(new NotInTable({ part: "column", given: name, known: columnNames(table) }))
      for (const column of found) chosen.add(column)
    }
    return [...chosen]
  })

const chosenRows = (table: ReportTable, rows: Readonly<Record<string, ReadonlyArray<string>>>) =>
  Result.gen(function* () {
    for (const [axis, labels] of Object.entries(rows)) {
      if (!table.axes.includes(axis))
        return yield* Result.fail(new NotInTable({ part: "axis", given: axis, known: table.axes }))
      const known = [...new Set(table.rows.map((row) => row.labels[axis] ?? ""))]
      for (const label of labels)
        if (!known.includes(label))
          return yield* Result.fail(new NotInTable({ part: "label", of: axis, given: label, known }))
    }
    const wanted = Object.entries(rows)
    const kept = table.rows.filter((row) => wanted.every(([axis, labels]) => labels.includes(row.labels[axis] ?? "")))
    if (kept.length === 0 && table.rows.length > 0)
      return yield* Result.fail(
        new NotInTable({
          part: "rows",
          given: wanted.map(([axis, labels]) => `${axis}=${labels.join(",")}`).join(" "),
          known: []
        })
      )
    return kept
  })

/** Missing figures come last, whichever way; equal ones stay in their order. */
const bySign = (sign: number, left: number | null, right: number | null): number =>
  left === null || right === null ? Number(left === null) - Number(right === null) : sign * (left - right)

const sorted = (table: ReportTable, rows: ReadonlyArray<ReportRow>, { by, direction }: TableSort) =>
  Result.gen(function* () {
    if (table.axes.includes(by)) {
      const sign = direction === "desc" ? -1 : 1
      return rows.toSorted(
        (a, b) => sign * (a.labels[by] ?? "").localeCompare(b.labels[by] ?? "", "en", { numeric: true })
      )
    }
    const [column, ...others] = columnsNamed(table, by)
    if (column === undefined || others.length > 0)
      return yield* Result.fail(
        new NotInTable({
          part: column === undefined ? "column" : "one column",
          given: by,
          known: column === undefined ? [...columnNames(table), ...table.axes] : [column, ...others].map(({ id }) => id)
        })
      )
    const sign = (direction ?? (column.better === "lower" ? "asc" : "desc")) === "asc" ? 1 : -1
    const meanOf = (row: ReportRow) => row.cells[column.id]?.mean ?? null
    return rows.toSorted((a, b) => bySign(sign, meanOf(a), meanOf(b)))
  })

/** Columns of one group side by side, in the order in which the groups come first: what a heading stands over. */
const together = (table: ReportTable): ReportTable => ({
  ...table,
  columns: [...Map.groupBy(columnGroups(table), ({ heading }) => heading).values()].flatMap((groups) =>
    groups.flatMap(({ columns }) => columns.flatMap((index) => table.columns[index] ?? []))
  )
})

/** The part of the table; or the first name in the view that the table does not have. */
export const viewOf = (table: ReportTable, view: TableView): Result.Result<ReportTable, NotInTable> =>
  Result.gen(function* () {
    const base = view.headline === true ? headlineOf(table) : table
    const columns = view.columns === undefined ? base.columns : yield* chosenColumns(table, view.columns)
    const rows = yield* chosenRows({ ...table, rows: base.rows }, view.rows ?? {})
    const ordered = view.sort === undefined ? rows : yield* sorted(table, rows, view.sort)
    const { precision } = view
    const left = extent({ ...table, columns, rows: ordered }, table)
    const part = left === "" ? [] : [`Part of the table: ${left}.`]
    return together({
      ...table,
      caption: [...part, ...table.caption],
      sources: [...part, ...table.sources],
      columns: precision === undefined ? columns : columns.map((column) => ({ ...column, digits: precision })),
      rows: ordered
    })
  })
