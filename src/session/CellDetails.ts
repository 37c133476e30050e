/** What there is to know of a cell beside its run: how its config differs from the baseline's, and how large its results are. */
import { Effect, Exit } from "effect"
import type { Cell } from "../declare/Experiment.ts"
import type { ArtifactHash } from "../domain/Hash.ts"
import type { CellDetail, ConfigDifference } from "../observe/RunControl.ts"
import type { DagNode } from "../plan/Dag.ts"
import { configDifferences, type ConfigDifference as FieldDifference } from "../plan/Difference.ts"
import { ArtifactStore } from "../store/index.ts"
import type { OpenedExperiment } from "./OpenExperiment.ts"

/** A cell's nodes by the names of their stages, in topological order. */
const byStage = ({ dag }: OpenedExperiment, cell: number): ReadonlyMap<string, ReadonlyArray<DagNode>> =>
  Map.groupBy(
    dag.nodes.filter((node) => node.cells.includes(cell)),
    (node) => node.stage.name
  )

const told = (stage: string, { from, path, to }: FieldDifference): ConfigDifference => ({
  path: path === "" ? stage : `${stage} ${path}`,
  ours: to,
  baseline: from
})

/** The cell of the baseline that agrees with this one on all other axes and in its seed. */
const baselineOf = (
  cells: ReadonlyArray<Cell>,
  { labels, seed }: Cell,
  baseline: { readonly [axis: string]: string }
): number =>
  cells.findIndex(
    (other) =>
      other.seed === seed &&
      Object.entries(labels).every(([axis, label]) => other.labels[axis] === (baseline[axis] ?? label))
  )

const configOf = (opened: OpenedExperiment, cellId: string): CellDetail["config"] => {
  const { cells } = opened.dag
  const baseline = opened.expansion.table?.baseline
  const at = cells.findIndex(({ id }) => id === cellId)
  const cell = cells[at]
  if (baseline === undefined || cell === undefined) return null
  const other = baselineOf(cells, cell, baseline)
  if (other < 0) return null
  const [ours, theirs] = [byStage(opened, at), byStage(opened, other)]
  const differences = [...new Set([...theirs.keys(), ...ours.keys()])].flatMap(
    (stage): ReadonlyArray<ConfigDifference> => {
      const [left = [], right = []] = [theirs.get(stage), ours.get(stage)]
      if (left.length === 0) return [{ path: stage, ours: "a stage of its own", baseline: undefined }]
      if (right.length === 0) return [{ path: stage, ours: undefined, baseline: "a stage of its own" }]
      return right.flatMap((node, index) => {
        const before = left[Math.min(index, left.length - 1)]
        return before === undefined || before === node
          ? []
          : configDifferences(before.config, node.config).map((each) => told(stage, each))
      })
    }
  )
  return { baseline: Object.values(baseline).join(" "), differences }
}

/** `opened`: the experiment, where it is at hand. */
export const detailOf = Effect.fnUntraced(function* (
  opened: OpenedExperiment | undefined,
  cellId: string,
  results: ReadonlyMap<string, ArtifactHash>
) {
  const artifacts = yield* ArtifactStore
  const bytes = new Map<string, number>()
  for (const [node, hash] of results) {
    const stat = yield* Effect.exit(artifacts.stat(hash))
    if (Exit.isSuccess(stat)) bytes.set(node, stat.value.size)
  }
  const detail: CellDetail = { config: opened === undefined ? null : configOf(opened, cellId), bytes }
  return detail
})
