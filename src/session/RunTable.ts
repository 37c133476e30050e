/** The tables that the store can give of runs, and the one whose content a hash names. */
import { Effect, Exit } from "effect"
import type { RunRecord } from "../domain/RunRecord.ts"
import type { ReportTable } from "../report/index.ts"
import { RunHistory } from "../store/index.ts"
import { cellsOfRun, latestCells } from "./LatestCells.ts"
import { expansionOfRun } from "./OpenExperiment.ts"
import type { Project } from "./Project.ts"
import { tableOf } from "./Results.ts"

/** How many of an experiment's runs are looked through for a content hash. */
const mostRuns = 100

export interface FoundTable {
  readonly run: RunRecord
  readonly table: ReportTable
}

/** The table of a run's own cells; then, where it is another, the one with what other runs of the same code add. */
const tablesOf = Effect.fnUntraced(function* (project: Project, run: RunRecord) {
  const { expansion } = yield* expansionOfRun(project, run.file, run)
  const own = yield* tableOf(expansion, run, yield* cellsOfRun(expansion, run))
  const whole = yield* tableOf(expansion, run, yield* latestCells(expansion, run))
  return [own.table, ...(whole.table.contentHash === own.table.contentHash ? [] : [whole.table])]
})

export interface Sought {
  readonly experiment: string
  /** The run that is meant, where one is. It comes first. */
  readonly run: RunRecord | undefined
  /** Whether no other run will do. */
  readonly isFixed: boolean
  readonly contentHash: string
}

/** The table of that content, else that of the run that is meant, else that of the latest one. Undefined where none can be made. */
export const findTable = Effect.fnUntraced(function* (
  project: Project,
  { contentHash, experiment, isFixed, run: meant }: Sought
) {
  const history = yield* RunHistory
  const all = isFixed
    ? []
    : (yield* history.runsOf({ name: experiment }, mostRuns)).filter(({ id }) => id !== meant?.id)
  const finished = all.filter(({ status }) => status === "succeeded" || status === "failed")
  const others = all.filter((run) => !finished.includes(run))
  let first: FoundTable | undefined
  let reason = ""
  for (const run of [...(meant === undefined ? [] : [meant]), ...finished, ...others]) {
    // An experiment whose file has changed since may not take the settings of an old run.
    const tables = yield* Effect.exit(tablesOf(project, run))
    if (Exit.isFailure(tables)) {
      const [cause] = tables.cause.reasons
      if (reason === "" && cause?._tag === "Fail") reason = cause.error.message
      continue
    }
    for (const table of tables.value) {
      if (table.contentHash === contentHash) return { found: { run, table }, isSame: true, reason }
      first ??= { run, table }
    }
  }
  return { found: first, isSame: false, reason }
})
