/** What is known of a stage's durations: the estimates of its unfinished nodes and what this run has measured. */
export interface StageProgress {
  /** Sum of the estimates of unfinished nodes, milliseconds. */
  readonly expectedMs: number
  /** Unfinished nodes without an estimate. */
  readonly unknown: number
  /** Nodes that succeeded in this run, and their time together. */
  readonly measured: number
  readonly measuredMs: number
}

export const idle: StageProgress = { expectedMs: 0, unknown: 0, measured: 0, measuredMs: 0 }

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
