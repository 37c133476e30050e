/** `table`: the table of a run, and its pictures as files. */
import { Effect } from "effect"
import type { RunRecord } from "../../domain/RunRecord.ts"
import type { LeftOutFigure } from "../../report/figures/index.ts"
import type { ReportTable } from "../../report/ReportTable.ts"
import type { TableView } from "../../report/TableView.ts"
import type { Where } from "../Asked.ts"
import * as Cache from "../Cache.ts"
import type { CommandError } from "../CommandError.ts"
import { writeFigures } from "../Figures.ts"
import { latestRun, runById } from "../FindRun.ts"
import { cellsOfRun, latestCells } from "../LatestCells.ts"
import { expansionOf, expansionOfRun } from "../OpenExperiment.ts"
import type { PassedOver } from "../PassedOver.ts"
import * as Project from "../Project.ts"
import { tableOf } from "../Results.ts"
import { UsageError } from "../UsageError.ts"
import { viewed } from "../Viewed.ts"

export interface TableOptions extends Where {
  readonly experiment: string
  /** A run's id, a beginning that no other has, or `latest`; default the latest that went to its end and was asked for all cells. */
  readonly run?: string | undefined
  /** Which part of the table, in which order; default all of it. */
  readonly view?: TableView | undefined
  /** Also writes the run's pictures into this folder. */
  readonly figures?: string | undefined
}

/** What {@link table} gives. */
export interface TableReport {
  readonly run: RunRecord
  readonly table: ReportTable
  /** Newer runs that nothing is shown of, where no run was named. */
  readonly passedOver: ReadonlyArray<PassedOver>
  /** Cells whose stored metrics were damaged; the next run computes them again. */
  readonly damaged: ReadonlyArray<string>
  readonly figures: {
    readonly declared: number
    /** Paths of those that were written. */
    readonly written: ReadonlyArray<string>
    /** Those that there is nothing to draw of, and why. */
    readonly leftOut: ReadonlyArray<LeftOutFigure>
  }
}

const read = Effect.fnUntraced(function* (project: Project.Project, options: TableOptions) {
  const declared = yield* expansionOf(project, options.experiment, {})
  const experiment = { name: declared.experiment.name, file: declared.file }
  const run = yield* options.run === undefined ? latestRun(experiment) : runById(options.run, experiment)
  if (run.experiment !== experiment.name)
    return yield* new UsageError({
      text: `run ${run.id} is of experiment "${run.experiment}", not "${experiment.name}"`
    })
  // The run's own settings give its grid.
  const { expansion } = yield* expansionOfRun(project, options.experiment, run)
  const found = yield* options.run === undefined ? latestCells(expansion, run) : cellsOfRun(expansion, run)
  const { damaged, table } = yield* tableOf(expansion, run, found)
  const declaredFigures = expansion.figures.length + expansion.drawn.length
  if (options.figures !== undefined && declaredFigures === 0)
    return yield* new UsageError({
      about: { option: "figures", given: [] },
      text: `experiment "${run.experiment}" declares no figures`
    })
  const nothing = { written: [], leftOut: [] }
  const figures =
    options.figures === undefined ? nothing : yield* writeFigures(expansion, found, table, options.figures)
  const report: TableReport = {
    run,
    table: yield* viewed(table, options.view ?? {}),
    passedOver: found.passedOver,
    damaged,
    figures: { declared: declaredFigures, ...figures }
  }
  return report
})

/** Builds the table of a run. Runs nothing. */
export const table = (options: TableOptions): Effect.Effect<TableReport, CommandError> =>
  Effect.flatMap(Project.find(options), (project) => Effect.provide(read(project, options), Cache.layer(project))).pipe(
    Effect.withSpan("ablate.table")
  )
