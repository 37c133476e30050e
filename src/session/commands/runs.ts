/** `runs`: the runs in the store, newest first or by a figure. */
import { Effect, Result } from "effect"
import * as CellId from "../../domain/CellId.ts"
import type { RunRecord } from "../../domain/RunRecord.ts"
import { RunHistory, StoreLocation } from "../../store/index.ts"
import type { Where } from "../Asked.ts"
import * as Cache from "../Cache.ts"
import type { CommandError } from "../CommandError.ts"
import { metricsOf } from "../FigureTrace.ts"
import { experimentByName } from "../FindRun.ts"
import { experimentFiles } from "../Loader.ts"
import * as Only from "../Only.ts"
import * as Project from "../Project.ts"
import { didYouMean, UsageError } from "../UsageError.ts"

export interface RunsOptions extends Where {
  /** Those of one experiment; default of all. */
  readonly experiment?: string | undefined
  /** The newest n; default 20. */
  readonly limit?: number | undefined
  /** Metrics to tell of every run: each the mean over its cells that have the figure. */
  readonly columns?: ReadonlyArray<string>
  /** The cells that these means are over; default all. */
  readonly only?: Only.Only
  /** One of `columns`, largest first, or `started`, `time`, `executed`, `cached`, `failed`; default the newest first. */
  readonly sort?: string | undefined
  /** The smallest first. */
  readonly ascending?: boolean
}

/** A figure of a run: unweighted, over the cells that have it. */
export interface RunMean {
  /** Null where no cell has it. */
  readonly mean: number | null
  readonly cells: number
}

export interface ListedRun extends RunRecord {
  readonly tags: ReadonlyArray<string>
  /** By metric. */
  readonly means: { readonly [metric: string]: RunMean }
}

/** What {@link runs} gives. */
export interface RunsReport {
  /** Where the store is. */
  readonly store: string
  readonly runs: ReadonlyArray<ListedRun>
}

const own: { readonly [column: string]: (run: RunRecord) => number | null } = {
  started: (run) => run.startedAt,
  time: (run) => run.durationMs,
  executed: (run) => run.executed,
  cached: (run) => run.cached,
  failed: (run) => run.failed
}

/** Metrics of the cells that are meant, read once each: runs of one experiment mostly share them. */
const reader = (selection: Only.Selection) => {
  const known = new Map<string, Effect.Success<ReturnType<typeof metricsOf>>>()
  return Effect.fnUntraced(function* (run: RunRecord) {
    const history = yield* RunHistory
    const found: Array<NonNullable<Effect.Success<ReturnType<typeof metricsOf>>>> = []
    for (const cell of yield* history.cellsOf(run.id)) {
      const hash = cell.outputs.metrics
      if (hash === undefined || !Only.matches(selection, CellId.labelsOf(cell.cell))) continue
      if (!known.has(hash)) known.set(hash, yield* metricsOf(cell))
      const metrics = known.get(hash)
      if (metrics !== undefined) found.push(metrics)
    }
    return found
  })
}

const list = Effect.fnUntraced(function* (project: Project.Project, options: RunsOptions) {
  const history = yield* RunHistory
  const { columns = [], limit = 20, sort } = options
  if (sort !== undefined && !columns.includes(sort) && !Object.hasOwn(own, sort)) {
    const known = [...columns, ...Object.keys(own)]
    return yield* new UsageError({
      text: `runs cannot be sorted by "${sort}".${didYouMean(sort, known)} Name one of ${known.join(", ")}, or a metric that is among the columns`
    })
  }
  const asked = options.experiment
  const isKnown = experimentFiles(project.root).some(({ name }) => name === asked)
  const found = asked === undefined ? undefined : yield* Effect.result(experimentByName(project, asked))
  // One that has not run yet has no runs.
  if (found !== undefined && Result.isFailure(found) && isKnown)
    return { store: yield* StoreLocation, runs: [] } satisfies RunsReport
  const experiment = found === undefined ? undefined : yield* Effect.fromResult(found)
  const runs = yield* experiment === undefined ? history.runs(limit) : history.runsOf(experiment, limit)
  const named = Map.groupBy(yield* history.tags, ([, run]) => run)
  const selection = Only.selectionOf(options.only ?? {})
  const read = reader(selection)
  const metrics = new Set<string>()
  const listed: Array<ListedRun> = []
  const points: Array<Readonly<Record<string, string>>> = []
  for (const run of runs) {
    const cells = columns.length === 0 ? [] : yield* read(run)
    for (const cell of cells) for (const name of Object.keys(cell)) metrics.add(name)
    if (selection.size > 0) points.push(...(yield* history.cellsOf(run.id)).map(({ cell }) => CellId.labelsOf(cell)))
    const means = columns.map((name): readonly [string, RunMean] => {
      const values = cells.flatMap((cell) => cell[name]?.value ?? [])
      const sum = values.reduce((total, value) => total + value, 0)
      return [name, { mean: values.length === 0 ? null : sum / values.length, cells: values.length }]
    })
    listed.push({
      ...run,
      tags: (named.get(run.id) ?? []).map(([name]) => name),
      means: Object.fromEntries(means)
    })
  }
  if (points.length > 0) yield* Only.check(selection, points)
  const unknown = columns.find((name) => !metrics.has(name))
  if (unknown !== undefined && runs.length > 0 && points.length + metrics.size > 0)
    return yield* new UsageError({
      text: `no run here has the metric "${unknown}".${didYouMean(unknown, [...metrics])} Their metrics are ${[...metrics].sort().join(", ")}`
    })
  const report: RunsReport = { store: yield* StoreLocation, runs: sorted(listed, options) }
  return report
})

/** Runs without the figure come last. */
const sorted = (runs: ReadonlyArray<ListedRun>, { ascending = false, sort }: RunsOptions) => {
  if (sort === undefined) return ascending ? runs.toReversed() : runs
  const figureOf = (run: ListedRun): number | null => run.means[sort]?.mean ?? own[sort]?.(run) ?? null
  return runs.toSorted((a, b) => {
    const [x, y] = [figureOf(a), figureOf(b)]
    if (x === null || y === null) return (x === null ? 1 : 0) - (y === null ? 1 : 0)
    return ascending ? x - y : y - x
  })
}

/** Lists the runs of a store. */
export const runs = (options: RunsOptions = {}): Effect.Effect<RunsReport, CommandError> =>
  Effect.flatMap(Project.find(options), (project) => Effect.provide(list(project, options), Cache.layer(project))).pipe(
    Effect.withSpan("ablate.runs")
  )
