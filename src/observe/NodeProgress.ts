/** How far one node is. */
import type { ArtifactHash, Key } from "../domain/Hash.ts"
import type { FailureInfo } from "../domain/RunEvent.ts"
import type { Curves } from "./Curve.ts"

export type NodeState = "waiting" | "running" | "cached" | "succeeded" | "failed" | "skipped"

export const NODE_STATES: ReadonlyArray<NodeState> = ["waiting", "running", "cached", "succeeded", "failed", "skipped"]

/** The latest report from inside a stage: epoch 12 of 200, loss 0.31. */
export interface Report {
  readonly current: number
  readonly total: number | null
  readonly unit: string
  readonly metrics: { readonly [name: string]: number }
}

export interface NodeResult {
  readonly key: Key
  readonly artifact: ArtifactHash
  /** null for a cached one: the event does not say. */
  readonly bytes: number | null
}

export interface NodeProgress {
  readonly state: NodeState
  /** 0 before the first start. */
  readonly attempt: number
  /** Who ran it last. */
  readonly worker: number | null
  /** The worker process elsewhere that this one is of; null for the run's own. */
  readonly host: string | null
  /** Start of the latest attempt, milliseconds since the Unix epoch. */
  readonly startedAt: number | null
  readonly durationMs: number | null
  readonly report: Report | null
  /** The latest failure: also of an attempt that is repeated. */
  readonly failure: FailureInfo | null
  /** Why it ran, in a word or line; null where it did not. */
  readonly reason: string | null
  /** What it came to; null before. */
  readonly result: NodeResult | null
  /** The figures of its reports, of the latest attempt. */
  readonly curves: Curves
}

export const idle: NodeProgress = {
  state: "waiting",
  attempt: 0,
  worker: null,
  host: null,
  startedAt: null,
  durationMs: null,
  report: null,
  failure: null,
  reason: null,
  result: null,
  curves: []
}

/** Part done in [0, 1], as far as the stage reports it; 0 where it does not. */
export const part = (node: NodeProgress): number => {
  const report = node.report
  if (node.state !== "running" || report === null || report.total === null || report.total <= 0) return 0
  return Math.min(1, Math.max(0, report.current / report.total))
}
