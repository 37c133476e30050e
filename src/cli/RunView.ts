/** Shows a run in one of the three ways: screen, plain lines, NDJSON. */
import { type Cause, Effect, type Queue } from "effect"
import type { JournalEntry } from "../domain/RunDetail.ts"
import type { RunEventOf } from "../domain/RunEvent.ts"
import * as Lines from "../observe/Lines.ts"
import * as Ndjson from "../observe/Ndjson.ts"
import type { RunControl } from "../observe/RunControl.ts"
import { consume, Output } from "../observe/RunReader.ts"
import type { Where } from "../session/Asked.ts"

export interface ViewOptions {
  readonly ui: "tui" | "stream" | "json"
  readonly verbose: boolean
  /** Where the run's store is. */
  readonly where: Where
  /** The beginning of the run that is shown, once it has come. */
  readonly started: () => RunEventOf<"RunStarted"> | undefined
  /** Absent where nothing can be asked of the run. */
  readonly control?: RunControl
}

/** Reads the entries to their end. */
export const show = Effect.fnUntraced(
  function* ({ control, started, ui, verbose, where }: ViewOptions, entries: Queue.Dequeue<JournalEntry, Cause.Done>) {
    if (ui === "tui") {
      // Ink and React are loaded only where a screen is drawn.
      const Tui = yield* Effect.promise(() => import("../ui/Tui.tsx"))
      const { lookupOf } = yield* Effect.promise(() => import("./Lookup.ts"))
      return yield* Effect.scoped(
        Effect.gen(function* () {
          yield* Tui.run({
            events: Tui.eventsOf(entries),
            stdout: process.stdout,
            stdin: process.stdin,
            onStop: control?.stop ?? Effect.void,
            ...(control === undefined ? {} : { control }),
            lookup: yield* lookupOf(where, started),
            env: process.env
          })
        })
      )
    }
    const chosen = yield* ui === "json" ? Ndjson.reader : Lines.reader({ verbose })
    return yield* consume(entries, chosen)
  },
  Effect.provide(Output.layerStream(process.stdout))
)
