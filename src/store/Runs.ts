/** The runs of a store: what was asked, in what environment, how it ended, and what every cell gave. */
import { hash } from "node:crypto"
import { Effect, Schema } from "effect"
import { Key, type RunId } from "../domain/Hash.ts"
import { RunCell, RunRecord } from "../domain/RunRecord.ts"
import { current, isRunning, Owner } from "./Owner.ts"
import type { Session } from "./Session.ts"
import { StoreError, StoreReason } from "./StoreError.ts"

/** Bytes of a packed key. */
const keyBytes = 32

/** Which runs count in `latestRun`: every one, those no longer running, or those whose cells all succeeded. */
export type RunFilter = "any" | "finished" | "succeeded"

export interface Runs {
  /** Records a run with this process as its owner. A run of the same id is refused (`RunExists`). */
  startRun(run: RunRecord): Effect.Effect<void, StoreError>
  /** The cells' published outputs, in order; recorded again, they replace the former. */
  recordCells(run: RunId, cells: ReadonlyArray<RunCell>): Effect.Effect<void, StoreError>
  /** Every key that the run used, hits too: `gc` with `keepRuns` keeps the traces of the runs it keeps. */
  recordKeys(run: RunId, keys: ReadonlyArray<Key>): Effect.Effect<void, StoreError>
  /** Replaces the record of the run with the same id. */
  finishRun(run: RunRecord): Effect.Effect<void, StoreError>
  /** Newest first; at most `limit`, 100 by default. A run that was left running by a process that died is `interrupted`. */
  runs(limit?: number): Effect.Effect<ReadonlyArray<RunRecord>, StoreError>
  run(id: RunId): Effect.Effect<RunRecord | undefined, StoreError>
  /** The newest run of an experiment that passes the filter, `any` by default. */
  latestRun(experiment: string, filter?: RunFilter): Effect.Effect<RunRecord | undefined, StoreError>
  cellsOf(run: RunId): Effect.Effect<ReadonlyArray<RunCell>, StoreError>
  /** The keys that the run recorded, in its order; empty where it recorded none. */
  keysOf(run: RunId): Effect.Effect<ReadonlyArray<Key>, StoreError>
}

const Row = Schema.Struct({ record: Schema.fromJsonString(RunRecord), owner: Schema.fromJsonString(Owner) })
const Cells = Schema.fromJsonString(Schema.Array(RunCell))

/** A record is its own JSON encoding (a test holds it to the schema's): making the codec would cost more than the writing. */
export const encodeRun = (run: RunRecord): string => JSON.stringify(run)

export const make = ({ decode, dir, readLatest, statement, submit }: Session): Runs => {
  const add = statement(
    "INSERT OR IGNORE INTO runs (id, experiment, started_at, status, record, owner) VALUES (?, ?, ?, ?, ?, ?)"
  )
  const update = statement("UPDATE runs SET status = ?, record = ? WHERE id = ?")
  const addList = statement("INSERT OR IGNORE INTO lists (id, value) VALUES (?, ?)")
  const link = statement(`INSERT INTO run_lists (run, kind, list) VALUES (?, ?, ?)
     ON CONFLICT (run, kind) DO UPDATE SET list = excluded.list`)
  const newest = statement("SELECT record, owner FROM runs ORDER BY started_at DESC, id DESC LIMIT ?")
  const one = statement("SELECT record, owner FROM runs WHERE id = ?")
  const ofExperiment = statement(
    "SELECT record, owner FROM runs WHERE experiment = ? AND status IN (SELECT value FROM json_each(?)) ORDER BY started_at DESC, id DESC"
  )
  const listOf = statement<[string, "cells" | "keys"]>(
    "SELECT value FROM run_lists JOIN lists ON id = list WHERE run = ? AND kind = ?",
    "value"
  )
  const decodeRow = decode(Row)
  const decodeRun = (row: unknown) =>
    Effect.map(decodeRow(row), ({ owner, record }) =>
      record.status === "running" && !isRunning(owner) ? { ...record, status: "interrupted" as const } : record
    )
  const decodeCells = decode(Cells)
  /** Equal lists are stored once. */
  const record = (run: RunId, kind: "cells" | "keys", value: string | Buffer): void => {
    const id = hash("sha256", value)
    addList().run(id, value)
    link().run(run, kind, id)
  }
  const durable = (apply: () => void) => Effect.flatten(submit(apply, { flush: "now" }))

  return {
    startRun: (run) =>
      Effect.suspend(() => {
        const owner = JSON.stringify(current())
        return durable(() => {
          const { changes } = add().run(run.id, run.experiment, run.startedAt, run.status, encodeRun(run), owner)
          if (changes === 0)
            throw new StoreError({ path: dir, reason: StoreReason.cases.RunExists.make({ run: run.id }) })
        })
      }),
    recordCells: (run, list) => durable(() => record(run, "cells", JSON.stringify(list))),
    recordKeys: (run, keys) => durable(() => record(run, "keys", Buffer.from(keys.join(""), "hex"))),
    finishRun: (run) => durable(() => update().run(run.status, encodeRun(run), run.id)),
    runs: Effect.fnUntraced(function* (limit = 100) {
      return yield* Effect.forEach(yield* readLatest(() => newest().all(limit)), decodeRun)
    }),
    run: Effect.fnUntraced(function* (id) {
      const row = yield* readLatest(() => one().get(id))
      return row === undefined ? undefined : yield* decodeRun(row)
    }),
    latestRun: Effect.fnUntraced(function* (experiment, filter = "any") {
      const statuses = filter === "succeeded" ? ["succeeded"] : ["running", "succeeded", "failed", "interrupted"]
      for (const row of yield* readLatest(() => ofExperiment().all(experiment, JSON.stringify(statuses)))) {
        const run = yield* decodeRun(row)
        if (filter !== "finished" || run.status !== "running") return run
      }
      return undefined
    }),
    cellsOf: Effect.fnUntraced(function* (run) {
      const list = yield* readLatest(() => listOf().get(run, "cells"))
      return list === undefined ? [] : yield* decodeCells(list)
    }),
    keysOf: Effect.fnUntraced(function* (run) {
      const list = yield* readLatest(() => listOf().get(run, "keys"))
      const packed = Buffer.isBuffer(list) ? list : Buffer.alloc(0)
      return Array.from({ length: packed.length / keyBytes }, (_, at) =>
        Key.make(packed.toString("hex", at * keyBytes, (at + 1) * keyBytes))
      )
    })
  }
}
