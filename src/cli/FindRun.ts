/** Runs as the person names them. */
import { Effect } from "effect"
import { RunId } from "../domain/Hash.ts"
import { Store } from "../store/index.ts"
import { UsageError } from "./UsageError.ts"

/** A run by its id. */
export const runById = Effect.fnUntraced(function* (id: string) {
  const store = yield* Store
  const run = id === "" ? undefined : yield* store.run(RunId.make(id))
  if (run === undefined) return yield* new UsageError({ text: `there is no run "${id}". See: ablate runs` })
  return run
})

/** The latest finished run of an experiment. */
export const latestRun = Effect.fnUntraced(function* (experiment: string) {
  const store = yield* Store
  const run = yield* store.latestRun(experiment, "finished")
  if (run === undefined)
    return yield* new UsageError({
      text: `experiment "${experiment}" has no finished run in ${store.dir}. Run it first: ablate run ${experiment}`
    })
  return run
})

/** A run by its id, or the latest finished one of an experiment. */
export const runByName = Effect.fnUntraced(function* (what: string) {
  const store = yield* Store
  const runs = yield* store.runs(10_000)
  const byId = runs.filter((run) => run.id === what)[0] ?? runs.filter((run) => run.id.startsWith(what))[0]
  if (byId !== undefined && /^\d{8}/.test(what)) return byId
  if (!runs.some((run) => run.experiment === what))
    return yield* new UsageError({
      text: `"${what}" is neither a run nor an experiment with a run in ${store.dir}. See: ablate runs`
    })
  return yield* latestRun(what)
})
