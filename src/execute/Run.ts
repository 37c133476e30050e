/** One run: a plan executed from its first event to its last, and recorded in the store. */
import { randomInt } from "node:crypto"
import { arch, availableParallelism, cpus, platform } from "node:os"
import { Clock, DateTime, type Deferred, Effect, type Layer } from "effect"
import type { FileRef } from "../domain/FileRef.ts"
import { RunId } from "../domain/Hash.ts"
import type { RunEvent } from "../domain/RunEvent.ts"
import type { Environment, RunCell, RunRecord } from "../domain/RunRecord.ts"
import { priorities } from "../plan/Estimate.ts"
import type { Plan, Sources } from "../plan/Plan.ts"
import { Store } from "../store/index.ts"
import * as CellRecorder from "./CellRecorder.ts"
import { outputsOf } from "./CellRecorder.ts"
import * as Engine from "./Engine.ts"
import { type Outcome, schedule } from "./Scheduler.ts"
import { WorkerPool } from "./WorkerPool.ts"

export interface RunOptions {
  readonly experiment: string
  /** The experiment's file, relative to the project. */
  readonly file: string
  /** `--set` and `--only` as given. */
  readonly settings: { readonly [path: string]: string }
  readonly only: string
  readonly axes: ReadonlyArray<string>
  readonly plan: Plan
  readonly sources: Sources
  readonly files: ReadonlyArray<FileRef>
  readonly jobs: number
  readonly findStage: Engine.FindStage
  readonly layer: Layer.Layer<never> | undefined
  readonly programUrl: string
  /** The file that a worker thread runs. */
  readonly workerEntry: string | URL
  /** Ablate's version, for the record. */
  readonly version: string
  readonly emit: (event: RunEvent) => void
  readonly stop: Deferred.Deferred<void>
}

export interface RunResult extends Outcome {
  readonly run: RunRecord
  readonly cells: ReadonlyArray<RunCell>
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

const publishedBy = (plan: Plan, sources: Sources, outcome: Outcome): ReadonlyArray<RunCell> => {
  const recorded = new Int32Array(plan.dag.nodes.length).fill(-1)
  let position = 0
  for (const [index, key] of outcome.keys.entries()) if (key !== undefined) recorded[index] = position++
  const nodesOf: Array<Array<number>> = plan.dag.cells.map(() => [])
  const failureOf = new Map<number, string>()
  for (const node of plan.dag.nodes) {
    const failure = outcome.failures.get(node.index)
    for (const cell of node.cells) {
      if ((recorded[node.index] ?? -1) >= 0) nodesOf[cell]?.push(recorded[node.index] ?? 0)
      if (failure !== undefined) failureOf.set(cell, failure)
    }
  }
  return plan.dag.cells.map((cell, at): RunCell => {
    const outputs = outputsOf(plan, sources, outcome.artifacts, at)
    const failure = failureOf.get(at)
    return { cell: cell.id, outputs, nodes: nodesOf[at] ?? [], ...(failure === undefined ? {} : { failure }) }
  })
}

/** What its numbers depend on besides the settings, by name: cells of two runs stand in one table only where these agree. */
const basisOf = ({ files, plan, sources }: RunOptions): NonNullable<RunRecord["basis"]> => {
  const basis: Record<string, string> = {}
  for (const [stage, code] of sources.code) basis[`stage ${stage}`] = code
  for (const { hash, path } of files) basis[`file ${path}`] = hash
  const numerics = new Map<string, Set<string>>()
  for (const { numerics: id, stage } of plan.dag.nodes) {
    if (id === undefined) continue
    numerics.set(stage.name, (numerics.get(stage.name) ?? new Set()).add(id))
  }
  for (const [stage, ids] of numerics) basis[`numerics ${stage}`] = [...ids].sort().join(" ")
  return basis
}

/** Runs the plan. Fails only with the store's errors; what stages do wrong is in the events and the outcome. */
export const run = Effect.fnUntraced(function* (options: RunOptions) {
  const { plan, sources } = options
  const store = yield* Store
  const startedAt = yield* Clock.currentTimeMillis
  const id = newRunId(startedAt)
  const durations = store.durations()
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
    basis: basisOf(options)
  }
  options.emit({
    _tag: "RunStarted",
    runId: id,
    experiment: options.experiment,
    at: startedAt,
    jobs: options.jobs,
    axes: options.axes,
    cells: plan.dag.cells.map((cell) => ({ id: cell.id, variant: cell.variant, labels: cell.labels, seed: cell.seed })),
    nodes: plan.dag.nodes.map((node) => ({
      id: node.id,
      stage: node.stage.name,
      cells: node.cells,
      estimateMs: mean(node.stage.name) ?? null
    }))
  })
  const idle = plan.counts.hit === plan.dag.nodes.length
  // A run that computes nothing is recorded once, at its end.
  const recorder = idle ? undefined : CellRecorder.make(plan, sources, store, id)
  if (recorder !== undefined) {
    yield* store.startRun(begun)
    if (recorder.known.length > 0) yield* store.recordCells(id, recorder.known)
  }

  const outcome = yield* Effect.gen(function* () {
    const engine = yield* Engine.make({
      runId: id,
      sources,
      findStage: options.findStage,
      layer: idle ? undefined : options.layer
    })
    return yield* schedule({
      plan,
      sources,
      files: options.files,
      jobs: options.jobs,
      priority: idle ? [] : priorities(plan, mean, options.jobs),
      emit:
        recorder === undefined
          ? options.emit
          : (event) => {
              recorder.note(event)
              options.emit(event)
            },
      execute: recorder === undefined ? engine.execute : recorder.execute(engine.execute),
      flush: store.flush,
      reason: (node) => (durations.has(node.stage.name) ? "changed" : "new"),
      stop: options.stop
    })
  }).pipe(
    Effect.provide(
      WorkerPool.layer({
        size: options.jobs,
        entry: options.workerEntry,
        init: { programUrl: options.programUrl, storeDir: store.dir }
      })
    ),
    Effect.scoped
  )

  const finishedAt = yield* Clock.currentTimeMillis
  const { cached, executed, failed, skipped } = outcome
  const status = outcome.interrupted
    ? ("interrupted" as const)
    : failed > 0
      ? ("failed" as const)
      : ("succeeded" as const)
  const finished: RunRecord = {
    ...begun,
    durationMs: finishedAt - startedAt,
    status,
    executed,
    cached,
    failed,
    skipped
  }
  const cells = publishedBy(plan, sources, outcome)
  yield* Effect.all(
    [
      idle ? store.startRun(finished) : store.finishRun(finished),
      store.recordCells(id, cells),
      store.recordKeys(
        id,
        outcome.keys.flatMap((key) => (key === undefined ? [] : [key]))
      )
    ],
    { concurrency: "unbounded", discard: true }
  )
  options.emit({
    _tag: "RunFinished",
    runId: id,
    at: finishedAt,
    status,
    nodes: plan.dag.nodes.length,
    executed,
    cached,
    failed,
    skipped,
    durationMs: finishedAt - startedAt
  })
  const result: RunResult = { ...outcome, warnings: [...outcome.warnings, ...store.damage()], run: finished, cells }
  return result
})
