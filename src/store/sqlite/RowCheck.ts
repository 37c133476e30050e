/**
 * The check that a row carries over its other columns. An artifact is named by its content; a row is not, and a bit that
 * flips in one would be another row. It guards against damage, not against malice: 52 bits are enough, and under a microsecond.
 */
import { hash } from "node:crypto"
import type { Database } from "better-sqlite3"

export type Column = string | number | bigint | null | Uint8Array

/** Hexadecimal digits of the hash that are kept: as many as an integer of SQLite and of JavaScript both hold. */
const digits = 13

const textOf = (column: Column): Column => (column instanceof Uint8Array ? hash("sha256", column) : column)

/** The check of a row: over its table's name, then its columns in their order. Of a blob its content's hash counts. */
export const rowCheck = (...columns: ReadonlyArray<Column>): number =>
  Number.parseInt(hash("sha256", columns.map(textOf).join("\0")).slice(0, digits), 16)

/** The name of {@link rowCheck} as a function of SQL. */
export const rowCheckSql = "row_check"

/** Makes {@link rowCheck} callable from SQL on this connection: for whole tables, in migrations and in doctor. */
export const defineRowCheck = (db: Database): void => {
  db.function(rowCheckSql, { varargs: true, deterministic: true }, (...columns) => rowCheck(...columns.map(asColumn)))
}

const asColumn = (value: unknown): Column =>
  typeof value === "string" || typeof value === "number" || typeof value === "bigint" || value instanceof Uint8Array
    ? value
    : null
