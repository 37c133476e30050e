/** How far a stage is, and what is known of its durations: the estimates of its unfinished nodes and what this run has measured. */
import type { NodeState } from "./NodeProgress.ts"

export interface StageProgress {
  /** Its nodes. */
  readonly total: number
  readonly cached: number
  readonly failed: number
  readonly skipped: number
  readonly running: number
  /** Sum of the estimates of unfinished nodes, milliseconds. */
  readonly expectedMs: number
  /** Unfinished nodes without an estimate. */
  readonly unknown: number
  /** Nodes that succeeded in this run, and their time together. */
  readonly measured: number
  readonly measuredMs: number
}

export const idle: StageProgress = {
  total: 0,
  cached: 0,
  failed: 0,
  skipped: 0,
  running: 0,
  expectedMs: 0,
  unknown: 0,
  measured: 0,
  measuredMs: 0
}

/** The stage after one of its nodes went from one state to another. */
export const moved = (stage: StageProgress, from: NodeState, to: NodeState): StageProgress => {
  const change = (state: NodeState) => (to === state ? 1 : 0) - (from === state ? 1 : 0)
  return {
    ...stage,
    cached: stage.cached + change("cached"),
    failed: stage.failed + change("failed"),
    skipped: stage.skipped + change("skipped"),
    running: stage.running + change("running")
  }
}

/** Its nodes whose result is there. */
export const done = ({ cached, measured }: StageProgress): number => cached + measured

/** The stage after `count` (1 or -1) unfinished nodes with this estimate have come. */
export const expect = (stage: StageProgress, estimateMs: number | null, count: 1 | -1): StageProgress =>
  estimateMs === null
    ? { ...stage, unknown: stage.unknown + count }
    : { ...stage, expectedMs: Math.max(0, stage.expectedMs + count * estimateMs) }

export const measure = (stage: StageProgress, durationMs: number): StageProgress => ({
  ...stage,
  measured: stage.measured + 1,
  measuredMs: stage.measuredMs + durationMs
})
