/** `why`: the smallest difference of nodes to the nearest earlier computation. */
import { relative } from "node:path"
import { Data, Effect } from "effect"
import type { Asked } from "../Asked.ts"
import * as Cache from "../Cache.ts"
import type { CommandError } from "../CommandError.ts"
import { told, tracesFor } from "../Explanations.ts"
import { failuresOf } from "../Failures.ts"
import * as Only from "../Only.ts"
import { type OpenedExperiment, open, requestOf } from "../OpenExperiment.ts"
import * as Project from "../Project.ts"
import { isRow } from "../Rows.ts"
import type { ToldExplanation } from "../ToldExplanation.ts"
import type { ToldFailure } from "../ToldFailure.ts"
import { didYouMean, UsageError } from "../UsageError.ts"

/** What is asked about: cells, or by its name a row of the table, a stage, or one node. */
export type WhyTarget =
  | { readonly _tag: "Cells"; readonly only: Only.Only }
  | { readonly _tag: "Named"; readonly name: string }

/** Makes a target: `WhyTarget.Cells({ only })`, `WhyTarget.Named({ name })`. */
export const WhyTarget: Data.TaggedEnum.Constructor<WhyTarget> = Data.taggedEnum<WhyTarget>()

/** Which nodes of which experiment. */
export interface WhyOptions extends Pick<Asked, "experiment" | "folder" | "set" | "store"> {
  readonly what: WhyTarget
}

/** What {@link why} gives. */
export interface WhyReport {
  readonly experiment: string
  /** In topological order. */
  readonly nodes: ReadonlyArray<ToldExplanation>
  /** Of those that are not known: how they failed when they were tried last. */
  readonly failures: ReadonlyArray<ToldFailure>
}

/** The cells that are meant, as indices. */
const chosenCells = Effect.fnUntraced(function* ({ dag, experiment }: OpenedExperiment, what: WhyTarget) {
  const { cells, stages } = dag
  if (what._tag === "Cells") {
    const selection = Only.selectionOf(what.only)
    const points = cells.map((cell) => cell.point)
    yield* Only.check(selection, points, "cell")
    const chosen = cells.flatMap((cell, at) => (Only.matches(selection, cell.point) ? [at] : []))
    if (chosen.length > 0) return chosen
    return yield* new UsageError({ text: `no cell of ${experiment.name} has all of ${Only.format(selection)}` })
  }
  const chosen = cells.flatMap((cell, at) => (isRow(what.name, Object.values(cell.labels)) ? [at] : []))
  if (chosen.length > 0) return chosen
  const names = stages.map((stage) => stage.name)
  return yield* new UsageError({
    text: `"${what.name}" is no cell, row, stage or node of ${experiment.name}.${didYouMean(what.name, [
      ...names,
      ...cells.map((cell) => cell.id)
    ])} Its stages are ${names.join(", ")}; a cell is written ${cells[0]?.id ?? "axis=value"}`
  })
})

/** The nodes that are meant: those of cells, of a table row, of a stage, or one node by its id. */
const select = Effect.fnUntraced(function* (opened: OpenedExperiment, what: WhyTarget) {
  const { nodes } = opened.dag
  const byNode = nodes.filter(
    (node) => what._tag === "Named" && (node.id === what.name || node.stage.name === what.name)
  )
  if (byNode.length > 0) return byNode.map((node) => node.index)
  const wanted = new Set(yield* chosenCells(opened, what))
  return nodes.flatMap((node) => (node.cells.some((cell) => wanted.has(cell)) ? [node.index] : []))
})

/** Explains, node by node, what differs from the nearest earlier computation. Runs nothing. */
export const why = (options: WhyOptions): Effect.Effect<WhyReport, CommandError> =>
  Effect.flatMap(Project.find(options), (project) =>
    Effect.gen(function* () {
      const opened = yield* open(project, requestOf(options))
      const chosen = yield* select(opened, options.what)
      const nodes = yield* told(opened, yield* tracesFor(opened.dag.nodes), chosen)
      const { cells, nodes: all } = opened.dag
      const unknown = chosen.flatMap((index) => (opened.plan.status[index] === "hit" ? [] : (all[index] ?? [])))
      const failures = yield* failuresOf(
        project,
        { name: opened.experiment.name, file: relative(project.root, opened.file) },
        unknown.map(({ cells: of, config, stage }) => ({
          stage: stage.name,
          cells: of.flatMap((at) => cells[at]?.id ?? []),
          config
        }))
      )
      return { experiment: opened.experiment.name, nodes, failures }
    }).pipe(Effect.provide(Cache.layer(project)))
  ).pipe(Effect.withSpan("ablate.why"))
