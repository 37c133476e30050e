/** A run so far: what its readers show. Made from events by `Fold.step`; every value is immutable. */
import type { Metrics } from "../domain/Metrics.ts"
import type { RunEventOf } from "../domain/RunEvent.ts"
import type { CellProgress, CellState } from "./CellProgress.ts"
import type { NodeProgress, NodeState } from "./NodeProgress.ts"
import type { Plan } from "./Plan.ts"
import * as RunLog from "./RunLog.ts"
import type { StageProgress } from "./StageProgress.ts"
import * as Vector from "./Vector.ts"

export type NodeCounts = { readonly [S in NodeState]: number }
export type CellCounts = { readonly [S in CellState]: number }

export const noNodes: NodeCounts = { waiting: 0, running: 0, cached: 0, succeeded: 0, failed: 0, skipped: 0 }
export const noCells: CellCounts = { waiting: 0, running: 0, computed: 0, cached: 0, failed: 0, skipped: 0 }

export interface Progress {
  /** null before `RunStarted`. */
  readonly plan: Plan | null
  /** By node index, as in `plan.nodes`. */
  readonly nodes: Vector.Vector<NodeProgress>
  /** By cell index, as in `plan.cells`. */
  readonly cells: Vector.Vector<CellProgress>
  /** By variant index, as in `plan.variants`: its cells by state. */
  readonly variants: Vector.Vector<CellCounts>
  /** By stage index, as in `plan.stages`. */
  readonly stages: Vector.Vector<StageProgress>
  /** Nodes by state; they always sum to the plan's nodes. */
  readonly nodeCounts: NodeCounts
  /** Cells by state; they always sum to the plan's cells. */
  readonly cellCounts: CellCounts
  /** Indices of running nodes. A node keeps its place while it runs; a free place is -1. */
  readonly slots: ReadonlyArray<number>
  /** Indices of the nodes that failed for good, oldest first. */
  readonly failures: Vector.Vector<number>
  /** Attempts that failed and were repeated. */
  readonly retries: number
  /** Estimated and measured time of the finished nodes that had an estimate: how far history can be trusted. */
  readonly calibration: { readonly estimatedMs: number; readonly measuredMs: number }
  /** By cell index: its metrics; null where it has none yet. */
  readonly metrics: Vector.Vector<Metrics | null>
  /** What stages printed. */
  readonly log: RunLog.RunLog
  /** What the cached nodes would have taken, by the history of their stages. */
  readonly savedMs: number
  /** Nothing new is begun at present. */
  readonly isPaused: boolean
  /** A stop was asked for; null: none was. */
  readonly stopping: "when stages end" | "at once" | null
  /** Who computes, where workers elsewhere do; else empty. */
  readonly workers: string
  /** Between two runs of a watched experiment: what is waited for or changed. */
  readonly watching: string | null
  /** Time of the latest event, milliseconds since the Unix epoch. */
  readonly at: number
  /** The last event, once the run is over. */
  readonly outcome: RunEventOf<"RunFinished"> | null
}

export const initial: Progress = {
  plan: null,
  nodes: Vector.empty,
  cells: Vector.empty,
  variants: Vector.empty,
  stages: Vector.empty,
  nodeCounts: noNodes,
  cellCounts: noCells,
  slots: [],
  failures: Vector.empty,
  retries: 0,
  calibration: { estimatedMs: 0, measuredMs: 0 },
  metrics: Vector.empty,
  log: RunLog.empty,
  savedMs: 0,
  isPaused: false,
  stopping: null,
  workers: "",
  watching: null,
  at: 0,
  outcome: null
}

/** Nodes whose result is there or that failed: what was skipped is not done. */
export const finishedNodes = ({ nodeCounts: { cached, failed, succeeded } }: Progress): number =>
  cached + failed + succeeded

export const isFinished = (progress: Progress): boolean => progress.outcome !== null
