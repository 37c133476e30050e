/** `compare`: what differs between two runs, tables or groups of rows, in their inputs and metric by metric. */
import { Effect } from "effect"
import { type Comparison, compareRuns } from "../../report/CompareRuns.ts"
import type { Where } from "../Asked.ts"
import * as Cache from "../Cache.ts"
import type { CommandError } from "../CommandError.ts"
import { sidesOf } from "../CompareSides.ts"
import type { CompareTarget } from "../CompareTarget.ts"
import * as Project from "../Project.ts"

export interface CompareOptions extends Where {
  readonly a: CompareTarget
  readonly b: CompareTarget
}

/** Differences are b − a. */
export const compare = (options: CompareOptions): Effect.Effect<Comparison, CommandError> =>
  Effect.flatMap(Project.find(options), (project) =>
    Effect.gen(function* () {
      const { left, right } = yield* sidesOf(project, options.a, options.b)
      return compareRuns(left, right)
    }).pipe(Effect.provide(Cache.layer(project)))
  ).pipe(Effect.withSpan("ablate.compare"))
