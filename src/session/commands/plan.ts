/** `plan`: what would run, why, and the time it should take. Runs nothing. */
import { availableParallelism } from "node:os"
import { Effect } from "effect"
import type { ArtifactHash, Key } from "../../domain/Hash.ts"
import { estimate } from "../../plan/Estimate.ts"
import type { NodeStatus, Plan } from "../../plan/Plan.ts"
import { TraceStore } from "../../store/index.ts"
import type { Asked } from "../Asked.ts"
import * as Cache from "../Cache.ts"
import type { CommandError } from "../CommandError.ts"
import { told, tracesFor } from "../Explanations.ts"
import { type OpenedExperiment, open, requestOf } from "../OpenExperiment.ts"
import * as Project from "../Project.ts"
import type { ToldExplanation } from "../ToldExplanation.ts"

export interface PlanOptions extends Asked {
  /** The worker threads to reckon with; default one a core. */
  readonly jobs?: number | undefined
}

/** Nodes by what is known of them. */
interface Counts {
  readonly hit: number
  readonly run: number
  readonly undecided: number
}

/** What {@link plan} gives: counts of nodes, in all and by stage, and every node. */
export interface PlanReport extends Counts {
  readonly experiment: string
  readonly nodes: number
  readonly cells: number
  /** Milliseconds. Nodes without history are left out of the times and counted as `unknown`. */
  readonly estimate: {
    readonly jobs: number
    readonly wallMs: number
    readonly workMs: number
    readonly unknown: number
  }
  readonly stages: ReadonlyArray<Counts & { readonly stage: string }>
  readonly plan: ReadonlyArray<{
    readonly node: string
    readonly stage: string
    readonly status: NodeStatus
    readonly key: Key | null
    readonly artifact: ArtifactHash | null
    /** How many need it. */
    readonly cells: number
  }>
  /** One a stage: the first of its nodes that runs. */
  readonly reasons: ReadonlyArray<{ readonly stage: string; readonly explanation: ToldExplanation }>
}

const countsByStage = (plan: Plan): PlanReport["stages"] => {
  const counts = new Map<string, { readonly stage: string; hit: number; run: number; undecided: number }>()
  for (const node of plan.dag.nodes) {
    const of = counts.get(node.stage.name) ?? { stage: node.stage.name, hit: 0, run: 0, undecided: 0 }
    of[plan.status[node.index] as NodeStatus]++
    counts.set(node.stage.name, of)
  }
  return [...counts.values()]
}

const reportOn = Effect.fnUntraced(function* (opened: OpenedExperiment, jobs: number) {
  const traces = yield* TraceStore
  const { plan } = opened
  const durations = yield* traces.durations
  const { unknown, wallMs, workMs } = estimate(plan, (stage) => durations.get(stage)?.meanMs, jobs)
  const stages = countsByStage(plan)
  const known = yield* tracesFor(plan.counts.run === 0 ? [] : plan.dag.nodes)
  const firsts = stages.flatMap(({ stage }) => {
    const index = plan.dag.nodes.findIndex((node) => node.stage.name === stage && plan.status[node.index] === "run")
    return index < 0 ? [] : [index]
  })
  const explanations = yield* told(opened, known, firsts)
  const report: PlanReport = {
    experiment: opened.experiment.name,
    nodes: plan.dag.nodes.length,
    cells: plan.dag.cells.length,
    ...plan.counts,
    estimate: { jobs, wallMs: Math.round(wallMs), workMs: Math.round(workMs), unknown },
    stages,
    plan: plan.dag.nodes.map((node) => ({
      node: node.id,
      stage: node.stage.name,
      status: plan.status[node.index] as NodeStatus,
      key: plan.keys[node.index] ?? null,
      artifact: plan.artifacts[node.index] ?? null,
      cells: node.cells.length
    })),
    reasons: explanations.map((explanation) => ({ stage: explanation.stage, explanation }))
  }
  return report
})

/** Tells what a run would do. Runs nothing. */
export const plan = (options: PlanOptions): Effect.Effect<PlanReport, CommandError> =>
  Effect.flatMap(Project.find(options), (project) =>
    open(project, requestOf(options)).pipe(
      Effect.flatMap((opened) => reportOn(opened, options.jobs ?? availableParallelism())),
      Effect.provide(Cache.layer(project))
    )
  ).pipe(Effect.withSpan("ablate.plan"))
