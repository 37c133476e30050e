/**
 * The check that a row carries over its other columns. An artifact is named by its content; a row is not, and a bit that
 * flips in one would be another row. It guards against damage, not against malice: 53 bits, a hundred nanoseconds.
 */
import type { Database } from "better-sqlite3"

export type Column = string | number | bigint | null | Uint8Array

/** The check of a row: its table's name, then its columns in their order. Blobs are not covered: name them by content. */
export const rowCheck = (...columns: ReadonlyArray<Column>): number => {
  let low = 0xdeadbeef
  let high = 0x41c6ce57
  for (const column of columns) {
    const text = String(column)
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      low = Math.imul(low ^ code, 2654435761)
      high = Math.imul(high ^ code, 1597334677)
    }
    // An end that no character has, so that columns do not run together.
    low = Math.imul(low ^ 0x10000, 2654435761)
    high = Math.imul(high ^ 0x10000, 1597334677)
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  return 4294967296 * (2097151 & high) + (low >>> 0)
}

/** The name of {@link rowCheck} as a function of SQL. */
export const rowCheckSql = "row_check"

/** Makes {@link rowCheck} callable from SQL on this connection: for whole tables, in migrations and in doctor. */
export const defineRowCheck = (db: Database): void => {
  db.function(rowCheckSql, { varargs: true, deterministic: true }, (...columns) => rowCheck(...columns.map(asColumn)))
}

const asColumn = (value: unknown): Column =>
  typeof value === "string" || typeof value === "number" || typeof value === "bigint" ? value : null
