/** `graph`: which stage feeds which. Runs nothing, and needs no store. */
import { Effect } from "effect"
import { type StageGraph, stageGraph } from "../../plan/StageGraph.ts"
import type { Asked } from "../Asked.ts"
import type { CommandError } from "../CommandError.ts"
import { dagOf, requestOf } from "../OpenExperiment.ts"
import * as Project from "../Project.ts"

/** What {@link graph} gives. */
export interface GraphReport {
  readonly experiment: string
  readonly nodes: number
  readonly stages: number
  readonly cells: number
  /** A box for every stage, with the number of its nodes, and for every file of the user. */
  readonly graph: StageGraph
}

/** Draws which stage feeds which in the cells that are asked for. Runs nothing. */
export const graph = (options: Omit<Asked, "force">): Effect.Effect<GraphReport, CommandError> =>
  Effect.gen(function* () {
    const { dag, experiment } = yield* dagOf(yield* Project.find(options), requestOf(options))
    return {
      experiment: experiment.name,
      nodes: dag.nodes.length,
      stages: dag.stages.length,
      cells: dag.cells.length,
      graph: stageGraph(dag)
    }
  }).pipe(Effect.withSpan("ablate.graph"))
