/** How long a run still takes. */
import * as Node from "./NodeProgress.ts"
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

/**
 * Milliseconds left at `now`: what the unfinished nodes should take, spread over the jobs, but never less than
 * the longest one running. A node's time is its estimate corrected by this run's pace, else the mean of its
 * stage in this run, else, once it runs and reports, its own pace. null as long as one of them is unknown.
 */
export const timeLeftMs = (progress: Progress, now: number): number | null => {
  const { plan } = progress
  if (plan === null) return null
  if (progress.outcome !== null) return 0
  const pace = calibration(progress)
  const unknown = new Map<number, number>()
  let left = 0
  progress.stages.chunks.flat().forEach((stage, index) => {
    left += stage.expectedMs * pace
    if (stage.unknown === 0) return
    if (stage.measured > 0) left += (stage.unknown * stage.measuredMs) / stage.measured
    else unknown.set(index, stage.unknown)
  })
  let longest = 0
  for (const index of progress.slots) {
    const node = Vector.get(progress.nodes, index)
    const info = plan.nodes[index]
    if (node === undefined || info === undefined) continue
    const stageIndex = plan.stageOf[index] ?? 0
    const stage = Vector.get(progress.stages, stageIndex)
    const expected =
      info.estimateMs !== null
        ? info.estimateMs * pace
        : stage !== undefined && stage.measured > 0
          ? stage.measuredMs / stage.measured
          : null
    const spent = Math.max(0, now - (node.startedAt ?? now))
    const part = Node.part(node)
    const ownPace = part >= TRUSTED_PART ? (spent * (1 - part)) / part : null
    if (expected === null) {
      if (ownPace === null) continue
      unknown.set(stageIndex, (unknown.get(stageIndex) ?? 0) - 1)
    }
    const remaining = ownPace ?? Math.max(0, (expected ?? 0) - spent)
    left += remaining - (expected ?? 0)
    longest = Math.max(longest, remaining)
  }
  for (const count of unknown.values()) if (count > 0) return null
  const unfinished = progress.nodeCounts.waiting + progress.nodeCounts.running
  return Math.max(longest, left / Math.max(1, Math.min(plan.jobs, unfinished)))
}
