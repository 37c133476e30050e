/** The tables of runs and of what they list. */
import { Effect } from "effect"
import type { RunId } from "../../domain/Hash.ts"
import { current } from "../Owner.ts"
import { rowCheck } from "../RowCheck.ts"
import { type ExperimentId, latestBy, type RunHistory } from "../RunHistory.ts"
import {
  bothLists,
  Cell,
  Cells,
  Content,
  checkOf,
  encodeRun,
  isOf,
  listName,
  packKeys,
  type RunLists,
  type RunRow,
  runOf,
  unpackKeys,
  withEnded
} from "../RunRows.ts"
import { damaged, StoreError, StoreReason } from "../StoreError.ts"
import type { Connection } from "./Connection.ts"
import type { Plans } from "./Plans.ts"
import type { Tags } from "./Tags.ts"

export interface Runs {
  readonly service: Omit<RunHistory["Service"], keyof Plans | keyof Tags>
  /** The names of both lists of a run, inside a transaction; undefined where it has not both. */
  listsOf(run: RunId): RunLists | undefined
  /** Gives a run lists that are there, inside a transaction. */
  link(run: RunId, lists: RunLists): void
}

export const make = ({ checked, decode, dir, readLatest, statement, submit }: Connection): Runs => {
  const add = statement(`INSERT OR IGNORE INTO runs (id, experiment, file, record, owner, cells, keys, row_check)
     VALUES (:id, :experiment, :file, :record, :owner, :cells, :keys, :row_check)`)
  const update = statement(
    "UPDATE runs SET record = :record, cells = :cells, keys = :keys, row_check = :row_check WHERE id = :id"
  )
  // Written again where it is there but is not what it should be: it is named by its content.
  const addList = statement(`INSERT INTO lists (id, value) VALUES (?, ?)
     ON CONFLICT (id) DO UPDATE SET value = excluded.value WHERE value IS NOT excluded.value`)
  const addCell = statement("INSERT OR REPLACE INTO ended_cells (run, cell, record, row_check) VALUES (?, ?, ?, ?)")
  const dropCells = statement("DELETE FROM ended_cells WHERE run = ?")
  const columns = "seq, id, experiment, file, record, owner, cells, keys, row_check"
  const newest = statement<[], RunRow>(`SELECT ${columns} FROM runs ORDER BY seq DESC`)
  const one = statement<[string], RunRow>(`SELECT ${columns} FROM runs WHERE id = ?`)
  const listOf = statement<[string | null], string | Buffer>("SELECT value FROM lists WHERE id = ?", "value")
  const endedCells = statement<[string], { cell: string; record: string; row_check: number }>(
    "SELECT cell, record, row_check FROM ended_cells WHERE run = ?"
  )
  const decodeContent = decode(Content)
  const decodeCell = decode(Cell)
  const decodeCells = decode(Cells)

  const decodeRun = (row: RunRow) => Effect.map(decodeContent(row), runOf)

  /**
   * The rows from the last one on, in the order in which they were recorded. The table itself is walked and no index
   * is trusted: a row that an index hides would make an older run the latest.
   */
  const walk = (wanted: (row: RunRow) => boolean, limit: number): ReadonlyArray<RunRow> => {
    const found: Array<RunRow> = []
    let before = Number.POSITIVE_INFINITY
    for (const row of newest().iterate()) {
      if (row.seq >= before || row.row_check !== checkOf(row))
        throw damaged(dir, `the row of run ${row.seq} does not check`)
      before = row.seq
      if (!wanted(row)) continue
      found.push(row)
      if (found.length >= limit) break
    }
    return found
  }

  const rowOf = (id: RunId): RunRow | undefined => {
    const row = one().get(id)
    if (row === undefined) return undefined
    if (row.id !== id || row.row_check !== checkOf(row)) throw damaged(dir, `the row of run ${id} does not check`)
    return row
  }

  const change = (id: RunId, fields: Partial<Pick<RunRow, "record" | "cells" | "keys">>): void => {
    const row = rowOf(id)
    if (row === undefined) return
    const { seq: _, ...next } = { ...row, ...fields }
    update().run({ record: next.record, cells: next.cells, keys: next.keys, id, row_check: checkOf(next) })
  }

  /** Equal lists are stored once. */
  const list = (value: string | Buffer): string => {
    const id = listName(value)
    addList().run(id, value)
    return id
  }

  const readList = (id: string | null, what: string): string | Buffer | undefined => {
    if (id === null) return undefined
    const value = listOf().get(id)
    if (value === undefined || listName(value) !== id) throw damaged(dir, `the list of ${what} does not check`)
    return value
  }

  const durable = (apply: () => void) => Effect.flatten(submit(apply, { flush: "now" }))

  const runsOf = (experiment: ExperimentId, limit = 100) =>
    readLatest(() => walk(isOf(experiment), limit)).pipe(
      Effect.flatMap((rows) => Effect.forEach(rows, (row) => decodeRun(row)))
    )

  const service: Runs["service"] = {
    startRun: (run) =>
      Effect.suspend(() => {
        const { experiment, file, id } = run
        const row = { id, experiment, file, record: encodeRun(run), owner: JSON.stringify(current()) }
        const fields = { ...row, cells: null, keys: null }
        return durable(() => {
          const { changes } = add().run({ ...fields, row_check: checkOf(fields) })
          if (changes === 0) throw new StoreError({ path: dir, reason: StoreReason.cases.RunExists.make({ run: id }) })
        })
      }),
    recordCell: (run, cell) =>
      Effect.suspend(() => {
        const record = JSON.stringify(cell)
        const check = rowCheck("ended_cells", run, cell.cell, record)
        return submit(() => void addCell().run(run, cell.cell, record, check), { flush: "soon", bytes: record.length })
      }),
    recordCells: (run, cells) =>
      durable(() => {
        change(run, { cells: list(JSON.stringify(cells)) })
        dropCells().run(run)
      }),
    recordKeys: (run, keys) => durable(() => change(run, { keys: list(packKeys(keys)) })),
    finishRun: (run) => durable(() => change(run.id, { record: encodeRun(run) })),
    runs: (limit = 100) =>
      Effect.flatMap(
        readLatest(() => walk(() => true, limit)),
        (rows) => Effect.forEach(rows, (row) => decodeRun(row))
      ),
    run: Effect.fnUntraced(function* (id) {
      const row = yield* readLatest(() => rowOf(id))
      return row === undefined ? undefined : yield* decodeRun(row)
    }),
    runsOf,
    latestRun: latestBy(runsOf),
    cellsOf: Effect.fnUntraced(function* (run) {
      const { ended, listed } = yield* readLatest(() => ({
        listed: readList(rowOf(run)?.cells ?? null, `the cells of run ${run}`),
        ended: endedCells()
          .all(run)
          .flatMap((row) => checked("ended_cells", [run, row.cell], [row.record, row.row_check]) ?? [])
      }))
      const cells = listed === undefined ? [] : yield* decodeCells(String(listed))
      return yield* withEnded(cells, ended, decodeCell)
    }),
    keysOf: Effect.fnUntraced(function* (run) {
      const packed = yield* readLatest(() => readList(rowOf(run)?.keys ?? null, `the keys of run ${run}`))
      if (!Buffer.isBuffer(packed)) return []
      return unpackKeys(packed)
    })
  }

  return {
    service,
    listsOf: (run) => bothLists(rowOf(run)),
    link: (run, { cells, keys }) => change(run, { cells, keys })
  }
}
