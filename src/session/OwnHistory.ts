/** What the cells of an experiment were computed by before: of a node the keys that its own cells had in earlier runs. */
import { Effect } from "effect"
import type { Key } from "../domain/Hash.ts"
import type { Dag, DagNode } from "../plan/Dag.ts"
import { type ExperimentId, RunHistory } from "../store/index.ts"

/** How many earlier runs are read at most, and in how many each cell has to be found for it to be enough. */
const mostRuns = 10
const enough = 2

const none: ReadonlyArray<Key> = []

/** The keys that all nodes of a node's cell had, those of the latest run first. */
export type OwnKeys = (node: DagNode) => ReadonlyArray<Key>

export const ownKeys = Effect.fnUntraced(function* (experiment: ExperimentId, dag: Dag) {
  const history = yield* RunHistory
  const byCell = new Map(dag.cells.map(({ id }): [string, Array<ReadonlyArray<Key>>] => [id, []]))
  for (const { id } of yield* history.runsOf(experiment, mostRuns)) {
    if ([...byCell.values()].every(({ length }) => length >= enough)) break
    const keys = yield* history.keysOf(id)
    for (const { cell, nodes } of yield* history.cellsOf(id))
      if (nodes.length > 0) byCell.get(cell)?.push(nodes.flatMap((index) => keys[index] ?? []))
  }
  const keysOf = new Map([...byCell].flatMap(([id, runs]) => (runs.length === 0 ? [] : [[id, runs.flat()] as const])))
  const own: OwnKeys = ({ cells }) => {
    for (const cell of cells) {
      const keys = keysOf.get(dag.cells[cell]?.id ?? "")
      if (keys !== undefined) return keys
    }
    return none
  }
  return own
})
