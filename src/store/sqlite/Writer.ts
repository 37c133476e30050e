/**
 * Group commit. Writes queue in order and are made durable together: one `BEGIN IMMEDIATE` transaction, one fsync.
 * An awaited write is flushed on the next turn of the event loop, so that all that were queued in this one go with it.
 */
import type { Database } from "better-sqlite3"
import { Deferred, Effect, Result } from "effect"
import type { StoreError } from "../StoreError.ts"
import { waitForLock } from "./Lock.ts"
import { storeError } from "./SqliteError.ts"

/**
 * A write nobody waits for is flushed after a time in which the flushes themselves take no more than a tenth: at least
 * and at most so long. Until then a crash loses it, and its node runs again.
 */
const shortestIdleMs = 5
const longestIdleMs = 100
/** A queue this long (or heavy, in bytes) is flushed at once: it bounds memory and the time the lock is held. */
const maxQueued = 512
const maxQueuedBytes = 8 * 1024 * 1024

interface Operation {
  /** In the transaction. Gives what to call when the outcome is known. */
  readonly apply: () => () => void
  readonly fail: (error: StoreError) => void
}

export interface WriteOptions {
  /** `now`: somebody waits for it. `soon`: it may wait a few milliseconds for company. */
  readonly flush: "now" | "soon"
  /** Bytes it holds in memory. */
  readonly bytes?: number
  /** Called when the write is durable or has failed, before anybody who waits is told. */
  readonly settled?: () => void
}

export interface Writer {
  /** Queues `apply`; the deferred is completed when it is durable. */
  submit<A>(apply: () => A, options: WriteOptions): Deferred.Deferred<A, StoreError>
  /** Waits until everything queued so far is durable or has failed. */
  readonly drain: Effect.Effect<void>
  /** As `drain`, and fails with the first failure since the last flush. */
  readonly flush: Effect.Effect<void, StoreError>
}

/** `before` is called before each transaction: it must end any other one on the connection. */
export const make = (db: Database, dir: string, before: () => void): Writer => {
  let queue: Array<Operation> = []
  let queuedBytes = 0
  let timer: { readonly cancel: () => void; readonly urgent: boolean } | undefined
  let isFlushing = false
  let isAwaited = false
  let failure: StoreError | undefined
  let idleMs = shortestIdleMs

  const transaction = db.transaction((operations: ReadonlyArray<Operation>) => operations.map((one) => one.apply()))

  const write = (operations: ReadonlyArray<Operation>) =>
    Effect.result(
      waitForLock(
        Effect.try({
          try: () => {
            before()
            return transaction.immediate(operations)
          },
          catch: storeError(dir)
        })
      )
    )

  const settle = (operations: ReadonlyArray<Operation>, result: Result.Result<Array<() => void>, StoreError>): void => {
    if (Result.isSuccess(result)) {
      for (const succeed of result.success) succeed()
    } else {
      failure ??= result.failure
      for (const operation of operations) operation.fail(result.failure)
    }
  }

  /** Each on its own, so that the others do not fail with the one that was refused. */
  const writeEach = (operations: ReadonlyArray<Operation>) =>
    Effect.forEach(operations, (operation) => Effect.map(write([operation]), (result) => settle([operation], result)), {
      discard: true
    })

  const writeAll = (operations: ReadonlyArray<Operation>) =>
    Effect.suspend(() => {
      const started = performance.now()
      return Effect.flatMap(write(operations), (result) => {
        idleMs = Math.min(longestIdleMs, Math.max(shortestIdleMs, 9 * (performance.now() - started)))
        const isOver = Result.isSuccess(result) || operations.length === 1 || result.failure.reason._tag === "Locked"
        return isOver ? Effect.sync(() => settle(operations, result)) : writeEach(operations)
      })
    })

  const schedule = (urgent: boolean): void => {
    if (isFlushing) {
      isAwaited ||= urgent
      return
    }
    if (timer !== undefined && (timer.urgent || !urgent)) return
    timer?.cancel()
    if (urgent) {
      const handle = setImmediate(flushNow)
      timer = { urgent, cancel: () => clearImmediate(handle) }
    } else {
      const handle = setTimeout(flushNow, idleMs)
      timer = { urgent, cancel: () => clearTimeout(handle) }
    }
  }

  /** What is queued is durable when this returns, unless another process holds the lock: then what comes meanwhile queues. */
  function flushNow(): void {
    if (isFlushing || queue.length === 0) return
    timer?.cancel()
    timer = undefined
    isFlushing = true
    isAwaited = false
    const operations = queue
    queue = []
    queuedBytes = 0
    Effect.runFork(writeAll(operations)).addObserver(() => {
      isFlushing = false
      if (queue.length > 0) schedule(isAwaited)
    })
  }

  const submit = <A>(apply: () => A, options: WriteOptions): Deferred.Deferred<A, StoreError> => {
    const done = Deferred.makeUnsafe<A, StoreError>()
    queue.push({
      apply: () => {
        const value = apply()
        return () => {
          options.settled?.()
          Deferred.doneUnsafe(done, Effect.succeed(value))
        }
      },
      fail: (error) => {
        options.settled?.()
        Deferred.doneUnsafe(done, Effect.fail(error))
      }
    })
    queuedBytes += options.bytes ?? 0
    if (queue.length >= maxQueued || queuedBytes >= maxQueuedBytes) flushNow()
    else schedule(options.flush === "now")
    return done
  }

  const drain = Effect.suspend(() => {
    if (queue.length === 0 && !isFlushing) return Effect.void
    const done = submit(() => undefined, { flush: "now" })
    flushNow()
    return Effect.ignore(Deferred.await(done))
  })

  const flush = Effect.suspend(() => {
    const first = failure
    failure = undefined
    return first === undefined ? Effect.void : Effect.fail(first)
  })

  return { submit, drain, flush: Effect.andThen(drain, flush) }
}
