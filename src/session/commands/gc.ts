/** `gc`: gives back what nothing mentions any more. */
import { Effect } from "effect"
import { Maintenance, openStore } from "../../store/index.ts"
import type { SweepReport, Usage } from "../../store/Maintenance.ts"
import type { Where } from "../Asked.ts"
import type { CommandError } from "../CommandError.ts"
import * as Project from "../Project.ts"

export interface GcOptions extends Where {
  /** Counts only. */
  readonly dryRun?: boolean
  /** Forgets all but the newest n runs of each experiment, and what only older ones used. Default: forgets no run. */
  readonly keepRuns?: number | undefined
}

/** What {@link gc} did. */
export interface GcReport {
  readonly dryRun: boolean
  /** What was dropped, or would be. */
  readonly dropped: SweepReport
  /** What is there now. */
  readonly usage: Usage
}

/** Drops what no run and no known result mentions. */
export const gc = (options: GcOptions = {}): Effect.Effect<GcReport, CommandError> =>
  Effect.flatMap(Project.find(options), (project) =>
    Effect.gen(function* () {
      const maintenance = yield* Maintenance
      const dryRun = options.dryRun === true
      const dropped = yield* maintenance.gc({ dryRun, keepRuns: options.keepRuns })
      return { dryRun, dropped, usage: yield* maintenance.usage }
    }).pipe(Effect.provide(openStore(project, { mode: "read-write" })))
  ).pipe(Effect.withSpan("ablate.gc"))
