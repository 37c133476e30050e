/** `verify`: whether the figures of an exported table are still what the store has, or come out again. */
import { Effect } from "effect"
import { RunId } from "../../domain/Hash.ts"
import type { RunRecord } from "../../domain/RunRecord.ts"
import { type ExportedFormat, type FallenFigure, recognise, type Unreadable, verifyTable } from "../../report/index.ts"
import { RunHistory, StoreLocation } from "../../store/index.ts"
import type { Where } from "../Asked.ts"
import * as Cache from "../Cache.ts"
import type { CommandError } from "../CommandError.ts"
import { readText } from "../FileText.ts"
import { runById } from "../FindRun.ts"
import * as Project from "../Project.ts"
import type { RecomputedCells } from "../Recomputed.ts"
import { findTable } from "../RunTable.ts"
import { didYouMean, UsageError } from "../UsageError.ts"

export interface VerifyOptions extends Where {
  /** An exported table in any format. */
  readonly file: string
  /** The run to hold it to; default the one that gave its content, else the one it names, else the latest. */
  readonly run?: string | undefined
  /** Computes this share, above 0 and up to 1, of the run's cells again; at least one cell. */
  readonly recompute?: number | undefined
}

/** What became of the figures of an exported table. */
export interface VerifyReport {
  readonly file: string
  readonly format: ExportedFormat
  /** What the file says that it is of; null where it does not. */
  readonly said: { readonly experiment: string; readonly runId: string | null; readonly contentHash: string } | null
  /** The run whose table the figures were held to. */
  readonly run: RunRecord
  /** Whether that table has the content hash that the file says. */
  readonly isSameContent: boolean
  readonly figures: number
  readonly standing: number
  readonly changed: ReadonlyArray<FallenFigure>
  /** Of a row or a column that is not there. */
  readonly missing: ReadonlyArray<FallenFigure>
  readonly recomputed: RecomputedCells | null
  /** Whether every figure stands, and everything that was computed again came out as recorded. */
  readonly holds: boolean
}

const unreadable =
  (file: string) =>
  ({ message }: Unreadable) =>
    new UsageError({ text: `${file}, ${message}` })

const sought = Effect.fnUntraced(function* (options: VerifyOptions, said: VerifyReport["said"]) {
  const history = yield* RunHistory
  if (options.run !== undefined) {
    const run = yield* runById(options.run)
    return { experiment: run.experiment, run, isFixed: true, contentHash: said?.contentHash ?? "" }
  }
  if (said === null)
    return yield* new UsageError({
      text: `${options.file} does not say which run it is of: expected a line "experiment · run … · content …" (in CSV these columns). Name the run: --run ID`
    })
  const run = said.runId === null ? undefined : yield* history.run(RunId.make(said.runId))
  const { contentHash, experiment } = said
  return { experiment, run: run?.experiment === experiment ? run : undefined, isFixed: false, contentHash }
})

const examine = Effect.fnUntraced(function* (project: Project.Project, options: VerifyOptions) {
  const { file } = options
  const text = yield* readText(file)
  const { format, stamp } = yield* Effect.mapError(Effect.fromResult(recognise(text)), unreadable(file))
  const said = stamp ?? null
  const asked = yield* sought(options, said)
  const { found, isSame, reason } = yield* findTable(project, asked)
  if (found === undefined) {
    const history = yield* RunHistory
    const names = [...new Set((yield* history.runs(10_000)).map(({ experiment }) => experiment))]
    return yield* new UsageError({
      text:
        reason === ""
          ? `${file} is of experiment "${asked.experiment}", which has no run in ${yield* StoreLocation}.${didYouMean(asked.experiment, names)} Run it first, or name the store: --store DIR`
          : `${file}: no table of experiment "${asked.experiment}" can be made: ${reason}`
    })
  }
  const held = yield* Effect.mapError(Effect.fromResult(verifyTable(format, text, found.table)), unreadable(file))
  const share = options.recompute
  const recomputed: RecomputedCells | null =
    share === undefined
      ? null
      : yield* Effect.flatMap(
          // The training back ends are loaded only where something is computed.
          Effect.promise(() => import("../Recompute.ts")),
          ({ recomputeCells }) => recomputeCells(project, found.run, share)
        )
  const comesOut = recomputed === null || (recomputed.changed.length === 0 && recomputed.unknown.length === 0)
  const report: VerifyReport = {
    file,
    format,
    said,
    run: found.run,
    isSameContent: isSame,
    figures: held.standing + held.changed.length + held.missing.length,
    ...held,
    recomputed,
    holds: held.changed.length === 0 && held.missing.length === 0 && comesOut
  }
  return report
})

/**
 * Holds every figure of an exported table to the store. Fails with a `UsageError` for a file that is no whole table, or of which no
 * run is known; figures that changed are no failure but in the report.
 */
export const verify = (options: VerifyOptions): Effect.Effect<VerifyReport, CommandError> =>
  Effect.flatMap(Project.find(options), (project) =>
    Effect.provide(examine(project, options), Cache.layer(project))
  ).pipe(Effect.withSpan("ablate.verify"))
