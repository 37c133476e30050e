/** How long a plan should take, from the durations of earlier executions. */
import type { Plan } from "./Plan.ts"

export interface Estimate {
  /** Milliseconds of wall time with the given number of workers. */
  readonly wallMs: number
  /** Milliseconds of work. */
  readonly workMs: number
  /** Nodes that may run and have no history: the estimate leaves them out. */
  readonly unknown: number
}

/** Mean duration in milliseconds of a stage's executions, or undefined where there is none. */
export type MeanDuration = (stage: string) => number | undefined

/**
 * For every node the length of the longest chain of work from it to the end (itself included), in milliseconds;
 * nodes without history count as `unknownMs`. The scheduler starts the longest first.
 */
export const criticalPaths = (plan: Plan, mean: MeanDuration, unknownMs = 1000): Float64Array => {
  const { nodes } = plan.dag
  const longest = new Float64Array(nodes.length)
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index]
    if (node === undefined) continue
    const own = plan.status[index] === "hit" ? 0 : (mean(node.stage.name) ?? unknownMs)
    const total = own + (longest[index] ?? 0)
    longest[index] = total
    for (const input of node.inputs)
      if (input._tag === "Node" && total > (longest[input.index] ?? 0)) longest[input.index] = total
  }
  return longest
}

/** Work divided by workers, but no less than the longest chain; undecided nodes count as if they ran. */
export const estimate = (plan: Plan, mean: MeanDuration, jobs: number): Estimate => {
  let workMs = 0
  let unknown = 0
  for (const node of plan.dag.nodes) {
    if (plan.status[node.index] === "hit") continue
    const ms = mean(node.stage.name)
    if (ms === undefined) unknown++
    else workMs += ms
  }
  const longest = criticalPaths(plan, mean, 0).reduce((a, b) => Math.max(a, b), 0)
  return { wallMs: Math.max(workMs / jobs, longest), workMs, unknown }
}

/** A chain of work shorter than this share of the whole run counts as the tail of its cell. */
const tailShare = 0.01

/**
 * What the scheduler goes by: a larger number starts first. The longest chains start first, which keeps all workers
 * busy to the end; but short tails go before them, so that cells are finished as the run goes and an interruption
 * leaves whole ones. Where nothing has history, what is nearest to its end goes first.
 */
export const priorities = (plan: Plan, mean: MeanDuration, jobs: number): Float64Array => {
  const { nodes } = plan.dag
  const isKnown = nodes.some((node) => plan.status[node.index] !== "hit" && mean(node.stage.name) !== undefined)
  const chains = criticalPaths(plan, mean)
  if (!isKnown) return chains.map((chain) => -chain)
  const tailMs = estimate(plan, mean, jobs).wallMs * tailShare
  return chains.map((chain) => (chain <= tailMs ? Number.MAX_SAFE_INTEGER - chain : chain))
}
