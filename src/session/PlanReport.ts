/** A plan told to a person: what would run, the first reason a stage, and the time it should take. */
import { Effect } from "effect"
import { estimate } from "../plan/Estimate.ts"
import type { NodeStatus, Plan } from "../plan/Plan.ts"
import { Store } from "../store/index.ts"
import { teller, tracesFor } from "./Explanations.ts"
import type { OpenedExperiment } from "./OpenExperiment.ts"

export interface StageCounts {
  readonly stage: string
  hit: number
  run: number
  undecided: number
}

const countsByStage = (plan: Plan): ReadonlyArray<StageCounts> => {
  const counts = new Map<string, StageCounts>()
  for (const node of plan.dag.nodes) {
    const of = counts.get(node.stage.name) ?? { stage: node.stage.name, hit: 0, run: 0, undecided: 0 }
    of[plan.status[node.index] as NodeStatus]++
    counts.set(node.stage.name, of)
  }
  return [...counts.values()]
}

/** Reports on an opened experiment; times are in milliseconds, for the given number of workers. */
export const of = Effect.fnUntraced(function* (opened: OpenedExperiment, jobs: number) {
  const store = yield* Store
  const { plan } = opened
  const durations = store.durations()
  const { unknown, wallMs, workMs } = estimate(plan, (stage) => durations.get(stage)?.meanMs, jobs)
  const stages = countsByStage(plan)
  const told = teller(opened, yield* tracesFor(plan.counts.run === 0 ? [] : plan.dag.nodes))
  return {
    experiment: opened.experiment.name,
    nodes: plan.dag.nodes.length,
    cells: plan.dag.cells.length,
    ...plan.counts,
    /** Nodes without history are left out of the times and counted as `unknown`. */
    estimate: { jobs, wallMs: Math.round(wallMs), workMs: Math.round(workMs), unknown },
    stages,
    plan: plan.dag.nodes.map((node) => ({
      node: node.id,
      stage: node.stage.name,
      status: plan.status[node.index],
      key: plan.keys[node.index] ?? null,
      artifact: plan.artifacts[node.index] ?? null,
      cells: node.cells.length
    })),
    /** One a stage: the first of its nodes that runs. */
    reasons: stages.flatMap(({ stage }) => {
      const index = plan.dag.nodes.findIndex((node) => node.stage.name === stage && plan.status[node.index] === "run")
      return index < 0 ? [] : [{ stage, explanation: told(index) }]
    })
  }
})
