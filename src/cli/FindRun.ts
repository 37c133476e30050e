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
