/** The figures of a table that was exported as CSV: a line a figure, or a line a row. */
import { Result } from "effect"
import { type CsvField, cellFields, fieldText, IDENTITY, wideFields, wideName } from "../format/CsvFields.ts"
import type { Stamp } from "../format/Stamp.ts"
import type { ReportTable } from "../ReportTable.ts"
import { type ExportedFigure, Unreadable } from "./Exported.ts"

interface CsvRecord {
  readonly line: number
  readonly fields: ReadonlyArray<string>
}

const fieldAt = /(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r\n|\n|\r|$)/y

/** The records, each with the line that it begins in. */
const recordsIn = (text: string): Result.Result<ReadonlyArray<CsvRecord>, Unreadable> =>
  Result.gen(function* () {
    const records: Array<CsvRecord> = []
    let fields: Array<string> = []
    let line = 1
    let begun = 1
    for (let at = text.startsWith("\uFEFF") ? 1 : 0; at < text.length; ) {
      fieldAt.lastIndex = at
      const found = fieldAt.exec(text)
      if (found === null) {
        const rest = text.slice(at).split(/\r?\n/)[0] ?? ""
        return yield* Result.fail(
          new Unreadable({ line, expected: "a field, or one in quotes that ends", found: rest })
        )
      }
      const [whole, quoted, plain = "", end = ""] = found
      fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
      line += whole.split("\n").length - 1
      at += whole.length
      if (end === "," && at < text.length) continue
      if (end === ",") fields.push("")
      if (fields.length > 1 || fields[0] !== "") records.push({ line: begun, fields })
      fields = []
      begun = line
    }
    return records
  })

export interface CsvFile {
  readonly isWide: boolean
  readonly stamp: Stamp | undefined
  readonly header: ReadonlyArray<string>
  readonly records: ReadonlyArray<CsvRecord>
}

/** The records of a file whose first line is the heading of one of our exports. */
export const readCsv = (text: string): Result.Result<CsvFile, Unreadable> =>
  Result.gen(function* () {
    const [heading, ...records] = yield* recordsIn(text)
    const header = heading?.fields ?? []
    const missing = ["experiment", "run", "row"].find((name) => !header.includes(name))
    if (missing !== undefined)
      return yield* Result.fail(
        new Unreadable({
          line: 1,
          expected: `the heading of an exported table, with a column "${missing}"`,
          found: header.join(",")
        })
      )
    const odd = records.find(({ fields }) => fields.length !== header.length)
    if (odd !== undefined)
      return yield* Result.fail(
        new Unreadable({
          line: odd.line,
          expected: `${header.length} fields as in the heading`,
          found: `${odd.fields.length}`
        })
      )
    const of = (name: string) => records[0]?.fields[header.indexOf(name)] ?? ""
    const stamp =
      records.length === 0
        ? undefined
        : { experiment: of("experiment"), runId: of("run") === "" ? null : of("run"), contentHash: of("content") }
    return { isWide: !header.includes("column"), stamp, header, records }
  })

/** The elements of a list each by itself, so that one that changed is named. */
const elements = (field: CsvField, text: string): ReadonlyArray<readonly [part: string, text: string]> =>
  ["values", "seeds", "sizes"].includes(field.name) && text !== ""
    ? text.split(";").map((each, at) => [`${field.name}[${at}]`, each] as const)
    : [[field.name, text]]

export const csvFigures = ({ header, isWide, records }: CsvFile, table: ReportTable): ReadonlyArray<ExportedFigure> => {
  const rows = new Map(table.rows.map((row) => [row.id, row]))
  const columns = new Map(table.columns.map((column) => [column.id, column]))
  return records.flatMap(({ fields, line }) => {
    const field = (name: string) => fields[header.indexOf(name)] ?? ""
    const row = field("row")
    const figure = (column: string, part: string, text: string): ExportedFigure => ({
      line,
      row,
      rowId: rows.get(row)?.id,
      column,
      columnId: columns.get(column)?.id,
      part,
      text
    })
    const known = (names: ReadonlyArray<CsvField>, nameOf: (name: string) => string, column: string) =>
      names
        .filter(({ name }) => header.includes(nameOf(name)))
        .flatMap((each) => elements(each, field(nameOf(each.name))).map(([part, text]) => figure(column, part, text)))
    if (!isWide) return known(cellFields, (name) => name, field("column"))
    const named = new Set(table.columns.flatMap(({ id }) => wideFields.map(({ name }) => wideName(id, name))))
    const axes = header.length - new Set(header).size
    // What is neither the row's identity nor a column of the table is a column that it does not have.
    const others = header.filter(
      (name, at) =>
        at >= IDENTITY.length + axes &&
        !named.has(name) &&
        !table.axes.some((axis) => name === axis || name === `axis_${axis}`)
    )
    return [
      ...table.columns.flatMap(({ id }) => known(wideFields, (name) => wideName(id, name), id)),
      ...others.map((name) => figure(name, "mean", field(name)))
    ]
  })
}

/** What a field or a part of a list is in the table. */
export const csvValue = (table: ReportTable, { columnId, part, rowId }: ExportedFigure): string | number | null => {
  const column = table.columns.find(({ id }) => id === columnId)
  const row = table.rows.find(({ id }) => id === rowId)
  const [, name = part, index] = /^(\w+)\[(\d+)\]$/.exec(part) ?? []
  const field = cellFields.find((each) => each.name === name)
  if (column === undefined || row === undefined || field === undefined) return null
  const value = field.of(row.cells[column.id], column)
  if (index !== undefined && typeof value === "object" && value !== null) return value[Number(index)] ?? null
  if (typeof value === "object" && value !== null) return fieldText(value)
  return value ?? null
}
