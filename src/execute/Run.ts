/** One run: a plan executed from its first event to its last, and recorded in the store. */
import { randomInt } from "node:crypto"
import { arch, availableParallelism, cpus, platform } from "node:os"
import { Clock, DateTime, Effect, Fiber, Queue } from "effect"
import { type ExternalRef, isFileRef, isVariableRef } from "../domain/ExternalRef.ts"
import { type ArtifactHash, RunId } from "../domain/Hash.ts"
import { isRunEvent, type JournalEntry, type RunDetail } from "../domain/RunDetail.ts"
import type { RunEvent, RunEventOf } from "../domain/RunEvent.ts"
import type { Environment, RunCell, RunRecord } from "../domain/RunRecord.ts"
import { priorities } from "../plan/Estimate.ts"
import type { Plan, Sources } from "../plan/Plan.ts"
import { RemoteUse, RunHistory, TraceStore } from "../store/index.ts"
import * as CellRecorder from "./CellRecorder.ts"
import type { Control, Request } from "./Control.ts"
import * as Engine from "./Engine.ts"
import { Executor, InlineExecutor } from "./Executor.ts"
import * as Journalist from "./Journalist.ts"
import type { FindStage } from "./NodeTask.ts"
import { Notices } from "./Notices.ts"
import { type PlanMark, publishedBy, recordLists } from "./RunLists.ts"
import { schedule } from "./Scheduler.ts"
import type { Outcome } from "./Signal.ts"
import { guard } from "./ThreadGuard.ts"

export interface RunOptions {
  readonly experiment: string
  /** The experiment's file, relative to the project. */
  readonly file: string
  /** `--set` and `--only` as given. */
  readonly settings: { readonly [path: string]: string }
  readonly only: string
  readonly axes: ReadonlyArray<string>
  readonly plan: Plan
  /** Left out where stages are forced: then the plan is no answer to remember. */
  readonly mark?: PlanMark
  readonly sources: Sources
  readonly externals: ReadonlyArray<ExternalRef>
  /** The hash of the program that the stages are in. */
  readonly program: string
  /** The same in a shared store, for the record. */
  readonly portable?: ArtifactHash | undefined
  readonly findStage: FindStage
  /** Ablate's version, for the record. */
  readonly version: string
  /** The commit that is checked out, and how to find out whether files differ from it: asked where something is computed. */
  readonly git?: { readonly revision: string; readonly isChanged: Effect.Effect<boolean | undefined> } | undefined
  readonly emit: (event: RunEvent) => void
  /** Takes what is told beside the events, in one order with them. */
  readonly onDetail?: (detail: RunDetail) => void
  /** For readers that count the cached nodes at the end: a run with nothing to do then has no event for each of them. */
  readonly countsCached?: boolean
  /** Without one, the run goes to its end. */
  readonly control?: Pick<Control, "requests">
}

export interface RunResult extends Outcome {
  readonly run: RunRecord
  readonly cells: ReadonlyArray<RunCell>
  /** Whether a stage's code went wrong after the stage had ended. */
  readonly hasFaults: boolean
  /** Whether the remote store did not answer; false where there is none. */
  readonly isRemoteGone: boolean
}

const letters = "abcdefghijklmnopqrstuvwxyz0123456789"

/** Sortable by time; the suffix keeps runs apart that start in the same second. */
const newRunId = (millis: number): RunId => {
  const time = DateTime.formatIso(DateTime.makeUnsafe(millis))
  const [date = "", clock = ""] = time.split("T")
  const suffix = Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join("")
  return RunId.make(`${date.replaceAll("-", "")}-${clock.slice(0, 8).replaceAll(":", "")}-${suffix}`)
}

const environment = (version: string): Environment => ({
  ablate: version,
  node: process.version,
  platform: platform(),
  arch: arch(),
  cpu: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism()
})

/** What becomes of a plan with nothing to do. */
const settled = (plan: Plan, at: number, options: RunOptions): Outcome => {
  if (options.countsCached !== true)
    for (const [index, node] of plan.dag.nodes.entries()) {
      const [key, artifact] = [plan.keys[index], plan.artifacts[index]]
      if (key !== undefined && artifact !== undefined)
        options.emit({ _tag: "NodeCached", node: node.id, stage: node.stage.name, at, key, artifact })
    }
  return {
    get artifacts() {
      return plan.artifacts
    },
    get keys() {
      return plan.keys
    },
    failures: new Map(),
    executed: 0,
    cached: plan.dag.nodes.length,
    failed: 0,
    skipped: 0,
    interrupted: false,
    warnings: []
  }
}

