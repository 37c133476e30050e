/** How far one cell is: its nodes counted by state, and the effort done. */
import type { NodeState } from "./NodeProgress.ts"

/**
 * `failed`: a node the cell needs has failed. `skipped`: the run ended before the cell. `computed` and `cached`
 * are done; `cached` if nothing had to run. `running`: a node of its own is running.
 */
export type CellState = "waiting" | "running" | "computed" | "cached" | "failed" | "skipped"

export const CELL_STATES: ReadonlyArray<CellState> = ["waiting", "running", "computed", "cached", "failed", "skipped"]

export interface CellProgress {
  /** Nodes the cell needs. */
  readonly nodes: number
  /** Running nodes, without those that every variant needs. */
  readonly running: number
  readonly cached: number
  readonly succeeded: number
  readonly failed: number
  readonly skipped: number
  /** Effort of the nodes that are not cached; see `Plan.weights`. */
  readonly effort: number
  /** Effort done, running nodes counted by the part they report. */
  readonly done: number
}

export const idle: CellProgress = {
  nodes: 0,
  running: 0,
  cached: 0,
  succeeded: 0,
  failed: 0,
  skipped: 0,
  effort: 0,
  done: 0
}

export const state = (cell: CellProgress): CellState => {
  if (cell.failed > 0) return "failed"
  if (cell.skipped > 0) return "skipped"
  if (cell.cached + cell.succeeded === cell.nodes) return cell.succeeded > 0 ? "computed" : "cached"
  return cell.running > 0 ? "running" : "waiting"
}

/** Part of the cell's work that is done, in [0, 1]; what was cached is not counted as work. */
export const fraction = (cell: CellProgress): number =>
  cell.cached + cell.succeeded === cell.nodes
    ? 1
    : cell.effort <= 0
      ? 0
      : Math.min(1, Math.max(0, cell.done / cell.effort))

/** One node's state and reported part, as a cell counts them. */
export interface Contribution {
  readonly state: NodeState
  /** Part done while running, in [0, 1]. */
  readonly part: number
}

const effortDone = (node: Contribution, weight: number): number =>
  node.state === "succeeded" ? weight : node.state === "running" ? weight * node.part : 0

const is = (node: Contribution, wanted: NodeState): number => (node.state === wanted ? 1 : 0)

/** The cell after one of its nodes went from `before` to `after`. */
export const moved = (
  cell: CellProgress,
  before: Contribution,
  after: Contribution,
  weight: number,
  isCommon: boolean
): CellProgress => ({
  nodes: cell.nodes,
  running: isCommon ? cell.running : cell.running + is(after, "running") - is(before, "running"),
  cached: cell.cached + is(after, "cached") - is(before, "cached"),
  succeeded: cell.succeeded + is(after, "succeeded") - is(before, "succeeded"),
  failed: cell.failed + is(after, "failed") - is(before, "failed"),
  skipped: cell.skipped + is(after, "skipped") - is(before, "skipped"),
  effort: cell.effort - weight * (is(after, "cached") - is(before, "cached")),
  done: cell.done + effortDone(after, weight) - effortDone(before, weight)
})
