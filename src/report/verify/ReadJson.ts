/** The figures of a table that was exported as JSON: every number in its cells, as it is written. */
import { Result, Schema } from "effect"
import { EffectTerm } from "../../domain/ResultTable.ts"
import { ReportTable } from "../ReportTable.ts"
import { type HeldFigure, Unreadable } from "./Exported.ts"
import { effectPlace } from "./ReadEffects.ts"
import { nearnessFigures } from "./ReadNearness.ts"

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
  rows: Schema.Array(Schema.Struct({ id: Schema.String, cells: Schema.Record(Schema.String, Schema.Unknown) })),
  nearness: Schema.optionalKey(Schema.String),
  effects: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        column: Schema.String,
        labels: Schema.Record(Schema.String, Schema.String),
        terms: Schema.Array(EffectTerm),
        aliases: Schema.Unknown,
        difference: Schema.Unknown
      })
    )
  )
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

const lineAt = (text: string, at: number): number => text.slice(0, Math.max(0, at)).split("\n").length

const lineOf = (text: string, row: string, column: string): number => {
  const at = text.indexOf(JSON.stringify(row))
  const cell = text.indexOf(`${JSON.stringify(column)}:`, Math.max(0, at))
  return lineAt(text, cell)
}

interface JsonLeaf {
  readonly row: string
  readonly column: string
  readonly part: string
  readonly text: string
}

/** Every leaf of the cells. */
const cellLeaves = ({ columns, rows }: Leafy): ReadonlyArray<JsonLeaf> =>
  rows.flatMap(({ cells, id: row }) =>
    columns.flatMap(({ id: column }) =>
      leaves(cells[column] ?? null, []).map(([path, text]) => ({ row, column, part: partOf(path), text }))
    )
  )

/** Of each effect every leaf of its difference, and what it is aliased with. */
const effectLeaves = ({ effects = [] }: Leafy): ReadonlyArray<ReadonlyArray<JsonLeaf>> =>
  effects.map(({ aliases, column, difference, labels, terms }) =>
    leaves({ difference, aliases }, []).map(([path, text]) => ({
      ...{ column, part: partOf(path), text },
      row: effectPlace({ labels, terms })
    }))
  )

const keyOf = ({ column, part, row }: JsonLeaf): string => `${row}\0${column}\0${part}`

/** Of a text that {@link readJson} could read. */
export const jsonFigures = (text: string, table: ReportTable): Result.Result<ReadonlyArray<HeldFigure>, Unreadable> => {
  const file = Schema.decodeUnknownSync(Leafy)(asWritten(text))
  const now = new Map([...cellLeaves(table), ...effectLeaves(table).flat()].map((leaf) => [keyOf(leaf), leaf.text]))
  const rows = new Set([...table.rows.map(({ id }) => id), ...(table.effects ?? []).map(effectPlace)])
  const columns = new Set(table.columns.map(({ id }) => id))
  const lines = new Map<string, number>()
  const lineOfCell = ({ column, row }: JsonLeaf) => {
    const key = `${row}\0${column}`
    const known = lines.get(key) ?? lineOf(text, row, column)
    lines.set(key, known)
    return known
  }
  const held = (leaf: JsonLeaf, line: number): HeldFigure => ({
    figure: {
      ...leaf,
      line,
      rowId: rows.has(leaf.row) ? leaf.row : undefined,
      columnId: columns.has(leaf.column) ? leaf.column : undefined
    },
    now: now.get(keyOf(leaf)) ?? null
  })
  const terms = [...text.matchAll(/"terms":\s*\[/g)].map(({ index }) => lineAt(text, index))
  return Result.map(
    nearnessFigures(file.nearness ?? "", lineAt(text, text.indexOf('"nearness":')), table, (label) =>
      label.replaceAll(/\s/g, "")
    ),
    (near) => [
      ...cellLeaves(file).map((leaf) => held(leaf, lineOfCell(leaf))),
      ...effectLeaves(file).flatMap((all, at) => all.map((leaf) => held(leaf, terms[at] ?? 1))),
      ...near
    ]
  )
}
