/**
 * Ctrl-C: the first lets what runs end and begins nothing else, the second ends what runs, the third ends the process at once.
 * SIGTERM ends what runs; what is finished is kept in every case.
 */
import { Effect } from "effect"
import type { Control } from "../execute/Control.ts"

/** Asks the run to stop at SIGINT and SIGTERM, while the scope lives. */
export const stopper = Effect.fnUntraced(function* (control: Pick<Control, "stop" | "stopNow">) {
  let asked = 0
  const onInterrupt = () => {
    asked++
    if (asked > 2) process.exit(130)
    Effect.runFork(control.stop)
  }
  const onTerminate = () => {
    if (asked > 1) process.exit(130)
    asked = 2
    Effect.runFork(control.stopNow)
  }
  yield* Effect.acquireRelease(
    Effect.sync(() => {
      process.on("SIGINT", onInterrupt)
      process.on("SIGTERM", onTerminate)
    }),
    () =>
      Effect.sync(() => {
        process.off("SIGINT", onInterrupt)
        process.off("SIGTERM", onTerminate)
      })
  )
})
