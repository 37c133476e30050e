/** What SQLite threw, as an error of the store. */
import Sqlite from "better-sqlite3"
import { errnoOf, fileError, StoreError, StoreReason } from "../StoreError.ts"

/** Our statements and rows are right by themselves: where SQLite refuses one, the tables are not ours any more. */
const isDamage = (code: string): boolean =>
  ["SQLITE_ERROR", "SQLITE_NOTADB", "SQLITE_MISMATCH", "SQLITE_TOOBIG", "SQLITE_IOERR_SHORT_READ"].includes(code) ||
  code.startsWith("SQLITE_CORRUPT") ||
  code.startsWith("SQLITE_CONSTRAINT")

const reasonOf = (code: string, detail: string): StoreReason => {
  const cases = StoreReason.cases
  if (code === "SQLITE_FULL") return cases.DiskFull.make({ detail })
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) return cases.Locked.make({ waitedMs: 0 })
  if (isDamage(code)) return cases.Damaged.make({ detail })
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_CANTOPEN") || code === "SQLITE_PERM") {
    return cases.NotWritable.make({ detail })
  }
  return cases.InputOutput.make({ detail: `${detail} (${code})` })
}

/** Classifies what SQLite or the file system threw; a `StoreError` passes as it is. */
export const storeError =
  (path: string) =>
  (cause: unknown): StoreError =>
    cause instanceof Sqlite.SqliteError
      ? new StoreError({ path, reason: reasonOf(errnoOf(cause), cause.message) })
      : fileError(path)(cause)
