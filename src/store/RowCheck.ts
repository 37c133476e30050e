/**
 * The check that a row carries over its other columns. An artifact is named by its content; a row is not, and a bit that
 * flips in one would be another row. It guards against damage, not against malice: 53 bits, a hundred nanoseconds.
 */
import type { Database } from "better-sqlite3"

export type Column = string | number | bigint | null | Uint8Array

/** The prime of 32-bit FNV. */
const prime = 0x01000193

/** The check of a row: its table's name, then its columns in their order. Blobs are not covered: name them by content. */
export const rowCheck = (...columns: ReadonlyArray<Column>): number => {
  // Two FNV-1a sums from different beginnings: each step can be undone, so one wrong character is seen by both.
  let one = 0x811c9dc5
  let two = 0x2c1b3c6d
  for (const column of columns) {
    const text = String(column)
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      one = Math.imul(one ^ code, prime)
      two = Math.imul(two ^ (code + at), prime)
    }
    // An end that no character has, so that columns do not run together.
    one = Math.imul(one ^ 0x10000, prime)
    two = Math.imul(two ^ 0x10001, prime)
  }
  return (two >>> 11) * 2 ** 32 + (one >>> 0)
}

/** The name of {@link rowCheck} as a function of SQL. */
export const rowCheckSql = "row_check"

/** Makes {@link rowCheck} callable from SQL on this connection: for whole tables, in migrations and in doctor. */
export const defineRowCheck = (db: Database): void => {
  db.function(rowCheckSql, { varargs: true, deterministic: true }, (...columns) => rowCheck(...columns.map(asColumn)))
}

const asColumn = (value: unknown): Column =>
  typeof value === "string" || typeof value === "number" || typeof value === "bigint" ? value : null
