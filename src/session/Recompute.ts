/** Whether stored results come out again: a sample of what the latest runs know is computed once more and compared. */
import { Effect, Exit, Result } from "effect"
import * as Json from "../declare/Json.ts"
import { type ArtifactHash, RunId } from "../domain/Hash.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import { Executor, InlineExecutor, type WorkerLost } from "../execute/Executor.ts"
import { toInfo } from "../execute/Failure.ts"
import { taskOf } from "../execute/NodeTask.ts"
import { variablesOf } from "../execute/Run.ts"
import type { ProgramRef, TaskOutcome } from "../execute/Task.ts"
import type { DagNode } from "../plan/Dag.ts"
import { keyOf, recordOf } from "../plan/Keys.ts"
import { codeOf, inputArtifacts } from "../plan/Plan.ts"
import { RunHistory } from "../store/index.ts"
import { executors } from "./Executors.ts"
import * as Only from "./Only.ts"
import { type OpenedExperiment, open } from "./OpenExperiment.ts"
import type { Project } from "./Project.ts"
import type { Recomputed, RecomputedCells } from "./Recomputed.ts"
import * as Settings from "./Settings.ts"

/** By the key's own bits: the same share of the same store is always the same sample, and a larger share contains it. */
const isSampled = (key: string, share: number) => Number.parseInt(key.slice(0, 8), 16) / 2 ** 32 < share

/** The reason in one line. */
const reasonOf = ({ message }: { readonly message: string }) => message.split("\n")[0] ?? ""

/** It is no run of the store's history. */
const recomputing = RunId.make("recompute")

/**
 * What a node gives now, after as many attempts as its stage has. Each runs where a run has it, and as there: neither a crash
 * nor, in a worker, an endless loop ends the check.
 */
const computing = Effect.fnUntraced(function* (opened: OpenedExperiment, program: ProgramRef) {
  const executor = yield* Executor
  const inline = yield* InlineExecutor
  const { externals, findStage, plan, sources } = opened
  const tried = (node: DagNode, left: number, spentMs: number): Effect.Effect<TaskOutcome, WorkerLost> => {
    const inputs = inputArtifacts(node, plan.artifacts, sources.externals) ?? []
    const code = codeOf(node, sources.code)
    const task = taskOf(
      { runId: recomputing, program, findStage, externals },
      {
        node,
        key: keyOf(node, code, inputs),
        record: Json.stringify(recordOf(node, code, inputs)),
        isForced: true,
        inputs,
        spentMs
      }
    )
    return Effect.flatMap(
      (node.stage.pool === "inline" ? inline : executor).run(task, () => {}),
      (outcome) =>
        outcome._tag !== "Failed" || left === 0
          ? Effect.succeed(outcome)
          : tried(node, left - 1, spentMs + outcome.durationMs)
    )
  }
  return (node: DagNode) => tried(node, node.stage.retries, 0)
})

/** Computes those of the nodes that are asked for and known once more. */
const checkOne = Effect.fnUntraced(function* (
  opened: OpenedExperiment,
  file: string,
  isAsked: (node: DagNode, key: string) => boolean
) {
  const { experiment, plan, program } = opened
  const compute = yield* computing(opened, { hash: program.hash, name: file, variables: variablesOf(opened) })
  const different: Array<string> = []
  /** Indices of the nodes that came out otherwise, and of those asked for that are not known. */
  const fallen = new Set<number>()
  const unknown = new Set<number>()
  let known = 0
  let computed = 0
  for (const node of plan.dag.nodes) {
    const key = plan.keys[node.index]
    const artifact: ArtifactHash | undefined = plan.artifacts[node.index]
    if (key === undefined || artifact === undefined) {
      if (isAsked(node, key ?? "")) unknown.add(node.index)
      continue
    }
    known += 1
    if (!isAsked(node, key)) continue
    computed += 1
    const found = yield* Effect.result(compute(node))
    const outcome = Result.isSuccess(found) ? found.success : { failure: found.failure }
    if ("hash" in outcome && outcome.hash === artifact) continue
    const now =
      "hash" in outcome ? `now ${outcome.hash.slice(0, 12)}…` : `and now it fails: ${reasonOf(outcome.failure)}`
    different.push(`${experiment.name}, ${node.id}: stored ${artifact.slice(0, 12)}…, ${now}`)
    fallen.add(node.index)
  }
  return { known, computed, different, fallen, unknown }
})

