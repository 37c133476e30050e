/**
 * The seal: what `stat` said of the database file when this program last left it sound. A file that is still so is
 * opened at once; any other (copied, restored, damaged, left by a crash) is checked page by page first. The write-ahead
 * log needs none: each of its frames carries SQLite's own checksum.
 */
import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import Sqlite, { type Database } from "better-sqlite3"
import { Option } from "effect"
import { fileState } from "../FileState.ts"
import { damaged } from "../StoreError.ts"
import { format, migrate } from "./migrations.ts"

const sealOf = (dir: string): string => join(dir, "ablate.seal")

/** How many faults of the file are told: one says enough, a damaged file may have thousands. */
const toldFaults = 3

/**
 * A file up to this size in bytes has its indexes compared with their tables too, which takes twice as long: 40 ms for
 * ten thousand nodes. What a damaged index hides in a larger one is a miss, or met when it is written.
 */
const thoroughUpTo = 64 * 1024 * 1024

const read = Option.liftThrowable((path: string) => readFileSync(path, "utf8"))

/** Beside and renamed: a reader sees one seal or the other. */
const write = Option.liftThrowable((path: string, text: string) => {
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, text)
  renameSync(temporary, path)
})

/** What the file is now; undefined where there is none. */
export const stateOf = (dir: string): string | undefined => {
  const stats = statSync(join(dir, "ablate.db"), { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? undefined : fileState(stats)
}

/** Whether a store was ever left sound in this folder. */
export const wasSealed = (dir: string): boolean => Option.isSome(read(sealOf(dir)))

/** Says that the database was sound in `state`. Where it cannot be written, the next look checks again. */
export const seal = (dir: string, state: string | undefined): void => {
  if (state === undefined || Option.contains(read(sealOf(dir)), state)) return
  write(sealOf(dir), state)
}

/** The declarations of the tables, whatever their spaces. `sqlite_%` are SQLite's own. */
const declarations = (db: Database): ReadonlyArray<string> =>
  db
    .prepare<[], string>(
      "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1"
    )
    .pluck()
    .all()
    .map((declaration) => declaration.replaceAll(/\s+/g, " "))

const expectedDeclarations = (): ReadonlyArray<string> => {
  const db = new Sqlite(":memory:")
  migrate(db, 0)
  const expected = declarations(db)
  db.close()
  return expected
}

/**
 * SQLite calls a column whose name lost a letter sound, and every statement that names it fails for ever. A database of
 * an older format is looked at once it is migrated.
 */
const faultsOfSchema = (db: Database): ReadonlyArray<string> => {
  if (db.pragma("user_version", { simple: true }) !== format) return []
  const found = new Set(declarations(db))
  const expected = expectedDeclarations()
  return found.size === expected.length && expected.every((declaration) => found.has(declaration))
    ? []
    : ["the declarations of its tables are not as they were written"]
}

/** What is wrong with the structure of the database; empty where nothing is. It never loops: no page is read twice. */
export const faultsOf = (db: Database, pragma: "quick_check" | "integrity_check"): ReadonlyArray<string> => [
  ...db
    .prepare<[], string>(`PRAGMA ${pragma}(100)`)
    .pluck()
    .all()
    .filter((fault) => fault !== "ok"),
  ...faultsOfSchema(db)
]

/** Throws where the file is not as it was left, and its structure is damaged. Gives the state that was found sound. */
export const checkUnlessSealed = (db: Database, dir: string): string | undefined => {
  const state = stateOf(dir)
  if (state !== undefined && Option.contains(read(sealOf(dir)), state)) return state
  const size = statSync(join(dir, "ablate.db")).size
  const faults = faultsOf(db, size <= thoroughUpTo ? "integrity_check" : "quick_check")
  if (faults.length === 0) return state
  throw damaged(dir, faults.slice(0, toldFaults).join("; "))
}
