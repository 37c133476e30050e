/**
 * A database from what is left of a damaged one: every row whose check holds, wherever in the file it stands, and the
 * blob files that have the content they are named by. The damaged file is kept aside. Caches and history of durations
 * are left out: losing them costs time.
 */
import { randomUUID } from "node:crypto"
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import Sqlite, { type Database } from "better-sqlite3"
import { hashOf } from "../Blobs.ts"
import { rowCheck } from "../RowCheck.ts"
import { create } from "./Database.ts"
import { type FoundRow, rowsIn, type Value } from "./Pages.ts"
import { forgetLostLists } from "./Rows.ts"

/** How many of each were kept, and where the damaged file is now. */
export interface RebuildReport {
  readonly runs: number
  readonly results: number
  readonly artifacts: number
  readonly aside: string
}

const isText = (value: Value | undefined): value is string => typeof value === "string"

const checked = (values: ReadonlyArray<Value>, table: string, from: number, to: number): boolean =>
  values.at(-1) === rowCheck(table, ...values.slice(from, to))

/** Takes a row that checks as one of a table; others are no rows, or damaged. */
type Keep = (row: FoundRow) => void

const keeper = (db: Database): Keep => {
  const artifact = db.prepare(
    "INSERT OR IGNORE INTO artifacts (hash, kind, size, at, inline, row_check) VALUES (?, ?, ?, ?, ?, ?)"
  )
  const trace = db.prepare(
    "INSERT OR IGNORE INTO traces (key, artifact, stage, duration_ms, at, row_check) VALUES (?, ?, ?, ?, ?, ?)"
  )
  const record = db.prepare("INSERT OR IGNORE INTO records (key, record, row_check) VALUES (?, ?, ?)")
  const tag = db.prepare("INSERT OR IGNORE INTO tags (name, run, row_check) VALUES (?, ?, ?)")
  const list = db.prepare("INSERT OR IGNORE INTO lists (id, value) VALUES (?, ?)")
  const ended = db.prepare("INSERT OR IGNORE INTO ended_cells (run, cell, record, row_check) VALUES (?, ?, ?, ?)")
  const part = db.prepare("INSERT OR IGNORE INTO journal (run, part, entries, row_check) VALUES (?, ?, ?, ?)")
  // A page that is no longer in use may hold the run's row from before it ended: the one that lists its cells is later.
  const run = db.prepare(`INSERT INTO runs (seq, id, experiment, file, record, owner, cells, keys, row_check)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
       record = excluded.record, cells = excluded.cells, keys = excluded.keys, row_check = excluded.row_check
     WHERE (cells IS NOT NULL) + (keys IS NOT NULL) + (json_extract(record, '$.status') <> 'running')
       < (excluded.cells IS NOT NULL) + (excluded.keys IS NOT NULL) + (json_extract(excluded.record, '$.status') <> 'running')`)
  const number = (value: Value | undefined): number => (typeof value === "number" && Number.isFinite(value) ? value : 0)

  return ({ rowid, values }) => {
    const [a, b, c, d, e, f] = values
    if (values.length === 6 && checked(values, "artifacts", 0, 3)) {
      if (e === null || (Buffer.isBuffer(e) && hashOf(e) === a)) artifact.run(a, b, c, number(d), e, f)
    } else if (values.length === 6 && checked(values, "traces", 0, 2)) {
      trace.run(a, b, isText(c) ? c : "", number(d), number(e), f)
    } else if (values.length === 3 && checked(values, "records", 0, 2)) record.run(a, b, c)
    else if (values.length === 3 && checked(values, "tags", 0, 2)) tag.run(a, b, c)
    else if (values.length === 2 && (isText(b) || Buffer.isBuffer(b)) && isText(a)) {
      if (hashOf(Buffer.from(b)) === a) list.run(a, b)
    } else if (values.length === 4 && checked(values, "ended_cells", 0, 3)) ended.run(a, b, c, d)
    else if (values.length === 4 && checked(values, "journal", 0, 3)) part.run(a, b, c, d)
    else if (values.length === 9 && checked(values, "runs", 1, 8)) run.run(rowid, ...values.slice(1))
  }
}

