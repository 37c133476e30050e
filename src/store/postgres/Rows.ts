/** Every row against the check that it carries: what doctor counts, and removes when asked. The server reckons. */
import { Effect } from "effect"
import type { DamagedRows } from "../Maintenance.ts"
import { rowCheckSql } from "../RowCheck.ts"
import type { Statements } from "./Client.ts"

/** What a table's check covers, each column as text; of bytes their hash. */
const covered = [
  ["runs", "id, experiment, file, record, owner, cells, keys"],
  ["tags", "name, run"],
  ["ended_cells", "run, cell, record"],
  ["traces", "key, artifact"],
  ["records", "key, record"],
  ["artifacts", "hash, kind, size::text"],
  ["journal", "run, part::text, encode(sha256(entries), 'hex')"],
  ["plans", "id, cells, keys, encode(sha256(artifacts), 'hex')"],
  ["memo", "kind, id, json"]
] as const

/** Counts the rows that do not check, and removes them with `repair` (in a transaction). */
export const inspectRows = Effect.fnUntraced(function* (statements: Statements, repair: boolean) {
  const found: Array<DamagedRows> = []
  const count = Effect.fnUntraced(function* (table: string, condition: string) {
    const [row] = yield* statements.query<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE ${condition}`)
    const rows = row?.n ?? 0
    if (rows > 0) found.push({ table, rows })
    return rows
  })
  for (const [table, columns] of covered) {
    const condition = `row_check <> ${rowCheckSql}('${table}', ${columns})`
    if ((yield* count(table, condition)) > 0 && repair)
      yield* statements.execute(`DELETE FROM ${table} WHERE ${condition}`)
  }
  const lists = "id <> encode(sha256(value), 'hex')"
  if ((yield* count("lists", lists)) > 0 && repair) {
    // A run whose list of cells is lost counts as interrupted: the next run brings them back from what is known.
    const lost = (column: string) => `${column} IN (SELECT id FROM lists WHERE ${lists})`
    yield* statements.execute(
      `UPDATE runs SET record = (jsonb_set(record::jsonb, '{status}', '"interrupted"'))::text, cells = NULL
       WHERE ${lost("cells")}`
    )
    yield* statements.execute(`UPDATE runs SET keys = NULL WHERE ${lost("keys")}`)
    yield* statements.execute(
      `UPDATE runs SET row_check = ${rowCheckSql}('runs', id, experiment, file, record, owner, cells, keys)
       WHERE cells IS NULL OR keys IS NULL`
    )
    yield* statements.execute(`DELETE FROM lists WHERE ${lists}`)
  }
  return found
})
