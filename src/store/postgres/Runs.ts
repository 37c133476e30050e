/** The tables of runs and of what they list. */
import { Effect } from "effect"
import type { RunId } from "../../domain/Hash.ts"
import type { RunRecord } from "../../domain/RunRecord.ts"
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
  listName,
  packKeys,
  type RunLists,
  type RunRow,
  runOf,
  unpackKeys,
  withEnded
} from "../RunRows.ts"
import { damaged, StoreError, StoreReason } from "../StoreError.ts"
import type { Statements } from "./Client.ts"
import type { Connection } from "./Connection.ts"
import { type Heartbeats, heardSql } from "./Heartbeats.ts"
import type { Plans } from "./Plans.ts"
import type { Tags } from "./Tags.ts"

export interface Runs {
  readonly service: Omit<RunHistory["Service"], keyof Plans | keyof Tags>
  /** The names of both lists of a run, in a transaction; undefined where it has not both. */
  listsOf(statements: Statements, run: RunId): Effect.Effect<RunLists | undefined, StoreError>
  /** Gives a run lists that are there, in a transaction. */
  link(statements: Statements, run: RunId, lists: RunLists): Effect.Effect<void, StoreError>
}

type Reader = Pick<Statements, "query">

const columns = `seq, id, experiment, file, record, owner, cells, keys, row_check, ${heardSql} AS heard`

interface Row extends RunRow {
  readonly heard: boolean | null
}

/** One on another host counts as running as long as it is heard of. */
const isLeft = (run: RunRecord, { heard }: Row): boolean => run.status === "running" && heard === false

