/** What a run set out to do, as its readers see it: the nodes, and the cells arranged as a matrix. Never changes during a run. */
import type { CellInfo, NodeInfo, RunEventOf } from "../domain/RunEvent.ts"

/** One row of the matrix. */
export interface Variant {
  readonly id: string
  /** Printed values in the order of `Plan.axes`; an axis the variant does not have is "". */
  readonly labels: ReadonlyArray<string>
  /** For each of `Plan.seeds` the index of the cell, or -1 where the grid has none. */
  readonly cells: ReadonlyArray<number>
}

export interface Plan {
  readonly runId: string
  readonly experiment: string
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number
  /** At least 1. */
  readonly jobs: number
  readonly axes: ReadonlyArray<string>
  readonly seeds: ReadonlyArray<number | null>
  readonly cells: ReadonlyArray<CellInfo>
  readonly nodes: ReadonlyArray<NodeInfo>
  readonly variants: ReadonlyArray<Variant>
  /** Cell index to variant index. */
  readonly variantOf: ReadonlyArray<number>
  readonly nodeIndex: ReadonlyMap<string, number>
  readonly stages: ReadonlyArray<string>
  /** Node index to stage index. */
  readonly stageOf: ReadonlyArray<number>
  /** Relative effort of every node (> 0): its estimate in milliseconds, or the mean of the known ones. */
  readonly weights: ReadonlyArray<number>
}

/** The position of every distinct key, in order of first appearance. */
const positions = <K>(keys: Iterable<K>): ReadonlyMap<K, number> => {
  const found = new Map<K, number>()
  for (const key of keys) if (!found.has(key)) found.set(key, found.size)
  return found
}

const weigh = (nodes: ReadonlyArray<NodeInfo>): ReadonlyArray<number> => {
  let sum = 0
  let known = 0
  for (const node of nodes) {
    if (node.estimateMs === null) continue
    sum += node.estimateMs
    known++
  }
  const mean = known === 0 ? 0 : sum / known
  // The added millisecond keeps a node that takes no time from weighing nothing.
  return nodes.map((node) => 1 + Math.max(0, node.estimateMs ?? mean))
}

export const fromStarted = (event: RunEventOf<"RunStarted">): Plan => {
  const { cells, nodes } = event
  const seedColumn = positions(
    cells.map((cell) => cell.seed).sort((a, b) => (a === null ? -1 : b === null ? 1 : a - b))
  )
  const variantRow = positions(cells.map((cell) => cell.variant))
  const stageIndex = positions(nodes.map((node) => node.stage))
  const variantOf = cells.map((cell) => variantRow.get(cell.variant) ?? 0)
  const variants = [...variantRow.keys()].map(
    (id): { id: string; labels: ReadonlyArray<string>; cells: Array<number> } => ({
      id,
      labels: [],
      cells: Array.from({ length: seedColumn.size }, () => -1)
    })
  )
  cells.forEach((cell, index) => {
    const variant = variants[variantOf[index] ?? 0]
    if (variant === undefined) return
    variant.labels = event.axes.map((axis) => cell.labels[axis] ?? "")
    variant.cells[seedColumn.get(cell.seed) ?? 0] = index
  })
  return {
    runId: event.runId,
    experiment: event.experiment,
    startedAt: event.at,
    jobs: Math.max(1, event.jobs),
    axes: event.axes,
    seeds: [...seedColumn.keys()],
    cells,
    nodes,
    variants,
    variantOf,
    nodeIndex: new Map(nodes.map((node, index) => [node.id, index])),
    stages: [...stageIndex.keys()],
    stageOf: nodes.map((node) => stageIndex.get(node.stage) ?? 0),
    weights: weigh(nodes)
  }
}

/** A node that every variant needs: shared preparation, which belongs to no cell in particular. */
export const isCommon = (plan: Plan, node: NodeInfo): boolean =>
  plan.variants.length > 1 && node.cells.length === plan.cells.length
