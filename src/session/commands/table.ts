/** `table`: the table of a run, and its pictures as files. */
import { Effect } from "effect"
import type { RunRecord } from "../../domain/RunRecord.ts"
import type { ReportTable } from "../../report/ReportTable.ts"
import type { Where } from "../Asked.ts"
import * as Cache from "../Cache.ts"
import type { CommandError } from "../CommandError.ts"
import { writeFigures } from "../Figures.ts"
import { latestRun, runById } from "../FindRun.ts"
import { cellsOfRun, latestCells } from "../LatestCells.ts"
import { expansionOf } from "../OpenExperiment.ts"
import * as Project from "../Project.ts"
import { tableOf } from "../Results.ts"
import * as Settings from "../Settings.ts"
import { UsageError } from "../UsageError.ts"

export interface TableOptions extends Where {
  readonly experiment: string
  /** A run's id, or the beginning of it; default the latest that is over. */
  readonly run?: string | undefined
  /** Also writes the run's pictures into this folder. */
  readonly figures?: string | undefined
}

/** What {@link table} gives. */
export interface TableReport {
  readonly run: RunRecord
  readonly table: ReportTable
  /** Cells whose stored metrics were damaged; the next run computes them again. */
  readonly damaged: ReadonlyArray<string>
  readonly figures: {
    readonly declared: number
    /** Paths of those that were written. */
    readonly written: ReadonlyArray<string>
  }
}

const read = Effect.fnUntraced(function* (project: Project.Project, options: TableOptions) {
  const declared = yield* expansionOf(project, options.experiment, {})
  const experiment = { name: declared.experiment.name, file: declared.file }
  const run = yield* options.run === undefined ? latestRun(experiment) : runById(options.run)
  if (run.experiment !== experiment.name)
    return yield* new UsageError({
      text: `run ${run.id} is of experiment "${run.experiment}", not "${experiment.name}"`
    })
  // The run's own settings give its grid.
  const { expansion } = yield* expansionOf(project, options.experiment, Settings.recorded(run.settings))
  const found = yield* options.run === undefined ? latestCells(expansion, run) : cellsOfRun(expansion, run)
  const { damaged, table } = yield* tableOf(expansion, run, found)
  if (options.figures !== undefined && expansion.figures.length === 0)
    return yield* new UsageError({ text: `--figures: experiment "${run.experiment}" declares no figures` })
  const written = options.figures === undefined ? [] : yield* writeFigures(expansion, found, options.figures)
  const report: TableReport = { run, table, damaged, figures: { declared: expansion.figures.length, written } }
  return report
})

/** Builds the table of a run. Runs nothing. */
export const table = (options: TableOptions): Effect.Effect<TableReport, CommandError> =>
  Effect.flatMap(Project.find(options), (project) => Effect.provide(read(project, options), Cache.layer(project))).pipe(
    Effect.withSpan("ablate.table")
  )
