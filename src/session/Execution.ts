/** A run from the opened experiment to its table: what the command line and the exported `run` share. */
import { join, relative } from "node:path"
import { Effect } from "effect"
import type { RunDetail } from "../domain/RunDetail.ts"
import type { RunEvent } from "../domain/RunEvent.ts"
import type { Control } from "../execute/Control.ts"
import * as Run from "../execute/Run.ts"
import type { LeftOutFigure } from "../report/figures/index.ts"
import type { ReportTable } from "../report/index.ts"
import type { Asked } from "./Asked.ts"
import { type ClusterOptions, executors } from "./Executors.ts"
import { writeFigures } from "./Figures.ts"
import * as Git from "./Git.ts"
import * as LocalFirst from "./LocalFirst.ts"
import { type OpenedExperiment, open, type Request, requestOf } from "./OpenExperiment.ts"
import * as Project from "./Project.ts"
import { tableOf } from "./Results.ts"
import { version } from "./Version.ts"

export interface Finished {
  readonly result: Run.RunResult
  /** Null where the experiment declares none. */
  readonly table: ReportTable | null
  /** Paths of the pictures that were written, in the store's folder. */
  readonly figures: ReadonlyArray<string>
  /** Declared pictures that there is nothing to draw of, and why. */
  readonly leftOut: ReadonlyArray<LeftOutFigure>
}

export interface ExecuteOptions {
  readonly jobs: number
  readonly cluster?: ClusterOptions | undefined
  readonly print?: (lines: string) => void
  readonly emit: (event: RunEvent) => void
  readonly onDetail?: (detail: RunDetail) => void
  readonly countsCached?: boolean
  readonly control: Pick<Control, "requests">
}

/** What of the run goes into a shared store before it begins, for other machines. */
const sharedBy = Effect.fnUntraced(function* (
  project: Project.Project,
  opened: OpenedExperiment,
  { cluster }: ExecuteOptions,
  print: (lines: string) => void
) {
  if (project.storeUrl === undefined || opened.plan.counts.hit === opened.dag.nodes.length) return undefined
  const { kept, shared } = yield* Effect.promise(() => import("./portable/Sharing.ts"))
  if (cluster === undefined) return yield* kept(project, opened)
  const { leftOut, program } = yield* shared(project, opened)
  for (const text of leftOut) print(`${text}\n`)
  return program
})

/** Executes an opened experiment's plan once. */
export const execute = Effect.fnUntraced(function* (
  project: Project.Project,
  opened: OpenedExperiment,
  options: ExecuteOptions
) {
  const print = options.print ?? ((lines: string) => void process.stderr.write(lines))
  const portable = yield* sharedBy(project, opened, options, print)
  return yield* Run.run({
    experiment: opened.experiment.name,
    file: relative(project.root, opened.file),
    settings: opened.settings,
    only: opened.only,
    axes: opened.expansion.axes,
    plan: opened.plan,
    ...(opened.mark === undefined ? {} : { mark: opened.mark }),
    sources: opened.sources,
    externals: opened.externals,
    program: opened.program.hash,
    portable,
    findStage: opened.findStage,
    version,
    git: Git.state(project.root),
    emit: options.emit,
    countsCached: options.countsCached === true,
    control: options.control,
    ...(options.onDetail === undefined ? {} : { onDetail: options.onDetail })
  }).pipe(
    Effect.provide(
      executors(project, opened, {
        jobs: options.jobs,
        cluster: options.cluster === undefined ? undefined : { ...options.cluster, program: portable ?? "" },
        print
      })
    )
  )
})

/** Leaves the pictures of what was executed. */
const finished = (
  project: Project.Project,
  opened: OpenedExperiment,
  result: Run.RunResult,
  table: Finished["table"]
) =>
  Effect.map(
    writeFigures(opened.expansion, result, table, join(project.storeDir, "figures", opened.experiment.name)),
    ({ leftOut, written }): Finished => ({ result, table, figures: written, leftOut })
  )

/**
 * Opens, executes and builds the table. Where stored metrics turn out damaged they have been dropped by then, and the
 * plan is executed once more to compute them again; `healing` is told of how many cells.
 */
export const runToTable = Effect.fnUntraced(function* <E, R, E2, R2>(
  asked: Asked,
  pass: (project: Project.Project, opened: OpenedExperiment) => Effect.Effect<Run.RunResult, E, R>,
  healing: (cells: number) => Effect.Effect<void, E2, R2>
) {
  const project = yield* Project.find(asked)
  const request = requestOf(asked)
  /** Opens and executes, and where seeds are added in rounds goes on until no figure asks for more. */
  const settled = Effect.fnUntraced(function* (from: Request) {
    let opened = yield* open(project, from)
    let result = yield* pass(project, opened)
    while (opened.expansion.seeds !== null && !result.interrupted && result.executed > 0 && result.failed === 0) {
      const next = yield* open(project, { ...from, force: [] })
      if (next.expansion.cells.length === opened.expansion.cells.length) break
      opened = next
      result = yield* pass(project, opened)
    }
    return { opened, result }
  })
  return yield* Effect.gen(function* () {
    const first = yield* settled(request)
    const { expansion } = first.opened
    if (expansion.table === null) return yield* finished(project, first.opened, first.result, null)
    const { damaged, table } = yield* tableOf(expansion, first.result.run, first.result)
    if (damaged.length === 0 || first.result.interrupted)
      return yield* finished(project, first.opened, first.result, table)
    yield* healing(damaged.length)
    const { opened, result } = yield* settled({ ...request, force: [] })
    const mended = yield* tableOf(opened.expansion, result.run, result)
    return yield* finished(project, opened, result, mended.table)
  }).pipe(Effect.provide(LocalFirst.open(project, { mode: "read-write" })))
})
