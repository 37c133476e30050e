/** The figures of a table that was exported as JSON: every number in its cells, as it is written. */
import { Result, Schema } from "effect"
import { ReportTable } from "../ReportTable.ts"
import { type ExportedFigure, Unreadable } from "./Exported.ts"

const decode = Schema.decodeUnknownResult(ReportTable)

/** The table in the file, by its schema. */
export const readJson = (text: string): Result.Result<ReportTable, Unreadable> =>
  Result.gen(function* () {
    const value = yield* Result.try({
      try: (): unknown => JSON.parse(text),
      catch: (cause) => {
        const message = cause instanceof Error ? cause.message : String(cause)
        const at = Number(/position (\d+)/.exec(message)?.[1] ?? text.length)
        const before = text.slice(0, at).split("\n")
        return new Unreadable({
          line: before.length,
          expected: "JSON",
          found: text.split("\n")[before.length - 1]?.trim() ?? ""
        })
      }
    })
    // What was found of claims are no figures, and other versions say it in other words.
    return yield* Result.mapError(
      decode(typeof value === "object" && value !== null ? { ...value, findings: [] } : value),
      (error) =>
        new Unreadable({ line: 1, expected: "the JSON of a table", found: error.message.replaceAll(/\s+/g, " ") })
    )
  })

/** A table whose figures are texts. */
const Leafy = Schema.Struct({
  columns: Schema.Array(Schema.Struct({ id: Schema.String })),
  rows: Schema.Array(Schema.Struct({ id: Schema.String, cells: Schema.Record(Schema.String, Schema.Unknown) }))
})
type Leafy = typeof Leafy.Type

/** Every number as the text that it is written as: two texts may be one number. */
const asWritten = (text: string): unknown =>
  JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
    typeof value === "number" ? (context?.source ?? String(value)) : value
  )

type Leaf = readonly [path: ReadonlyArray<string>, text: string]

/** Every number and text below a value; `null` as "". */
const leaves = (value: unknown, path: ReadonlyArray<string>): ReadonlyArray<Leaf> => {
  if (value === null) return [[path, ""]]
  if (typeof value !== "object") return [[path, String(value)]]
  return Object.entries(value).flatMap(([key, each]) => leaves(each, [...path, key]))
}

const partOf = (path: ReadonlyArray<string>): string =>
  path.reduce((text, key) => (/^\d+$/.test(key) ? `${text}[${key}]` : text === "" ? key : `${text}.${key}`), "")

const lineOf = (text: string, row: string, column: string): number => {
  const at = text.indexOf(JSON.stringify(row))
  const cell = text.indexOf(`${JSON.stringify(column)}:`, Math.max(0, at))
  return text.slice(0, Math.max(0, cell)).split("\n").length
}

/** By row and column every leaf of the cell. */
const leavesOf = (table: Leafy) =>
  table.rows.flatMap((row) =>
    table.columns.flatMap((column) =>
      leaves(row.cells[column.id] ?? null, []).map(([path, text]) => ({
        row: row.id,
        column: column.id,
        part: partOf(path),
        text
      }))
    )
  )

/** Of a text that {@link readJson} could read. */
export const jsonFigures = (text: string, table: ReportTable): ReadonlyArray<ExportedFigure> => {
  const rows = new Set(table.rows.map(({ id }) => id))
  const columns = new Set(table.columns.map(({ id }) => id))
  const lines = new Map<string, number>()
  const line = (row: string, column: string) => {
    const key = `${row}\0${column}`
    const known = lines.get(key) ?? lineOf(text, row, column)
    lines.set(key, known)
    return known
  }
  return leavesOf(Schema.decodeUnknownSync(Leafy)(asWritten(text))).map(({ column, part, row, text: figure }) => ({
    line: line(row, column),
    row,
    rowId: rows.has(row) ? row : undefined,
    column,
    columnId: columns.has(column) ? column : undefined,
    part,
    text: figure
  }))
}

/** The same leaves of the table that the file is held against, by row, column and part. */
export const jsonValues = (table: ReportTable): ReadonlyMap<string, string> =>
  new Map(leavesOf(table).map(({ column, part, row, text }) => [`${row}\0${column}\0${part}`, text]))
