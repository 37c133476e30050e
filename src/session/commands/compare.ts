/** `compare`: what differs between two runs, in their inputs and metric by metric. */
import { Effect } from "effect"
import { type Comparison, compareRuns } from "../../report/CompareRuns.ts"
import type { Where } from "../Asked.ts"
import * as Cache from "../Cache.ts"
import type { CommandError } from "../CommandError.ts"
import { sideOf } from "../Comparing.ts"
import { findRun } from "../FindRun.ts"
import * as Project from "../Project.ts"
import type { RunRef } from "../RunRef.ts"

export interface CompareOptions extends Where {
  readonly a: RunRef
  readonly b: RunRef
}

/** Differences are b − a. */
export const compare = (options: CompareOptions): Effect.Effect<Comparison, CommandError> =>
  Effect.flatMap(Project.find(options), (project) =>
    Effect.gen(function* () {
      const a = yield* findRun(project, options.a)
      const b = yield* findRun(project, options.b)
      return compareRuns(yield* sideOf(project, a), yield* sideOf(project, b))
    }).pipe(Effect.provide(Cache.layer(project)))
  ).pipe(Effect.withSpan("ablate.compare"))