/** What the experiment's layer may read by `Config`: whatever enters the keys of some stage. */
export const variablesOf = ({
  externals,
  findStage,
  plan
}: Pick<RunOptions, "externals" | "findStage" | "plan">): ReadonlyArray<string> => [
  ...new Set([
    ...plan.dag.stages.flatMap((stage) => findStage(stage).variables ?? []),
    ...externals.flatMap((external) => (isVariableRef(external) ? [external.variable] : []))
  ])
]

/** What an external is called in a run's basis. */
export const nameOf = (external: ExternalRef): string => {
  if (isFileRef(external)) return `file ${external.path}`
  return isVariableRef(external) ? `environment ${external.variable}` : external.text
}

/** What its numbers depend on besides the settings, by name: cells of two runs stand in one table only where these agree. */
const basisOf = ({ externals, plan, sources }: RunOptions): NonNullable<RunRecord["basis"]> => {
  const basis: Record<string, string> = {}
  for (const [stage, code] of sources.code) basis[`stage ${stage}`] = code
  for (const external of externals) {
    basis[nameOf(external)] = external.hash
  }
  const numerics = new Map<string, Set<string>>()
  for (const { numerics: id, stage } of plan.dag.nodes) {
    if (id === undefined) continue
    numerics.set(stage.name, (numerics.get(stage.name) ?? new Set()).add(id))
  }
  for (const [stage, ids] of numerics) basis[`numerics ${stage}`] = [...ids].sort().join(" ")
  return basis
}

/** A node's id begins with its stage. */
const stageOf = (node: string): string => node.slice(0, node.lastIndexOf("#"))