/** What the first bytes say; a blob's row, which knew it, is lost. */
const kindOf = (bytes: Uint8Array): string => {
  const first = String.fromCharCode(bytes[0] ?? 0)
  if (/[{["\d-]/.test(first)) return "json"
  return bytes[8] === "{".charCodeAt(0) ? "safetensors" : "bytes"
}

const foldersOf = (dir: string): ReadonlyArray<string> =>
  existsSync(dir) ? readdirSync(dir).map((name) => join(dir, name)) : []

/** Gives rows to the blob files that have none and are what their names say. */
const keepBlobs = (db: Database, dir: string): void => {
  const known = db.prepare("SELECT 1 FROM artifacts WHERE hash = ?")
  const add = db.prepare("INSERT INTO artifacts (hash, kind, size, at, row_check) VALUES (?, ?, ?, ?, ?)")
  for (const folder of foldersOf(join(dir, "blobs")).filter((path) => statSync(path).isDirectory()))
    for (const name of readdirSync(folder)) {
      const path = join(folder, name)
      const stats = statSync(path, { throwIfNoEntry: false })
      if (stats?.isFile() !== true || known.get(name) !== undefined) continue
      const bytes = readFileSync(path)
      if (hashOf(bytes) !== name) continue
      const kind = kindOf(bytes)
      add.run(name, kind, bytes.length, Math.floor(stats.mtimeMs), rowCheck("artifacts", name, kind, bytes.length))
    }
}

/** A name that is not taken, for what is set aside. */
const asideOf = (file: string): string => {
  let aside = `${file}.damaged`
  for (let again = 2; existsSync(aside); again++) aside = `${file}.damaged-${again}`
  return aside
}

/** The log first: left beside the new file, it would be replayed into it. */
const swap = (file: string, rebuilt: string): string => {
  const aside = asideOf(file)
  for (const suffix of ["-wal", "-shm"]) if (existsSync(file + suffix)) renameSync(file + suffix, `${aside}${suffix}`)
  renameSync(file, aside)
  renameSync(rebuilt, file)
  return aside
}

/** Rebuilds the database in `dir`. Throws what the file system and SQLite throw. */
export const rebuild = (dir: string): RebuildReport => {
  const file = join(dir, "ablate.db")
  const rebuilt = join(dir, "tmp", `${randomUUID()}.tmp`)
  const db = new Sqlite(rebuilt)
  create(db)
  // Rows are found in no order; what nothing holds on to is removed at the end.
  db.pragma("foreign_keys = OFF")
  const keep = keeper(db)
  const count = (table: string) => Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get())
  const counts = db.transaction(() => {
    for (const row of rowsIn(file)) keep(row)
    keepBlobs(db, dir)
    db.exec(`
      DELETE FROM traces WHERE artifact NOT IN (SELECT hash FROM artifacts);
      DELETE FROM records WHERE key NOT IN (SELECT key FROM traces);
      DELETE FROM ended_cells WHERE run NOT IN (SELECT id FROM runs);
      DELETE FROM tags WHERE run NOT IN (SELECT id FROM runs);
      DELETE FROM journal WHERE run NOT IN (SELECT id FROM runs);
      INSERT INTO stage_durations SELECT stage, count(*), sum(duration_ms) FROM traces GROUP BY stage;
    `)
    forgetLostLists(db)
    // Found in pages that are no longer in use: a run that ended lists its cells itself.
    db.exec(`DELETE FROM ended_cells WHERE run IN
      (SELECT id FROM runs WHERE cells IS NOT NULL AND json_extract(record, '$.status') <> 'running')`)
    return { runs: count("runs"), results: count("traces"), artifacts: count("artifacts") }
  })()
  db.pragma("wal_checkpoint(TRUNCATE)")
  db.close()
  for (const suffix of ["-wal", "-shm"]) rmSync(rebuilt + suffix, { force: true })
  return { ...counts, aside: swap(file, rebuilt) }
}
