/** `gc`: gives back what nothing mentions any more. */
import { Effect } from "effect"
import { Store } from "../../store/index.ts"
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
  /** What was dropped, or would be, and the bytes that this gives back. */
  readonly dropped: {
    readonly runs: number
    readonly traces: number
    readonly artifacts: number
    /** Files without a row: left by a process that died. */
    readonly orphanBlobs: number
    readonly temporaryFiles: number
    readonly bytes: number
  }
  /** What is there now: counts, and sizes in bytes. */
  readonly usage: {
    readonly traces: number
    readonly runs: number
    readonly artifacts: number
    /** Of the artifacts kept inside the database. */
    readonly inlineBytes: number
    readonly blobs: number
    readonly blobBytes: number
    /** The database file with its write-ahead log. */
    readonly databaseBytes: number
  }
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
