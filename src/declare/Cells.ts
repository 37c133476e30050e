/** Rows as cells of text, as CSV has them, by the schema of the rows. */
import { Effect, Option, Schema, SchemaAST } from "effect"

/** A cell as it stands in a file. */
export interface Cell {
  readonly text: string
  readonly isQuoted: boolean
}

export interface Cells<A> {
  /** The names of the columns, and the rows' texts; undefined is an empty cell. Fails where a field is no single value. */
  write(rows: A): Effect.Effect<{ readonly columns: ReadonlyArray<string>; readonly rows: CellTexts }, string>
  /** Rows by column name. */
  read(rows: ReadonlyArray<ReadonlyMap<string, Cell>>): Effect.Effect<A, string>
}

export type CellTexts = ReadonlyArray<ReadonlyArray<string | undefined>>

const codecs = <A, E>(row: Schema.ConstraintCodec<A, E>) => {
  const codec = Schema.toCodecStringTree(Schema.Array(row))
  return { encode: Schema.encodeEffect(codec), decode: Schema.decodeUnknownEffect(codec) }
}

/** What an empty cell of each column means: nothing, an empty text, or null, whichever the column takes first. */
const emptiesOf = (ast: SchemaAST.AST): ReadonlyMap<string, string | undefined> => {
  if (!SchemaAST.isObjects(ast) || ast.encoding !== undefined) return new Map()
  return new Map(
    ast.propertySignatures.map(({ name, type }) => {
      if (type.context?.isOptional === true) return [String(name), undefined]
      const takes = Schema.decodeUnknownOption(
        Schema.toCodecStringTree(Schema.make<Schema.Codec<unknown, unknown>>(type))
      )
      return [String(name), ["", "null"].find((text) => Option.isSome(takes(text))) ?? ""]
    })
  )
}

const isRow = (value: unknown): value is { readonly [column: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const cellsOf = <A, E>(row: Schema.ConstraintCodec<A, E>): Cells<ReadonlyArray<A>> => ({
  write: (values) =>
    Effect.gen(function* () {
      const trees: unknown = yield* Effect.mapError(codecs(row).encode(values), (error) => error.message)
      const encoded: ReadonlyArray<unknown> = Array.isArray(trees) ? trees : []
      const named = SchemaAST.isObjects(row.ast) ? row.ast.propertySignatures.map(({ name }) => String(name)) : []
      const columns = [...new Set([...named, ...encoded.flatMap((each) => (isRow(each) ? Object.keys(each) : []))])]
      const rows: Array<ReadonlyArray<string | undefined>> = []
      for (const each of encoded) {
        if (!isRow(each)) return yield* Effect.fail("a row is not a record of fields")
        const nested = columns.find((column) => typeof each[column] === "object")
        if (nested !== undefined) return yield* Effect.fail(`the field ${nested} holds more than one value`)
        rows.push(columns.map((column) => (each[column] === undefined ? undefined : String(each[column]))))
      }
      return { columns, rows }
    }),
  read: (rows) =>
    Effect.suspend(() => {
      const empties = emptiesOf(row.ast)
      const meant = (column: string, { isQuoted, text }: Cell) =>
        text === "" && !isQuoted && empties.has(column) ? empties.get(column) : text
      const trees = rows.map((cells) =>
        Object.fromEntries(
          [...cells].flatMap(([column, cell]) => {
            const text = meant(column, cell)
            return text === undefined ? [] : [[column, text]]
          })
        )
      )
      return Effect.mapError(codecs(row).decode(trees), (error) => error.message)
    })
})
