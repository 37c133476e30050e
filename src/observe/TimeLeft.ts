/** How long a run still takes. */
import * as Node from "./NodeProgress.ts"
import type { Plan } from "./Plan.ts"
import type { Progress } from "./Progress.ts"
import type { StageProgress } from "./StageProgress.ts"
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
 * the longest one running. A node's time is its estimate corrected by this run's pace; once it reports how far it is, its own
 * pace; without history a guess, which is told as soon as this run has computed anything. null before.
 */
export const timeLeftMs = (progress: Progress, now: number): number | null => {
  const { plan } = progress
  if (plan === null) return null
  if (progress.outcome !== null) return 0
  const stages = progress.stages.chunks.flat()
  const running = runningNodes(progress, plan, now)
  const pace = calibration(progress)
  const guesses = guessesOf(stages, running)
  let left = 0
  for (const [index, stage] of stages.entries()) {
    left += stage.expectedMs * pace
    if (stage.unknown === 0) continue
    const each = guesses(index)
    if (each === null) return null
    left += stage.unknown * each
  }
  let longest = 0
  for (const { estimateMs, part, spent, stage } of running) {
    const expected = estimateMs !== null ? estimateMs * pace : (guesses(stage) ?? 0)
    const remaining = part >= TRUSTED_PART ? (spent * (1 - part)) / part : Math.max(0, expected - spent)
    left += remaining - expected
    longest = Math.max(longest, remaining)
  }
  const unfinished = progress.nodeCounts.waiting + progress.nodeCounts.running
  return Math.max(longest, left / Math.max(1, Math.min(plan.jobs, unfinished)))
}

interface Running {
  readonly stage: number
  readonly estimateMs: number | null
  readonly spent: number
  /** Part done, in [0, 1]. */
  readonly part: number
}

const runningNodes = (progress: Progress, plan: Plan, now: number): ReadonlyArray<Running> =>
  progress.slots.flatMap((index) => {
    const node = Vector.get(progress.nodes, index)
    const info = plan.nodes[index]
    if (node === undefined || info === undefined) return []
    const spent = Math.max(0, now - (node.startedAt ?? now))
    return [{ stage: plan.stageOf[index] ?? 0, estimateMs: info.estimateMs, spent, part: Node.part(node) }]
  })

/**
 * How long a node of a stage takes of which there is no history: the mean of those that this run has computed, else what those
 * that run come to by their own pace, else the mean of all that this run has computed, but no less than one of them runs already.
 */
const guessesOf = (
  stages: ReadonlyArray<StageProgress>,
  running: ReadonlyArray<Running>
): ((stage: number) => number | null) => {
  const measured = stages.reduce((sum, stage) => sum + stage.measured, 0)
  const measuredMs = stages.reduce((sum, stage) => sum + stage.measuredMs, 0)
  return (index) => {
    const stage = stages[index]
    if (stage !== undefined && stage.measured > 0) return stage.measuredMs / stage.measured
    const own = running.filter((node) => node.stage === index)
    const paced = own.filter(({ part }) => part >= TRUSTED_PART)
    if (paced.length > 0) return paced.reduce((sum, { part, spent }) => sum + spent / part, 0) / paced.length
    return measured === 0 ? null : own.reduce((most, { spent }) => Math.max(most, spent), measuredMs / measured)
  }
}
