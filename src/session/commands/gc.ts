/** `gc`: gives back what nothing mentions any more. */
import { Effect } from "effect"
import { Store } from "../../store/index.ts"
import type { Usage } from "../../store/Maintenance.ts"
import type { SweepReport } from "../../store/Sweep.ts"
import type { Where } from "../Asked.ts"
import type { CommandError } from "../CommandError.ts"
import * as Project from "../Project.ts"

export interface GcOptions extends Where {
  /** Counts only. */
  readonly dryRun?: boolean
  /** Forgets all but the newest n runs of each experiment, and what only older ones used. Default: forgets no run. */
  readonly keepRuns?: number | undefined
}

export interface GcReport {
  readonly dryRun: boolean
  /** What was dropped, or would be. */
  readonly dropped: SweepReport
  /** What is there now. */
  readonly usage: Usage
}

export const gc = (options: GcOptions = {}): Effect.Effect<GcReport, CommandError> =>
  Effect.flatMap(Project.find(options), (project) =>
    Effect.gen(function* () {
      const store = yield* Store
      const dryRun = options.dryRun === true
      const dropped = yield* store.gc({ dryRun, keepRuns: options.keepRuns })
      return { dryRun, dropped, usage: yield* store.usage }
    }).pipe(Effect.provide(Store.layer({ dir: project.storeDir, mode: "read-write" })))
  ).pipe(Effect.withSpan("ablate.gc"))
