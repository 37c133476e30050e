/** `ablate watch`: the screen, or the lines, of a run that belongs to another process or is over. */
import { type Cause, Effect, Fiber, Queue } from "effect"
import type { JournalEntry } from "../../domain/RunDetail.ts"
import type { RunEventOf } from "../../domain/RunEvent.ts"
import { watch } from "../../session/commands/watch.ts"
import type { Arguments } from "../Arguments.ts"
import { show } from "../RunView.ts"
import * as Terminal from "../Terminal.ts"
import * as Typed from "../Typed.ts"

const codes = { succeeded: 0, failed: 1, interrupted: 130, running: 130 } as const

/** Gives the exit code: that of the run. */
export const command = Effect.fnUntraced(function* ({ options, run }: Arguments<"watch">) {
  const { store, verbose } = options
  const ui = options.ui ?? (Terminal.isInteractive() ? "tui" : "stream")
  const queue = yield* Queue.unbounded<JournalEntry, Cause.Done>()
  let started: RunEventOf<"RunStarted"> | undefined
  const reading = yield* Effect.forkChild(show({ ui, verbose, where: { store }, started: () => started }, queue))
  const followed = yield* watch({
    store,
    run: run === undefined ? undefined : Typed.run(run),
    onEntries: (entries) => {
      started = entries.find((entry) => entry._tag === "RunStarted") ?? started
      Queue.offerAllUnsafe(queue, entries)
    }
    // The person may close the screen: the run goes on without it.
  }).pipe(Effect.raceFirst(Effect.as(Fiber.await(reading), undefined)))
  Queue.endUnsafe(queue)
  yield* Fiber.await(reading)
  if (followed === undefined) return 0
  const { isGone, lost, run: record } = followed
  if (lost > 0)
    yield* Terminal.say(`ablate: ${lost} of the journal's parts did not check and are left out. See: ablate doctor`)
  if (isGone) yield* Terminal.say("ablate: the process of this run is gone; what was finished is kept")
  yield* Terminal.say(`ablate: run ${record.id} ${record.status}`)
  return codes[record.status]
})
