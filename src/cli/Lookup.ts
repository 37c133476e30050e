/** What a screen asks about a run beside what it is told, read from the store where it asks. Loaded only with a screen. */
import { Effect, Layer } from "effect"
import type { RunEventOf } from "../domain/RunEvent.ts"
import type { RunLookup } from "../observe/RunControl.ts"
import type { Where } from "../session/Asked.ts"
import * as Project from "../session/Project.ts"
import { metricsReader } from "../session/RunLookups.ts"
import { SettingText } from "../session/Settings.ts"
import { RunHistory, Sqlite } from "../store/index.ts"
import * as Typed from "./Typed.ts"

/** While the scope lives. `started` gives the beginning of the run that is shown. */
export const lookupOf = Effect.fnUntraced(function* (
  where: Where,
  started: () => RunEventOf<"RunStarted"> | undefined
) {
  const project = yield* Project.find(where)
  const scope = yield* Effect.scope
  // Opened where something is asked, beside the connection of the run.
  const store = yield* Effect.cached(
    Layer.buildWithScope(Sqlite.layer({ dir: project.storeDir, mode: "read-only", trusted: true }), scope)
  )
  const reader = yield* Effect.cached(
    Effect.flatMap(store, (ports) => Effect.provideContext(metricsReader(started), ports))
  )

  const why = Effect.fnUntraced(function* (target: string) {
    const begun = started()
    const ports = yield* store
    const history = yield* Effect.provideContext(RunHistory, ports)
    const run = begun === undefined ? undefined : yield* history.run(begun.runId)
    if (run === undefined) return "The run is not recorded yet."
    const { linesOf } = yield* Effect.promise(() => import("./commands/why.ts"))
    const command = yield* Effect.promise(() => import("../session/commands/why.ts"))
    const set = Object.fromEntries(Object.entries(run.settings).map(([path, value]) => [path, new SettingText(value)]))
    const report = yield* command.why({ ...where, experiment: run.file, set, what: yield* Typed.whyTarget(target) })
    return linesOf(report).join("\n")
  })

  const lookup: RunLookup = {
    metricsOf: (cells) =>
      Effect.flatMap(reader, (metricsOf) => metricsOf(cells)).pipe(Effect.orElseSucceed(() => new Map())),
    why: (target) => Effect.catch(why(target), ({ message }) => Effect.succeed(message))
  }
  return lookup
})
