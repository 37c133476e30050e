/** Waiting for the write lock that another process holds. */
import { Effect, Schedule } from "effect"
import { StoreError, StoreReason } from "../StoreError.ts"

/** How long SQLite itself waits for a lock: short, since it blocks the thread; longer waits are retries between turns. */
export const busyTimeoutMs = 500

/** How long to go on before the store counts as locked. */
const patienceMs = 30_000

const isLocked = (error: StoreError): boolean => error.reason._tag === "Locked"

const whileLocked = {
  while: isLocked,
  schedule: Schedule.spaced("20 millis").pipe(Schedule.upTo({ duration: patienceMs }))
}

/** Does again what must be one transaction or one statement, as long as another process has the lock. */
export const waitForLock = <A, R>(effect: Effect.Effect<A, StoreError, R>): Effect.Effect<A, StoreError, R> =>
  effect.pipe(
    Effect.retry(whileLocked),
    Effect.mapError((error) =>
      isLocked(error)
        ? new StoreError({ path: error.path, reason: StoreReason.cases.Locked.make({ waitedMs: patienceMs }) })
        : error
    )
  )
