/** A clock for what asks for the time between its steps: it goes on when it is asked, however long the steps take. */
import { Effect } from "effect"
import { vi } from "vitest"

/** Until the scope ends, `performance.now()` is so many milliseconds later each time it is asked. */
export const countedClock = (step: number) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      let time = 0
      const spy = vi.spyOn(performance, "now").mockImplementation(() => {
        time += step
        return time
      })
      return { now: () => time, end: () => spy.mockRestore() }
    }),
    ({ end }) => Effect.sync(end)
  )