export const make = ({ checked, decode, place, queryLatest, submit }: Connection, heartbeats: Heartbeats): Runs => {
  const decodeContent = decode(Content)
  const decodeCell = decode(Cell)
  const decodeCells = decode(Cells)
  const latest: Reader = { query: queryLatest }

  const whole = (row: Row): Effect.Effect<Row, StoreError> =>
    row.row_check === checkOf(row)
      ? Effect.succeed(row)
      : Effect.fail(damaged(place, `the row of run ${row.seq} does not check`))

  const decodeRun = (row: Row) =>
    Effect.map(Effect.flatMap(whole(row), decodeContent), (content): RunRecord => {
      const run = runOf(content)
      return isLeft(run, row) ? { ...run, status: "interrupted" } : run
    })

  /** From the last one on, in the order in which they were recorded. */
  const newest = (where: string, values: ReadonlyArray<string>, limit: number) =>
    Effect.flatMap(
      queryLatest<Row>(`SELECT ${columns} FROM runs ${where} ORDER BY seq DESC LIMIT $1`, [
        Number.isFinite(limit) ? limit : null,
        ...values
      ]),
      (rows) => Effect.forEach(rows, decodeRun)
    )

  const rowOf = Effect.fnUntraced(function* ({ query }: Reader, id: RunId) {
    const [row] = yield* query<Row>(`SELECT ${columns} FROM runs WHERE id = $1`, [id])
    return row === undefined ? undefined : yield* whole(row)
  })

  const change = Effect.fnUntraced(function* (
    statements: Statements,
    id: RunId,
    fields: Partial<Pick<RunRow, "record" | "cells" | "keys">>
  ) {
    const row = yield* rowOf(statements, id)
    if (row === undefined) return
    const next = { ...row, ...fields }
    yield* statements.execute("UPDATE runs SET record = $2, cells = $3, keys = $4, row_check = $5 WHERE id = $1", [
      id,
      next.record,
      next.cells,
      next.keys,
      checkOf(next)
    ])
  })

  // Written again where it is there but is not what it should be: it is named by its content.
  const list = Effect.fnUntraced(function* (statements: Statements, value: Uint8Array) {
    const id = listName(value)
    yield* statements.execute(
      `INSERT INTO lists (id, value) VALUES ($1, $2)
       ON CONFLICT (id) DO UPDATE SET value = excluded.value WHERE lists.value <> excluded.value`,
      [id, value]
    )
    return id
  })

  const readList = Effect.fnUntraced(function* (id: string | null, what: string) {
    if (id === null) return undefined
    const [row] = yield* queryLatest<{ value: Buffer }>("SELECT value FROM lists WHERE id = $1", [id])
    if (row !== undefined && listName(row.value) === id) return row.value
    return yield* damaged(place, `the list of ${what} does not check`)
  })

  const durable = <A>(apply: (statements: Statements) => Effect.Effect<A, StoreError>) =>
    Effect.asVoid(Effect.flatten(submit(apply, { flush: "now" })))

  const runsOf = ({ file, name }: ExperimentId, limit = 100) =>
    newest(
      file === undefined ? "WHERE experiment = $2" : "WHERE experiment = $2 AND file = $3",
      file === undefined ? [name] : [name, file],
      limit
    )

  const service: Runs["service"] = {
    startRun: (run) =>
      Effect.suspend(() => {
        const { experiment, file, id } = run
        const fields = { id, experiment, file, record: encodeRun(run), owner: JSON.stringify(current()) }
        const check = checkOf({ ...fields, cells: null, keys: null })
        const started = durable(
          Effect.fnUntraced(function* (statements) {
            const rows = yield* statements.execute(
              `INSERT INTO runs (id, experiment, file, record, owner, row_check) VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (id) DO NOTHING`,
              [id, experiment, file, fields.record, fields.owner, check]
            )
            if (rows === 0)
              return yield* new StoreError({ path: place, reason: StoreReason.cases.RunExists.make({ run: id }) })
          })
        )
        return run.status === "running" ? Effect.tap(started, () => Effect.sync(() => heartbeats.began(id))) : started
      }),
    recordCell: (run, cell) =>
      Effect.suspend(() => {
        const record = JSON.stringify(cell)
        const check = rowCheck("ended_cells", run, cell.cell, record)
        return Effect.map(
          submit(
            (statements) =>
              statements.execute(
                `INSERT INTO ended_cells (run, cell, record, row_check) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (run, cell) DO UPDATE SET record = excluded.record, row_check = excluded.row_check`,
                [run, cell.cell, record, check]
              ),
            { flush: "soon", bytes: record.length }
          ),
          Effect.asVoid
        )
      }),
    recordCells: (run, cells) =>
      durable(
        Effect.fnUntraced(function* (statements) {
          yield* change(statements, run, { cells: yield* list(statements, Buffer.from(JSON.stringify(cells))) })
          yield* statements.execute("DELETE FROM ended_cells WHERE run = $1", [run])
        })
      ),
    recordKeys: (run, keys) =>
      durable(
        Effect.fnUntraced(function* (statements) {
          yield* change(statements, run, { keys: yield* list(statements, packKeys(keys)) })
        })
      ),
    finishRun: (run) =>
      Effect.suspend(() => {
        heartbeats.ended(run.id)
        return durable((statements) =>
          Effect.andThen(
            change(statements, run.id, { record: encodeRun(run) }),
            statements.execute("DELETE FROM heartbeats WHERE run = $1", [run.id])
          )
        )
      }),
    runs: (limit = 100) => newest("", [], limit),
    run: Effect.fnUntraced(function* (id) {
      const row = yield* rowOf(latest, id)
      return row === undefined ? undefined : yield* decodeRun(row)
    }),
    runsOf,
    latestRun: latestBy(runsOf),
    cellsOf: Effect.fnUntraced(function* (run) {
      const row = yield* rowOf(latest, run)
      const listed = yield* readList(row?.cells ?? null, `the cells of run ${run}`)
      const rows = yield* queryLatest<{ cell: string; record: string; row_check: number }>(
        'SELECT cell, record, row_check FROM ended_cells WHERE run = $1 ORDER BY cell COLLATE "C"',
        [run]
      )
      const ended = rows.flatMap(
        ({ cell, record, row_check }) => checked("ended_cells", [run, cell], [record, row_check]) ?? []
      )
      return yield* withEnded(listed === undefined ? [] : yield* decodeCells(listed.toString()), ended, decodeCell)
    }),
    keysOf: Effect.fnUntraced(function* (run) {
      const row = yield* rowOf(latest, run)
      const packed = yield* readList(row?.keys ?? null, `the keys of run ${run}`)
      return packed === undefined ? [] : unpackKeys(packed)
    })
  }

  return {
    service,
    listsOf: (statements, run) => Effect.map(rowOf(statements, run), bothLists),
    link: (statements, run, { cells, keys }) => change(statements, run, { cells, keys })
  }
}
