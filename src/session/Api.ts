/** What the commands do, as Effects that give data and print nothing: for scripts and notebooks. */
import { availableParallelism } from "node:os"
import { Deferred, Effect, Fiber } from "effect"
import type { RunEvent } from "../domain/RunEvent.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import { compareRuns } from "../report/index.ts"
import { Store } from "../store/index.ts"
import * as Cache from "./Cache.ts"
import { sideOf } from "./Comparing.ts"
import { execute, runToTable } from "./Execution.ts"
import { latestRun, runByName } from "./FindRun.ts"
import { cellsOfRun, latestCells } from "./LatestCells.ts"
import { expansionOf, open } from "./OpenExperiment.ts"
import * as PlanReport from "./PlanReport.ts"
import * as Project from "./Project.ts"
import { tableOf } from "./Results.ts"
import { explanationsOf } from "./WhyReport.ts"

/** Where to work. */
export interface Where {
  /** A folder of the project; default the working directory. */
  readonly folder?: string
  /** The cache's folder; default `ABLATE_STORE`, else `.ablate` in the project. */
  readonly store?: string
}

/** What to work on. */
export interface Asked extends Where {
  /** A file in `experiments/` by its name, or a path. */
  readonly experiment: string
  /** Settings to change: path to value, as `--set` takes them. */
  readonly set?: { readonly [path: string]: string }
  /** `axis=value,…`, as `--only` takes it. */
  readonly only?: string
  /** Stages to run again although their results are known. */
  readonly force?: ReadonlyArray<string>
}

const requestOf = ({ experiment, force, only, set }: Asked) => ({
  experiment,
  set: Object.entries(set ?? {}).map(([path, value]) => `${path}=${value}`),
  only: only === undefined ? [] : [only],
  force: force ?? []
})

const projectOf = ({ folder, store }: Where) => Project.around(folder ?? process.cwd(), store)

const reading = Cache.layer

/** An interruption asks the run to stop and waits until it has recorded what is finished. */
const stopped = <A, E, R>(stop: Deferred.Deferred<void>, run: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(run)
      const exit = yield* restore(Fiber.await(fiber)).pipe(
        Effect.onInterrupt(() => Effect.andThen(Deferred.succeed(stop, undefined), Fiber.await(fiber)))
      )
      return yield* exit
    })
  )

/**
 * Runs what is not known yet. Gives the run's record with its counts, the table (null where none is declared) and the paths
 * of the pictures it left in the store's folder;
 * failed cells are in both. Interrupting the effect stops the run and keeps what is finished.
 */
export const run = Effect.fn("Ablate.run")(function* (
  options: Asked & {
    /** Worker threads; default one a core. */
    readonly jobs?: number
    readonly onEvent?: (event: RunEvent) => void
  }
) {
  const project = yield* projectOf(options)
  const stop = yield* Deferred.make<void>()
  const { figures, result, table } = yield* stopped(
    stop,
    runToTable(
      project,
      requestOf(options),
      (opened) =>
        execute(project, opened, {
          jobs: options.jobs ?? availableParallelism(),
          only: options.only ?? "",
          emit: options.onEvent ?? (() => {}),
          stop
        }),
      () => Effect.void
    ).pipe(Effect.provide(Store.layer({ dir: project.storeDir, mode: "read-write" })))
  )
  return { run: result.run, warnings: result.warnings, table, figures }
})

/** What would run, why, and the time it should take. Runs nothing. */
export const plan = Effect.fn("Ablate.plan")(function* (options: Asked & { readonly jobs?: number }) {
  const project = yield* projectOf(options)
  return yield* open(project, requestOf(options)).pipe(
    Effect.flatMap((opened) => PlanReport.of(opened, options.jobs ?? availableParallelism())),
    Effect.provide(reading(project))
  )
})

/** For every node of a cell (`axis=value,…`), a row, a stage or one node: the smallest difference to an earlier one. */
export const why = Effect.fn("Ablate.why")(function* (options: Asked & { readonly what: string }) {
  const project = yield* projectOf(options)
  return yield* open(project, requestOf(options)).pipe(
    Effect.flatMap((opened) => explanationsOf(opened, options.what)),
    // Their lines are made when they are asked for, of what the store holds: now, while it is open.
    Effect.map((explanations) => explanations.map((each) => ({ ...each, lines: [...each.lines] }))),
    Effect.provide(reading(project))
  )
})

/** The table of a run: of the latest finished one, or of the one named. */
export const table = Effect.fn("Ablate.table")(function* (
  options: Where & { readonly experiment: string; readonly run?: string }
) {
  const project = yield* projectOf(options)
  return yield* Effect.gen(function* () {
    const declared = yield* expansionOf(project, options.experiment, {})
    const experiment = { name: declared.experiment.name, file: declared.file }
    const run: RunRecord =
      options.run === undefined ? yield* latestRun(experiment) : yield* runByName(project, options.run)
    const { expansion } = yield* expansionOf(project, options.experiment, run.settings)
    const found = yield* options.run === undefined ? latestCells(expansion, run) : cellsOfRun(expansion, run)
    return (yield* tableOf(expansion, run, found)).table
  }).pipe(Effect.provide(reading(project)))
})

/** What differs between two runs, each named by its id or by an experiment (its latest run). Differences are b − a. */
export const compare = Effect.fn("Ablate.compare")(function* (
  options: Where & { readonly a: string; readonly b: string }
) {
  const project = yield* projectOf(options)
  return yield* Effect.gen(function* () {
    const a = yield* sideOf(project, yield* runByName(project, options.a))
    const b = yield* sideOf(project, yield* runByName(project, options.b))
    return compareRuns(a, b)
  }).pipe(Effect.provide(reading(project)))
})
