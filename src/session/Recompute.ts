/** Whether stored results come out again: a sample of what the latest runs know is computed once more and compared. */
import { Effect, Exit, Result } from "effect"
import type { ArtifactHash } from "../domain/Hash.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import { Executor, InlineExecutor, type WorkerLost } from "../execute/Executor.ts"
import { toInfo } from "../execute/Failure.ts"
import { taskOf } from "../execute/NodeTask.ts"
import { variablesOf } from "../execute/Run.ts"
import type { ProgramRef, TaskOutcome } from "../execute/Task.ts"
import type { DagNode } from "../plan/Dag.ts"
import { inputArtifacts } from "../plan/Plan.ts"
import { RunHistory, StoreLocation } from "../store/index.ts"
import { executors } from "./Executors.ts"
import * as Only from "./Only.ts"
import { type OpenedExperiment, open } from "./OpenExperiment.ts"
import type { Project } from "./Project.ts"
import type { Recomputed } from "./Recomputed.ts"
import * as Settings from "./Settings.ts"

/** By the key's own bits: the same share of the same store is always the same sample, and a larger share contains it. */
const isSampled = (key: string, share: number) => Number.parseInt(key.slice(0, 8), 16) / 2 ** 32 < share

/** The reason in one line. */
const reasonOf = ({ message }: { readonly message: string }) => message.split("\n")[0] ?? ""

/**
 * What a node gives now, after as many attempts as its stage has. Each runs where a run has it, and as there: neither a crash
 * nor, in a worker, an endless loop ends the check.
 */
const computing = Effect.fnUntraced(function* (opened: OpenedExperiment, program: ProgramRef) {
  const executor = yield* Executor
  const inline = yield* InlineExecutor
  const { externals, findStage, plan, sources } = opened
  const tried = (node: DagNode, left: number, spentMs: number): Effect.Effect<TaskOutcome, WorkerLost> => {
    const artifacts = inputArtifacts(node, plan.artifacts, sources.externals) ?? []
    const task = taskOf({ program, findStage, externals }, node, artifacts, spentMs)
    return Effect.flatMap(
      (node.stage.pool === "inline" ? inline : executor).run(task, () => {}),
      (outcome) =>
        outcome._tag === "Succeeded" || left === 0
          ? Effect.succeed(outcome)
          : tried(node, left - 1, spentMs + outcome.durationMs)
    )
  }
  return (node: DagNode) => tried(node, node.stage.retries, 0)
})

const checkOne = Effect.fnUntraced(function* (opened: OpenedExperiment, file: string, share: number) {
  const { experiment, plan, program } = opened
  const compute = yield* computing(opened, { hash: program.hash, name: file, variables: variablesOf(opened) })
  const different: Array<string> = []
  let known = 0
  let computed = 0
  for (const node of plan.dag.nodes) {
    const key = plan.keys[node.index]
    const artifact: ArtifactHash | undefined = plan.artifacts[node.index]
    if (key === undefined || artifact === undefined) continue
    known += 1
    if (!isSampled(key, share)) continue
    computed += 1
    const found = yield* Effect.result(compute(node))
    const outcome = Result.isSuccess(found) ? found.success : { failure: found.failure }
    if ("hash" in outcome && outcome.hash === artifact) continue
    const now =
      "hash" in outcome ? `now ${outcome.hash.slice(0, 12)}…` : `and now it fails: ${reasonOf(outcome.failure)}`
    different.push(`${experiment.name}, ${node.id}: stored ${artifact.slice(0, 12)}…, ${now}`)
  }
  return { known, computed, different }
})

/** Computes the share (0 to 1] of the known nodes of every experiment's latest run again. Keeps none of the results. */
export const recompute = Effect.fnUntraced(function* (project: Project, share: number) {
  const history = yield* RunHistory
  const storeDir = yield* StoreLocation
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
    const opened = yield* Effect.exit(
      Effect.flatMap(Only.parse(run.only === "" ? [] : [run.only]), (only) =>
        open(project, {
          experiment: run.file,
          settings: Settings.recorded(run.settings),
          only: Only.selectionOf(only),
          force: [],
          fresh: true
        })
      )
    )
    if (Exit.isFailure(opened)) {
      unopened.push(`${run.experiment} could not be opened: ${reasonOf(toInfo(opened.cause))}`)
      continue
    }
    experiments.push(run.experiment)
    const one = yield* checkOne(opened.value, run.file, share).pipe(
      Effect.provide(executors(storeDir, opened.value, { jobs: 1, print: () => {} }))
    )
    known += one.known
    computed += one.computed
    different.push(...one.different)
  }
  const result: Recomputed = { experiments, unopened, known, computed, different }
  return result
})