/** The run's own cells under its own settings, with the code as it is now. */
const openRun = (project: Project, run: RunRecord) =>
  Effect.flatMap(Only.parse(run.only === "" ? [] : [run.only]), (only) =>
    open(project, {
      experiment: run.file,
      settings: Settings.recorded(run.settings),
      only: Only.selectionOf(only),
      force: [],
      fresh: true
    })
  )

/**
 * Computes a share (0 to 1] of a run's cells again, at least one: every node behind their metrics, each from its stored
 * inputs. Of the cells that the present code does not know nothing is computed.
 */
export const recomputeCells = Effect.fnUntraced(function* (project: Project, run: RunRecord, share: number) {
  const history = yield* RunHistory
  const recorded = new Map((yield* history.cellsOf(run.id)).map(({ cell, outputs }) => [cell, outputs.metrics]))
  const opened = yield* openRun(project, run)
  const { dag } = opened.plan
  const hasMetrics = dag.cells.flatMap(({ id }, index) => {
    const metrics = recorded.get(id)
    return metrics === undefined ? [] : [{ id, index, metrics }]
  })
  const sampled = hasMetrics.filter(({ metrics }) => isSampled(metrics, share))
  const cells = sampled.length > 0 ? sampled : hasMetrics.slice(0, 1)
  const indices = new Set(cells.map(({ index }) => index))
  const { different, fallen, unknown } = yield* checkOne(opened, run.file, (node) =>
    node.cells.some((cell) => indices.has(cell))
  ).pipe(Effect.provide(executors(project, opened, { jobs: 1, print: () => {} })))
  const touching = (nodes: ReadonlySet<number>) => {
    const touched = new Set([...nodes].flatMap((index) => dag.nodes[index]?.cells ?? []))
    return cells.filter(({ index }) => touched.has(index)).map(({ id }) => id)
  }
  /** What the cell's metrics are by what is known now may be another artifact than the run recorded. */
  const others = cells.filter(({ index, metrics }) => {
    const wire = dag.outputs[index]?.metrics
    const artifact = wire?._tag === "Node" ? opened.plan.artifacts[wire.index] : undefined
    return artifact !== undefined && artifact !== metrics
  })
  const result: RecomputedCells = {
    cells: cells.length,
    of: hasMetrics.length,
    different,
    changed: [...new Set([...touching(fallen), ...others.map(({ id }) => id)])],
    unknown: touching(unknown)
  }
  return result
})

/** Computes the share (0 to 1] of the known nodes of every experiment's latest run again. Keeps none of the results. */
export const recompute = Effect.fnUntraced(function* (project: Project, share: number) {
  const history = yield* RunHistory
  const latest = new Map<string, RunRecord>()
  for (const run of yield* history.runs(10_000)) {
    const id = `${run.experiment}\0${run.file}`
    if (!latest.has(id)) latest.set(id, run)
  }
  const experiments: Array<string> = []
  const unopened: Array<string> = []
  const different: Array<string> = []
  let known = 0
  let computed = 0
  for (const run of latest.values()) {
    const opened = yield* Effect.exit(openRun(project, run))
    if (Exit.isFailure(opened)) {
      unopened.push(`${run.experiment} could not be opened: ${reasonOf(toInfo(opened.cause))}`)
      continue
    }
    experiments.push(run.experiment)
    const one = yield* checkOne(opened.value, run.file, (_, key) => isSampled(key, share)).pipe(
      Effect.provide(executors(project, opened.value, { jobs: 1, print: () => {} }))
    )
    known += one.known
    computed += one.computed
    different.push(...one.different)
  }
  const result: Recomputed = { experiments, unopened, known, computed, different }
  return result
})
