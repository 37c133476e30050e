/** The tables of runs and of what they list. */
import { hash } from "node:crypto"
import { Effect, Schema } from "effect"
import { Key, type RunId } from "../../domain/Hash.ts"
import { RunCell, RunRecord } from "../../domain/RunRecord.ts"
import { current, isRunning, Owner } from "../Owner.ts"
import { rowCheck } from "../RowCheck.ts"
import { type ExperimentId, latestBy, type RunHistory } from "../RunHistory.ts"
import { damaged, StoreError, StoreReason } from "../StoreError.ts"
import type { Connection } from "./Connection.ts"
import type { Plans } from "./Plans.ts"
import type { Tags } from "./Tags.ts"

/** Bytes of a packed key. */
const keyBytes = 32

export interface Runs {
  readonly service: Omit<RunHistory["Service"], keyof Plans | keyof Tags>
  /** The names of both lists of a run, inside a transaction; undefined where it has not both. */
  listsOf(run: RunId): RunLists | undefined
  /** Gives a run lists that are there, inside a transaction. */
  link(run: RunId, lists: RunLists): void
}

/** The names of what a run lists. */
export interface RunLists {
  readonly cells: string
  readonly keys: string
}

interface Row {
  readonly seq: number
  readonly id: RunId
  readonly experiment: string
  readonly file: string
  readonly record: string
  readonly owner: string
  readonly cells: string | null
  readonly keys: string | null
  readonly row_check: number
}

const checkOf = ({ cells, experiment, file, id, keys, owner, record }: Omit<Row, "seq" | "row_check">): number =>
  rowCheck("runs", id, experiment, file, record, owner, cells, keys)

const Content = Schema.Struct({ record: Schema.fromJsonString(RunRecord), owner: Schema.fromJsonString(Owner) })
const Cell = Schema.fromJsonString(RunCell)
const Cells = Schema.fromJsonString(Schema.Array(RunCell))

/** A record is its own JSON encoding (a test holds it to the schema's): making the codec would cost more than the writing. */
export const encodeRun = (run: RunRecord): string => JSON.stringify(run)

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
  const newest = statement<[], Row>(`SELECT ${columns} FROM runs ORDER BY seq DESC`)
  const one = statement<[string], Row>(`SELECT ${columns} FROM runs WHERE id = ?`)
  const listOf = statement<[string | null], string | Buffer>("SELECT value FROM lists WHERE id = ?", "value")
  const endedCells = statement<[string], { cell: string; record: string; row_check: number }>(
    "SELECT cell, record, row_check FROM ended_cells WHERE run = ?"
  )
  const decodeContent = decode(Content)
  const decodeCell = decode(Cell)
  const decodeCells = decode(Cells)

  const decodeRun = (row: Row) =>
    Effect.map(decodeContent(row), ({ owner, record }) =>
      record.status === "running" && !isRunning(owner) ? { ...record, status: "interrupted" as const } : record
    )

  /**
   * The rows from the last one on, in the order in which they were recorded. The table itself is walked and no index
   * is trusted: a row that an index hides would make an older run the latest.
   */
  const walk = (wanted: (row: Row) => boolean, limit: number): ReadonlyArray<Row> => {
    const found: Array<Row> = []
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

  const isOf = ({ file, name }: ExperimentId) => {
    return (row: Row) => row.experiment === name && (file === undefined || row.file === file)
  }

  const rowOf = (id: RunId): Row | undefined => {
    const row = one().get(id)
    if (row === undefined) return undefined
    if (row.id !== id || row.row_check !== checkOf(row)) throw damaged(dir, `the row of run ${id} does not check`)
    return row
  }

  const change = (id: RunId, fields: Partial<Pick<Row, "record" | "cells" | "keys">>): void => {
    const row = rowOf(id)
    if (row === undefined) return
    const { seq: _, ...next } = { ...row, ...fields }
    update().run({ record: next.record, cells: next.cells, keys: next.keys, id, row_check: checkOf(next) })
  }

  /** Equal lists are stored once. */
  const list = (value: string | Buffer): string => {
    const id = hash("sha256", value)
    addList().run(id, value)
    return id
  }

  const readList = (id: string | null, what: string): string | Buffer | undefined => {
    if (id === null) return undefined
    const value = listOf().get(id)
    if (value === undefined || hash("sha256", value) !== id) throw damaged(dir, `the list of ${what} does not check`)
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
    recordKeys: (run, keys) => durable(() => change(run, { keys: list(Buffer.from(keys.join(""), "hex")) })),
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
      if (ended.length === 0) return cells
      const since = yield* Effect.forEach(ended, (record) => decodeCell(record))
      return [...new Map([...cells, ...since].map((cell) => [cell.cell, cell])).values()]
    }),
    keysOf: Effect.fnUntraced(function* (run) {
      const packed = yield* readLatest(() => readList(rowOf(run)?.keys ?? null, `the keys of run ${run}`))
      if (!Buffer.isBuffer(packed)) return []
      return Array.from({ length: packed.length / keyBytes }, (_, at) =>
        Key.make(packed.toString("hex", at * keyBytes, (at + 1) * keyBytes))
      )
    })
  }

  return {
    service,
    listsOf: (run) => {
      const row = rowOf(run)
      return row === undefined || row.cells === null || row.keys === null
        ? undefined
        : { cells: row.cells, keys: row.keys }
    },
    link: (run, { cells, keys }) => change(run, { cells, keys })
  }
}
