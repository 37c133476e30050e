/** What the parts of an open store share: the connection, the queue of writes, and one read lock for a burst of look-ups. */
import type { Database, Statement } from "better-sqlite3"
import { Deferred, Effect, Schema } from "effect"
import { type CheckedRows, checkedRows } from "../RowCheck.ts"
import { damaged, StoreError, StoreReason } from "../StoreError.ts"
import { waitForLock } from "./Lock.ts"
import { storeError } from "./SqliteError.ts"
import { make as makeWriter, type WriteOptions } from "./Writer.ts"

export interface Connection extends CheckedRows {
  readonly db: Database
  readonly dir: string
  readonly readOnly: boolean
  /** A statement that is prepared when it is first used: opening a store stays fast. */
  statement<Params extends Array<unknown> = Array<unknown>, Row = unknown>(
    sql: string,
    shape?: "object" | "array" | "value"
  ): () => Statement<Params, Row>
  /** Decodes a row by its schema; one that does not fit is damage. */
  decode<S extends Schema.ConstraintDecoder<unknown>>(schema: S): (row: unknown) => Effect.Effect<S["Type"], StoreError>
  /** A read. */
  read<A>(evaluate: () => A): Effect.Effect<A, StoreError>
  /**
   * A read of which many are asked for one after the other: those until the next turn of the event loop share one lock,
   * which halves their cost.
   */
  readInBurst<A>(evaluate: () => A): Effect.Effect<A, StoreError>
  /** One write transaction of its own, after everything queued. */
  write<A>(evaluate: () => A): Effect.Effect<A, StoreError>
  /** Queues a write. The outer effect queues, the inner one waits until it is durable. */
  submit<A>(apply: () => A, options: WriteOptions): Effect.Effect<Effect.Effect<A, StoreError>>
  /** Queues a write nobody waits for; nothing in a read-only store. */
  later(apply: () => void, settled: () => void): void
  /** One read after everything queued. */
  readLatest<A>(evaluate: () => A): Effect.Effect<A, StoreError>
  readonly flush: Effect.Effect<void, StoreError>
}

export const make = (db: Database, dir: string, readOnly: boolean): Connection => {
  const statement = <Params extends Array<unknown> = Array<unknown>, Row = unknown>(
    sql: string,
    shape: "object" | "array" | "value" = "object"
  ): (() => Statement<Params, Row>) => {
    let prepared: Statement<Params, Row> | undefined
    return () => {
      if (prepared !== undefined) return prepared
      prepared = db.prepare<Params, Row>(sql)
      if (shape === "array") prepared.raw()
      if (shape === "value") prepared.pluck()
      return prepared
    }
  }

  const begin = statement("BEGIN")
  const commit = statement("COMMIT")
  let isBursting = false

  const endBurst = (): void => {
    if (!isBursting) return
    isBursting = false
    if (db.open && db.inTransaction) commit().run()
  }

  const burst = (): void => {
    if (isBursting || db.inTransaction) return
    begin().run()
    isBursting = true
    setImmediate(endBurst)
  }

  const writer = makeWriter(db, dir, endBurst)
  const refused = Effect.fail(new StoreError({ path: dir, reason: StoreReason.cases.ReadOnly.make({}) }))

  const read = <A>(evaluate: () => A) => Effect.try({ try: evaluate, catch: storeError(dir) })

  return {
    db,
    dir,
    readOnly,
    statement,
    decode: (schema) => {
      const decode = Schema.decodeUnknownEffect(schema)
      return (row) => Effect.mapError(decode(row), ({ message }) => damaged(dir, message))
    },
    read,
    readInBurst: (evaluate) =>
      read(() => {
        burst()
        return evaluate()
      }),
    readLatest: (evaluate) => Effect.andThen(writer.drain, read(evaluate)),
    write: (evaluate) => {
      if (readOnly) return refused
      const transaction = db.transaction(evaluate)
      return Effect.andThen(
        writer.drain,
        waitForLock(
          read(() => {
            endBurst()
            return transaction.immediate()
          })
        )
      )
    },
    submit: (apply, options) =>
      readOnly ? Effect.succeed(refused) : Effect.sync(() => Deferred.await(writer.submit(apply, options))),
    later: (apply, settled) => {
      if (!readOnly) writer.submit(apply, { flush: "soon", settled })
    },
    flush: writer.flush,
    ...checkedRows(`${dir}/ablate.db`)
  }
}
