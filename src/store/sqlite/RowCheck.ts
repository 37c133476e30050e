/** The check of a row as a function of SQLite's, for whole tables: in migrations and in doctor. */
import type { Database } from "better-sqlite3"
import { type Column, rowCheck, rowCheckSql } from "../RowCheck.ts"

/** Makes {@link rowCheck} callable from SQL on this connection. */
export const defineRowCheck = (db: Database): void => {
  db.function(rowCheckSql, { varargs: true, deterministic: true }, (...columns) => rowCheck(...columns.map(asColumn)))
}

const asColumn = (value: unknown): Column =>
  typeof value === "string" || typeof value === "number" || typeof value === "bigint" || value instanceof Uint8Array
    ? value
    : null
