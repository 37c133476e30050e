/**
 * The way a command shows the runs that it makes: one screen for all of them, or the lines of each, which end before what is
 * printed of the run.
 */
import { Cause, Effect, Exit, Fiber, Queue } from "effect"
import type { JournalEntry } from "../domain/RunDetail.ts"
import type { RunEventOf } from "../domain/RunEvent.ts"
import type { Control } from "../execute/Control.ts"
import { steered } from "../observe/LogLine.ts"
import type { Where } from "../session/Asked.ts"
import { show, type ViewOptions } from "./RunView.ts"
import * as Terminal from "./Terminal.ts"

export interface LiveView {
  readonly tell: (entry: JournalEntry) => void
  /** Takes what stages print, where a screen is drawn that is not to be written into. */
  readonly print: ((lines: string) => void) | undefined
  /** Ends what shows a run, after all that was told is shown. `isLast`: also a screen. */
  readonly end: (isLast: boolean) => Effect.Effect<void>
}

export const make = Effect.fnUntraced(function* (
  { ui, verbose }: Pick<ViewOptions, "ui" | "verbose">,
  where: Where,
  control: Control
) {
  const scope = yield* Effect.scope
  // A screen is not written into: what was printed meanwhile follows it.
  const held: Array<string> = []
  let started: RunEventOf<"RunStarted"> | undefined
  let shown: { readonly queue: Queue.Queue<JournalEntry, Cause.Done>; readonly fiber: Fiber.Fiber<void> } | undefined

  const begin = (): Queue.Queue<JournalEntry, Cause.Done> => {
    if (shown !== undefined) return shown.queue
    const queue = Effect.runSync(Queue.unbounded<JournalEntry, Cause.Done>())
    const showing = show({ ui, verbose, where, started: () => started, control }, queue)
    shown = { queue, fiber: Effect.runSync(Effect.forkIn(showing, scope)) }
    return queue
  }

  const view: LiveView = {
    tell: (entry) => {
      if (entry._tag === "RunStarted") started = entry
      // Who reads the events is no person.
      if (ui === "json" && (entry._tag === "Stopping" || entry._tag === "Watching"))
        process.stderr.write(`ablate: ${entry._tag === "Watching" ? entry.text : (steered(entry) ?? []).join(": ")}\n`)
      Queue.offerUnsafe(begin(), entry)
    },
    print: ui === "tui" ? (lines) => void held.push(lines) : undefined,
    end: (isLast) =>
      Effect.gen(function* () {
        if (shown === undefined || (ui === "tui" && !isLast)) return
        const { fiber, queue } = shown
        shown = undefined
        Queue.endUnsafe(queue)
        const exit = yield* Fiber.await(fiber)
        if (held.length > 0) yield* Terminal.say(held.splice(0).join("").trimEnd())
        // What was computed is kept, and told below: only the way of showing it has a fault.
        if (Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause))
          yield* Terminal.say(`ablate: the run could not be shown (--ui ${ui}): ${Cause.pretty(exit.cause)}`)
      })
  }
  return view
})