/** Runs the plan. Fails only with the store's errors; what stages do wrong is in the events and the outcome. */
export const run = Effect.fnUntraced(function* (options: RunOptions) {
  const { plan, sources } = options
  const traces = yield* TraceStore
  const history = yield* RunHistory
  const notices = yield* Notices
  const executor = yield* Executor
  const inline = yield* InlineExecutor
  const { capacity, jobs = capacity } = executor
  const clock = yield* Clock.Clock
  const startedAt = clock.currentTimeMillisUnsafe()
  const id = newRunId(startedAt)
  const durations = yield* traces.durations
  const mean = (stage: string) => durations.get(stage)?.meanMs
  const begun: RunRecord = {
    id,
    experiment: options.experiment,
    file: options.file,
    settings: options.settings,
    only: options.only,
    startedAt,
    durationMs: null,
    status: "running",
    nodes: plan.dag.nodes.length,
    executed: 0,
    cached: 0,
    failed: 0,
    skipped: 0,
    environment: environment(options.version),
    basis: basisOf(options),
    program: options.program,
    ...(options.portable === undefined ? {} : { portable: options.portable }),
    ...(options.git === undefined ? {} : { git: { revision: options.git.revision } })
  }
  const started: RunEventOf<"RunStarted"> = {
    _tag: "RunStarted",
    runId: id,
    experiment: options.experiment,
    at: startedAt,
    jobs,
    axes: options.axes,
    cells: plan.dag.cells.map((cell) => ({ id: cell.id, variant: cell.variant, labels: cell.labels, seed: cell.seed })),
    nodes: plan.dag.nodes.map((node) => ({
      id: node.id,
      stage: node.stage.name,
      cells: node.cells,
      estimateMs: mean(node.stage.name) ?? null
    }))
  }
  options.emit(started)
  const idle = plan.counts.hit === plan.dag.nodes.length

  const execution = Effect.gen(function* () {
    yield* history.startRun(begun)
    const isChanged = options.git === undefined ? undefined : yield* Effect.forkScoped(options.git.isChanged)
    const tell = (detail: RunDetail) => {
      journalist.note(detail)
      options.onDetail?.(detail)
    }
    const journalist = yield* Journalist.make(id, tell)
    journalist.note(started)
    const recorder = CellRecorder.make(plan, sources, history, id, (cell, { metrics }) =>
      journalist.cellEnded(cell, metrics)
    )
    if (recorder.known.length > 0) yield* history.recordCells(id, recorder.known)
    const attempts = new Map<string, number>()
    const emit = (entry: JournalEntry) => {
      recorder.note(entry)
      if (!isRunEvent(entry)) return tell(entry)
      if (entry._tag === "NodeStarted") attempts.set(entry.node, entry.attempt)
      journalist.note(entry)
      options.emit(entry)
    }
    yield* notices.listen(({ node, text }) => {
      if (node === null) return
      const at = clock.currentTimeMillisUnsafe()
      tell({ _tag: "NodePrinted", node, stage: stageOf(node), at, attempt: attempts.get(node) ?? 1, text })
    })
    yield* notices.staff((text) => tell({ _tag: "Workers", at: clock.currentTimeMillisUnsafe(), text }))
    const outcome = yield* Effect.scoped(
      Effect.gen(function* () {
        yield* guard({
          told: ({ name }, what) => notices.warn(`${name}: ${what}`, "fault"),
          print: notices.print
        })
        yield* Effect.addFinalizer(() =>
          Effect.all([executor.release, inline.release], { concurrency: "unbounded", discard: true })
        )
        const engine = yield* Engine.make({
          runId: id,
          program: { hash: options.program, name: options.file, variables: variablesOf(options) },
          findStage: options.findStage,
          externals: options.externals,
          sources
        })
        return yield* schedule({
          plan,
          sources,
          capacity: { inline: inline.capacity, worker: capacity },
          priority: priorities(plan, mean, jobs),
          emit,
          execute: recorder.execute(engine.execute),
          lookup: traces.lookup,
          flush: traces.flush,
          reason: (node) => (durations.has(node.stage.name) ? "changed" : "new"),
          requests: options.control?.requests ?? (yield* Queue.unbounded<Request>())
        })
      })
    )
    // Cells that ended without being executed are on their way.
    yield* Effect.ignore(traces.flush)
    yield* journalist.flush
    return { outcome, isChanged: isChanged === undefined ? undefined : yield* Fiber.join(isChanged), journalist }
  })

  return yield* Effect.scoped(
    Effect.gen(function* () {
      // A run that computes nothing is recorded once, at its end, and has no journal.
      const { isChanged, journalist, outcome } = idle
        ? { outcome: settled(plan, startedAt, options), isChanged: undefined, journalist: undefined }
        : yield* execution
      const finishedAt = yield* Clock.currentTimeMillis
      const { cached, executed, failed, interrupted, skipped } = outcome
      const status = interrupted ? "interrupted" : failed > 0 ? "failed" : "succeeded"
      const counts = { nodes: plan.dag.nodes.length, executed, cached, failed, skipped }
      const durationMs = finishedAt - startedAt
      const finished: RunRecord = {
        ...begun,
        ...counts,
        ...(begun.git === undefined || isChanged === undefined ? {} : { git: { ...begun.git, isChanged } }),
        durationMs,
        status
      }
      const ending: RunEvent = { _tag: "RunFinished", runId: id, at: finishedAt, status, ...counts, durationMs }
      // Before the record says so: who watches knows then that nothing else will come.
      journalist?.note(ending)
      if (journalist !== undefined) yield* journalist.flush
      let published: ReadonlyArray<RunCell> | undefined
      const cells = (): ReadonlyArray<RunCell> => {
        published ??= publishedBy(plan, sources, outcome)
        return published
      }
      yield* Effect.all(
        [
          idle ? history.startRun(finished) : history.finishRun(finished),
          recordLists(id, options.mark, outcome, cells)
        ],
        { concurrency: "unbounded", discard: true }
      )
      options.emit(ending)
      const damage = yield* traces.damage
      const behind = yield* RemoteUse
      const result: RunResult = {
        run: finished,
        get artifacts() {
          return outcome.artifacts
        },
        get keys() {
          return outcome.keys
        },
        failures: outcome.failures,
        cached,
        skipped,
        // Most runs with nothing to do have nobody who asks what each cell gave.
        get cells() {
          return cells()
        },
        executed,
        failed,
        interrupted: outcome.interrupted,
        warnings: [
          ...outcome.warnings,
          ...notices.texts(),
          ...damage,
          ...(behind === undefined ? [] : yield* behind.told)
        ],
        hasFaults: notices.hasFaults(),
        isRemoteGone: behind !== undefined && (yield* behind.isGone)
      }
      return result
    })
  )
})
