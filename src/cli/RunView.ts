/** Shows a run in one of the three ways: screen, plain lines, NDJSON. */
import { type Cause, Effect, type Queue } from "effect"
import type { JournalEntry } from "../domain/RunDetail.ts"
import type { RunEventOf } from "../domain/RunEvent.ts"
import * as Lines from "../observe/Lines.ts"
import * as Ndjson from "../observe/Ndjson.ts"
import type { RunControl } from "../observe/RunControl.ts"
import { consume, Output } from "../observe/RunReader.ts"
import { scaleOf } from "../report/CellFigures.ts"
import { intervalOfMean } from "../report/statistics/Intervals.ts"
import type { Where } from "../session/Asked.ts"
import type { OpenedExperiment } from "../session/OpenExperiment.ts"
import { withoutPassword } from "../store/index.ts"
import type { Shell } from "../ui/Known.ts"

export interface ViewOptions {
  readonly ui: "tui" | "stream" | "json"
  readonly verbose: boolean
  /** Where the run's store is. */
  readonly where: Where
  /** The beginning of the run that is shown, once it has come. */
  readonly started: () => RunEventOf<"RunStarted"> | undefined
  /** Absent where nothing can be asked of the run. */
  readonly control?: RunControl
  /** The experiment of the run that is shown, where it is open. */
  readonly opened?: () => OpenedExperiment | undefined
  /** How it was typed, with its settings. */
  readonly typed?: { readonly experiment: string; readonly set: ReadonlyArray<string> }
  /** Whether the screen stays when the run is over, until it is left. */
  readonly stays?: boolean
  /** Whether further runs follow, where files change. */
  readonly watches?: boolean
}

/** The options of other commands that show the same run. */
const shellOf = ({ typed, where }: ViewOptions): Shell => ({
  experiment: typed?.experiment ?? null,
  settings: (typed?.set ?? []).flatMap((setting) => ["--set", setting]),
  where: where.store === undefined ? [] : ["--store", withoutPassword(where.store)]
})

/** Reads the entries to their end. */
export const show = Effect.fnUntraced(
  function* (options: ViewOptions, entries: Queue.Dequeue<JournalEntry, Cause.Done>) {
    const { control, opened, started, stays, ui, verbose, watches, where } = options
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
            shell: shellOf(options),
            stays: stays === true,
            interval: (values, { kind = "score", unit }) =>
              intervalOfMean(kind, values, { scale: unit === undefined ? 1 : scaleOf({ unit }) })?.interval ?? null,
            watches: watches === true,
            ...(opened === undefined ? {} : { table: () => opened()?.expansion.table ?? null }),
            ...(control === undefined ? {} : { control }),
            lookup: yield* lookupOf(where, started, opened),
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
