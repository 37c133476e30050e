/** What a screen asks about a run beside what it is told, read from the store where it asks. Loaded only with a screen. */
import { Effect, Layer } from "effect"
import type { RunEventOf } from "../domain/RunEvent.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import type { RunLookup } from "../observe/RunControl.ts"
import type { Where } from "../session/Asked.ts"
import * as Cache from "../session/Cache.ts"
import { detailOf } from "../session/CellDetails.ts"
import { why } from "../session/commands/why.ts"
import { type OpenedExperiment, open, requestOf } from "../session/OpenExperiment.ts"
import * as Project from "../session/Project.ts"
import { metricsReader } from "../session/RunLookups.ts"
import { SettingText } from "../session/Settings.ts"
import { openStore, RunHistory } from "../store/index.ts"
import * as Typed from "./Typed.ts"

/** The effect, once the run has begun. */
const untilStarted = <A>(started: () => unknown, effect: Effect.Effect<A>): Effect.Effect<A> =>
  Effect.suspend(() =>
    started() === undefined ? Effect.andThen(Effect.sleep("50 millis"), untilStarted(started, effect)) : effect
  )

/** While the scope lives. `started` gives the beginning of the run that is shown, `given` its experiment where it is open. */
export const lookupOf = Effect.fnUntraced(function* (
  where: Where,
  started: () => RunEventOf<"RunStarted"> | undefined,
  given?: () => OpenedExperiment | undefined
) {
  const project = yield* Effect.orDie(Project.find(where))
  const scope = yield* Effect.scope
  // Opened where something is asked, beside the connection of the run.
  const store = yield* Effect.cached(
    Layer.buildWithScope(openStore(project, { mode: "read-only", trusted: true }), scope)
  )
  const reader = yield* Effect.cached(
    Effect.flatMap(store, (ports) => Effect.provideContext(metricsReader(started), ports))
  )

  /** The run as it is recorded; undefined before it is. */
  const recorded = Effect.gen(function* () {
    const begun = started()
    const history = yield* Effect.provideContext(RunHistory, yield* store)
    return begun === undefined ? undefined : yield* history.run(begun.runId)
  })

  const settingsOf = ({ settings }: RunRecord) =>
    Object.fromEntries(Object.entries(settings).map(([path, value]) => [path, new SettingText(value)]))

  const explained = Effect.fnUntraced(function* (target: string) {
    const run = yield* recorded
    if (run === undefined) return "The run is not recorded yet."
    const { linesOf } = yield* Effect.promise(() => import("./commands/why.ts"))
    const what = yield* Typed.whyTarget(target)
    const report = yield* why({ ...where, experiment: run.file, set: settingsOf(run), what })
    return linesOf(report).join("\n")
  })

  // The experiment of an earlier run may be gone, or be another one by now.
  const experiment =
    given !== undefined
      ? Effect.sync(given)
      : yield* Effect.cached(
          Effect.gen(function* () {
            const run = yield* recorded
            if (run === undefined) return undefined
            const request = requestOf({ experiment: run.file, set: settingsOf(run) })
            return yield* Effect.provide(open(project, request), Cache.layer(project))
          }).pipe(Effect.orElseSucceed(() => undefined))
        )

  const lookup: RunLookup = {
    metricsOf: (cells) =>
      Effect.flatMap(reader, (metricsOf) => metricsOf(cells)).pipe(Effect.orElseSucceed(() => new Map())),
    why: (target) => Effect.catch(explained(target), ({ message }) => Effect.succeed(message)),
    detailOf: (cell, results) =>
      Effect.gen(function* () {
        const id = started()?.cells[cell]?.id ?? ""
        return yield* Effect.provideContext(detailOf(yield* experiment, id, results), yield* store)
      }).pipe(Effect.orElseSucceed(() => ({ config: null, bytes: new Map() }))),
    table: Effect.map(untilStarted(started, experiment), (opened) => opened?.expansion.table ?? null)
  }
  return lookup
})
