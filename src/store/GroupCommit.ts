/**
 * Group commit. Writes queue in order and are made durable together, in one transaction. An awaited write is flushed on
 * the next turn of the event loop, so that all that were queued in this one go with it.
 */
import { Deferred, Effect, Result } from "effect"
import type { StoreError } from "./StoreError.ts"

/**
 * A write nobody waits for is flushed after a time in which the flushes themselves take no more than a tenth: at least
 * and at most so long. Until then a crash loses it, and its node runs again.
 */
const shortestIdleMs = 5
const longestIdleMs = 100
/** A queue this long (or heavy, in bytes) is flushed at once: it bounds memory and the time the lock is held. */
const maxQueued = 512
const maxQueuedBytes = 8 * 1024 * 1024

interface Operation<Work> {
  readonly work: Work
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

export interface GroupCommit<Work> {
  /** Queues what `workOf` gives, which tells the value by `succeed`; the deferred is completed when it is durable. */
  submit<A>(
    workOf: (succeed: (value: A) => () => void) => Work,
    options: WriteOptions
  ): Deferred.Deferred<A, StoreError>
  /** Waits until everything queued so far is durable or has failed. */
  readonly drain: Effect.Effect<void>
  /** As `drain`, and fails with the first failure since the last flush. */
  readonly flush: Effect.Effect<void, StoreError>
}

export interface Transactions<Work> {
  /** Does all in one transaction; gives what to call when the outcome is known, one each. */
  readonly write: (works: ReadonlyArray<Work>) => Effect.Effect<ReadonlyArray<() => void>, StoreError>
  /** Whether all fail alike, so that none is tried on its own. */
  readonly isCommon: (error: StoreError) => boolean
  /** Nothing to do: it only stands in the queue. */
  readonly nothing: (succeed: () => void) => Work
}

export const make = <Work>({ isCommon, nothing, write }: Transactions<Work>): GroupCommit<Work> => {
  type Queued = ReadonlyArray<Operation<Work>>
  let queue: Array<Operation<Work>> = []
  let queuedBytes = 0
  let timer: { readonly cancel: () => void; readonly urgent: boolean } | undefined
  let isFlushing = false
  let isAwaited = false
  let failure: StoreError | undefined
  let idleMs = shortestIdleMs

  const attempt = (operations: Queued) => Effect.result(write(operations.map(({ work }) => work)))

  const settle = (operations: Queued, result: Result.Result<ReadonlyArray<() => void>, StoreError>): void => {
    if (Result.isSuccess(result)) {
      for (const succeed of result.success) succeed()
    } else {
      failure ??= result.failure
      for (const operation of operations) operation.fail(result.failure)
    }
  }

  /** Each on its own, so that the others do not fail with the one that was refused. */
  const writeEach = (operations: Queued) =>
    Effect.forEach(
      operations,
      (operation) => Effect.map(attempt([operation]), (result) => settle([operation], result)),
      { discard: true }
    )

  const writeAll = (operations: Queued) =>
    Effect.suspend(() => {
      const started = performance.now()
      return Effect.flatMap(attempt(operations), (result) => {
        idleMs = Math.min(longestIdleMs, Math.max(shortestIdleMs, 9 * (performance.now() - started)))
        const isOver = Result.isSuccess(result) || operations.length === 1 || isCommon(result.failure)
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

  /** Where `write` waits for nobody, what is queued is durable when this returns; else what comes meanwhile queues. */
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

  const submit: GroupCommit<Work>["submit"] = <A>(
    workOf: (succeed: (value: A) => () => void) => Work,
    options: WriteOptions
  ) => {
    const done = Deferred.makeUnsafe<A, StoreError>()
    queue.push({
      work: workOf((value) => () => {
        options.settled?.()
        Deferred.doneUnsafe(done, Effect.succeed(value))
      }),
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
    const done = submit<void>((succeed) => nothing(succeed(undefined)), { flush: "now" })
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
