/** Whether stored results come out again: a sample of what the latest runs know is computed once more and compared. */
import { hash } from "node:crypto"
import { type Cause, Clock, Effect, Exit, Scope } from "effect"
import type { ArtifactHash } from "../domain/Hash.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import { Deadline } from "../execute/Deadline.ts"
import { toInfo } from "../execute/Failure.ts"
import * as InputCache from "../execute/InputCache.ts"
import { Owner } from "../execute/Owner.ts"
import { variablesOf } from "../execute/Run.ts"
import * as Services from "../execute/Services.ts"
import { attemptAs, type InputRef } from "../execute/StageRun.ts"
import { WorkerPool } from "../execute/WorkerPool.ts"
import type { DagNode } from "../plan/Dag.ts"
import { Store } from "../store/index.ts"
import * as Only from "./Only.ts"
import { type OpenedExperiment, open } from "./OpenExperiment.ts"
import type { Project } from "./Project.ts"
import type { Recomputed } from "./Recomputed.ts"
import * as Settings from "./Settings.ts"
import { workerEntry } from "./Version.ts"

/** By the key's own bits: the same share of the same store is always the same sample, and a larger share contains it. */
const isSampled = (key: string, share: number) => Number.parseInt(key.slice(0, 8), 16) / 2 ** 32 < share

const inputsOf = ({ externals, plan }: OpenedExperiment, node: DagNode): ReadonlyArray<InputRef> =>
  node.inputs.flatMap((wired, at): ReadonlyArray<InputRef> => {
    const name = node.inputNames[at] ?? ""
    if (wired >= 0) {
      const artifact = plan.artifacts[wired]
      return artifact === undefined ? [] : [{ name, artifact }]
    }
    const external = externals[-1 - wired]
    return external === undefined ? [] : [{ name, external }]
  })

/** The reason in one line. */
const reasonOf = (cause: Cause.Cause<unknown>) => toInfo(cause).message.split("\n")[0] ?? ""

/**
 * The hash of what a node gives now, after as many attempts as its stage has. Each runs where a run has it, and as there:
 * neither a crash nor, in a worker, an endless loop ends the check.
 */
const computing = Effect.fnUntraced(function* (opened: OpenedExperiment) {
  const store = yield* Store
  const pool = yield* WorkerPool
  const cache = InputCache.make()
  // Built where an inline stage asks for them, once; a layer that fails is a failure of those stages.
  const scope = yield* Effect.scope
  const services = yield* Effect.cached(
    Scope.provide(Services.build(opened.experiment.layer, variablesOf(opened)), scope)
  )
  const clock = yield* Clock.Clock
  const inline = (node: DagNode, deadline: Deadline | undefined): Effect.Effect<string, unknown> =>
    attemptAs(new Owner(node.stage.name), services, {
      stage: node.stage,
      config: node.config,
      inputs: inputsOf(opened, node),
      variables: opened.findStage(node.stage).variables ?? [],
      deadline,
      cache,
      read: store.getArtifact,
      report: () => Effect.void
    }).pipe(Effect.map((bytes) => hash("sha256", bytes)))
  const pooled = (node: DagNode, deadline: Deadline | undefined): Effect.Effect<string, unknown> =>
    Effect.map(
      pool.run(
        {
          ...opened.findStage(node.stage),
          config: node.config,
          inputs: inputsOf(opened, node),
          stage: node.stage.name,
          node: node.id,
          deadline
        },
        () => {},
        () => {}
      ),
      (encoded) => encoded.hash
    )
  const tried = (
    node: DagNode,
    left: number,
    deadline: Deadline | undefined
  ): Effect.Effect<Exit.Exit<string, unknown>> =>
    Effect.flatMap(Effect.exit((node.stage.pool === "inline" ? inline : pooled)(node, deadline)), (exit) =>
      Exit.isSuccess(exit) || left === 0 ? Effect.succeed(exit) : tried(node, left - 1, deadline)
    )
  return (node: DagNode) => tried(node, node.stage.retries, Deadline.of(node.stage.timeout, clock))
})

const checkOne = Effect.fnUntraced(function* (opened: OpenedExperiment, share: number) {
  const { experiment, plan } = opened
  const compute = yield* computing(opened)
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
    const found = yield* compute(node)
    if (Exit.isSuccess(found) && found.value === artifact) continue
    const now = Exit.isSuccess(found)
      ? `now ${found.value.slice(0, 12)}…`
      : `and now it fails: ${reasonOf(found.cause)}`
    different.push(`${experiment.name}, ${node.id}: stored ${artifact.slice(0, 12)}…, ${now}`)
  }
  return { known, computed, different }
}, Effect.scoped)

/** Computes the share (0 to 1] of the known nodes of every experiment's latest run again. Keeps none of the results. */
export const recompute = Effect.fnUntraced(function* (project: Project, share: number) {
  const store = yield* Store
  const latest = new Map<string, RunRecord>()
  for (const run of yield* store.runs(10_000)) {
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
      unopened.push(`${run.experiment} could not be opened: ${reasonOf(opened.cause)}`)
      continue
    }
    experiments.push(run.experiment)
    const one = yield* checkOne(opened.value, share).pipe(
      Effect.provide(
        WorkerPool.layer({
          size: 1,
          entry: workerEntry,
          init: {
            programUrl: opened.value.programUrl,
            programName: run.file,
            storeDir: store.dir,
            variables: variablesOf(opened.value)
          }
        })
      )
    )
    known += one.known
    computed += one.computed
    different.push(...one.different)
  }
  const result: Recomputed = { experiments, unopened, known, computed, different }
  return result
})
