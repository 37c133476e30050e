/** Ctrl-C: the first asks the run to stop and keep what is finished; the second ends the process at once. */
import { Deferred, Effect } from "effect"

/** Gives the effect that asks for a stop, and calls it at SIGINT and SIGTERM while the scope lives. */
export const stopper = Effect.fnUntraced(function* (stop: Deferred.Deferred<void>) {
  let asked = false
  const ask = () => {
    if (asked) process.exit(130)
    asked = true
    Deferred.doneUnsafe(stop, Effect.void)
  }
  yield* Effect.acquireRelease(
    Effect.sync(() => {
      process.on("SIGINT", ask)
      process.on("SIGTERM", ask)
    }),
    () =>
      Effect.sync(() => {
        process.off("SIGINT", ask)
        process.off("SIGTERM", ask)
      })
  )
  return Effect.sync(ask)
})
