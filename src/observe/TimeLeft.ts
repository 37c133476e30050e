/** How long a run still takes. */
import * as Node from "./NodeProgress.ts"
import type { Plan } from "./Plan.ts"
import type { Progress } from "./Progress.ts"
import * as Vector from "./Vector.ts"

/** Milliseconds since the run began; the whole duration once it is over. `now`: milliseconds since the Unix epoch. */
export const elapsedMs = (progress: Progress, now: number): number =>
  progress.outcome !== null
    ? progress.outcome.durationMs
    : progress.plan === null
      ? 0
      : Math.max(0, now - progress.plan.startedAt)

/** Part done from which a node's own pace says more than history. */
const TRUSTED_PART = 0.05

/** Measured over estimated time so far, kept within a factor of 20: how much slower this machine is than history. */
const calibration = ({ calibration: { estimatedMs, measuredMs } }: Progress): number =>
  estimatedMs <= 0 ? 1 : Math.min(20, Math.max(0.05, measuredMs / estimatedMs))

/** What a running node takes in all, by its own pace; null where it reports too little. */
const ownTotalMs = (node: Node.NodeProgress, now: number): number | null => {
  const part = Node.part(node)
  return part >= TRUSTED_PART ? Math.max(0, now - (node.startedAt ?? now)) / part : null
}

/** By stage index the time of a node in this run: the mean of those that ended, else what the running ones show; null: unknown. */
const typicalMs = (progress: Progress, plan: Plan, now: number): ReadonlyArray<number | null> => {
  const paces = new Map<number, Array<number>>()
  for (const index of progress.slots) {
    const node = Vector.get(progress.nodes, index)
    const total = node === undefined ? null : ownTotalMs(node, now)
    const stage = plan.stageOf[index] ?? 0
    if (total !== null) paces.set(stage, [...(paces.get(stage) ?? []), total])
  }
  return Vector.toArray(progress.stages).map(({ measured, measuredMs }, stage) => {
    if (measured > 0) return measuredMs / measured
    const shown = paces.get(stage) ?? []
    return shown.length === 0 ? null : shown.reduce((sum, total) => sum + total, 0) / shown.length
  })
}

export interface TimeLeft {
  readonly ms: number
  /** Of some stages nothing is known yet: they come on top. */
  readonly isLeast: boolean
}

/**
 * What is left at `now`: what the unfinished nodes should take, spread over the jobs, but never less than the longest one
 * running. A node's time is its own pace once it runs and reports, else its estimate corrected by this run's pace, else what
 * its stage takes in this run. null as long as nothing is known.
 */
export const timeLeft = (progress: Progress, now: number): TimeLeft | null => {
  const { plan } = progress
  if (plan === null) return null
  if (progress.outcome !== null) return { ms: 0, isLeast: false }
  const pace = calibration(progress)
  const typical = typicalMs(progress, plan, now)
  let left = 0
  let known = 0
  let unknown = 0
  Vector.toArray(progress.stages).forEach((stage, index) => {
    const each = typical[index] ?? null
    left += stage.expectedMs * pace + (each === null ? 0 : stage.unknown * each)
    if (each === null) unknown += stage.unknown
    if (stage.expectedMs > 0 || (each !== null && stage.unknown > 0)) known++
  })
  let longest = 0
  for (const index of progress.slots) {
    const node = Vector.get(progress.nodes, index)
    const info = plan.nodes[index]
    if (node === undefined || info === undefined) continue
    const estimate = info.estimateMs === null ? null : info.estimateMs * pace
    const expected = estimate ?? typical[plan.stageOf[index] ?? 0] ?? 0
    const spent = Math.max(0, now - (node.startedAt ?? now))
    const remaining = Math.max(0, (ownTotalMs(node, now) ?? expected) - spent)
    left += remaining - expected
    longest = Math.max(longest, remaining)
  }
  if (unknown > 0 && known === 0) return null
  const unfinished = progress.nodeCounts.waiting + progress.nodeCounts.running
  return { ms: Math.max(longest, left / Math.max(1, Math.min(plan.jobs, unfinished))), isLeast: unknown > 0 }
}
