/** `runs`: the runs in the store, newest first. */
import { Effect } from "effect"
import type { RunRecord } from "../../domain/RunRecord.ts"
import { RunHistory, StoreLocation } from "../../store/index.ts"
import type { Where } from "../Asked.ts"
import * as Cache from "../Cache.ts"
import type { CommandError } from "../CommandError.ts"
import * as Project from "../Project.ts"

export interface RunsOptions extends Where {
  /** The newest n; default 20. */
  readonly limit?: number | undefined
}

/** What {@link runs} gives. */
export interface RunsReport {
  /** Where the store is. */
  readonly store: string
  /** The newest first. */
  readonly runs: ReadonlyArray<RunRecord>
}

/** Lists the runs of a store. */
export const runs = (options: RunsOptions = {}): Effect.Effect<RunsReport, CommandError> =>
  Effect.flatMap(Project.find(options), (project) =>
    Effect.gen(function* () {
      const history = yield* RunHistory
      return { store: yield* StoreLocation, runs: yield* history.runs(options.limit ?? 20) }
    }).pipe(Effect.provide(Cache.layer(project)))
  ).pipe(Effect.withSpan("ablate.runs"))
