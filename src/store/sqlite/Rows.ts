/** Every row against the check that it carries: what doctor counts, and removes when asked. */
import { hash } from "node:crypto"
import type { Database } from "better-sqlite3"
import type { DamagedRows } from "../Maintenance.ts"
import { rowCheck, rowCheckSql } from "../RowCheck.ts"
import { defineRowCheck } from "./RowCheck.ts"

/** The columns that a table's check covers. */
const covered = {
  artifacts: "hash, kind, size",
  traces: "key, artifact",
  records: "key, record",
  files: "path, signature, hash",
  memo: "kind, id, json",
  runs: "id, experiment, file, record, owner, cells, keys",
  ended_cells: "run, cell, record",
  tags: "name, run",
  journal: "run, part, entries",
  plans: "id, cells, keys, artifacts"
} as const

const fails = (table: keyof typeof covered) => `row_check IS NOT ${rowCheckSql}('${table}', ${covered[table]})`

const damagedLists = (db: Database): ReadonlyArray<string> => {
  const lists = db.prepare<[], { id: string; value: string | Buffer }>("SELECT id, value FROM lists")
  const damaged: Array<string> = []
  for (const { id, value } of lists.iterate()) if (hash("sha256", value) !== id) damaged.push(id)
  return damaged
}

/**
 * A run whose list of cells is lost counts as interrupted: its table says that they are missing, and the next run brings
 * them back from the results that are known.
 */
export const forgetLostLists = (db: Database): void => {
  const runs = db.prepare<[], { [column: string]: string | null }>(
    `SELECT id, experiment, file, record, owner, cells, keys FROM runs
     WHERE cells NOT IN (SELECT id FROM lists) OR keys NOT IN (SELECT id FROM lists)`
  )
  const exists = db.prepare("SELECT 1 FROM lists WHERE id = ?")
  const update = db.prepare("UPDATE runs SET record = ?, cells = ?, keys = ?, row_check = ? WHERE id = ?")
  const kept = (list: string | null | undefined) => (list != null && exists.get(list) !== undefined ? list : null)
  const interrupted = db.prepare<[string | null], string>("SELECT json_set(?, '$.status', 'interrupted')").pluck()
  for (const { cells, experiment, file, id, keys, owner, record } of runs.all()) {
    const [keptCells, keptKeys] = [kept(cells), kept(keys)]
    const next = keptCells === null ? (interrupted.get(record ?? null) ?? null) : (record ?? null)
    const check = rowCheck("runs", id ?? "", experiment ?? "", file ?? "", next, owner ?? "", keptCells, keptKeys)
    update.run(next, keptCells, keptKeys, check, id)
  }
}

/** Counts the rows that do not check, and removes them with `repair` (in a write transaction). */
export const inspectRows = (db: Database, repair: boolean): ReadonlyArray<DamagedRows> => {
  defineRowCheck(db)
  const found: Array<DamagedRows> = []
  for (const table of [
    "runs",
    "tags",
    "ended_cells",
    "traces",
    "records",
    "artifacts",
    "journal",
    "plans",
    "memo",
    "files"
  ] as const) {
    const rows = Number(
      db
        .prepare(`SELECT count(*) FROM ${table} WHERE ${fails(table)}`)
        .pluck()
        .get()
    )
    if (rows > 0) found.push({ table, rows })
    if (rows > 0 && repair) db.exec(`DELETE FROM ${table} WHERE ${fails(table)}`)
  }
  const lists = damagedLists(db)
  if (lists.length > 0) found.push({ table: "lists", rows: lists.length })
  if (repair) {
    db.pragma("defer_foreign_keys = ON")
    const remove = db.prepare("DELETE FROM lists WHERE id = ?")
    for (const id of lists) remove.run(id)
    forgetLostLists(db)
  }
  return found
}
