/** Explanations of the nodes that the person names. */
import { Effect } from "effect"
import { teller, tracesFor } from "./Explanations.ts"
import * as Only from "./Only.ts"
import type { OpenedExperiment } from "./OpenExperiment.ts"
import { didYouMean, UsageError } from "./UsageError.ts"

/** Whether the text names labels of a cell, joined by `/`; a label may hold `/` itself. */
const isRow = (text: string, labels: ReadonlyArray<string>): boolean =>
  labels.some(
    (label) => text === label || (text.startsWith(`${label}/`) && isRow(text.slice(label.length + 1), labels))
  )

/** The nodes that the person means: those of cells, of a table row, of a stage, or one node by its id. */
const select = Effect.fnUntraced(function* (opened: OpenedExperiment, what: string) {
  const { cells, nodes } = opened.dag
  const byNode = nodes.filter((node) => node.id === what || node.stage.name === what)
  if (byNode.length > 0) return byNode.map((node) => node.index)
  let chosen = cells.flatMap((cell, at) => (isRow(what, Object.values(cell.labels)) ? [at] : []))
  if (chosen.length === 0 && what.includes("=")) {
    const selection = yield* Only.parse([what], "the cell")
    const points = cells.map((cell) => cell.point)
    yield* Only.check(selection, points, "the cell")
    chosen = cells.flatMap((cell, at) => (Only.matches(selection, cell.point) ? [at] : []))
  }
  if (chosen.length === 0) {
    const stages = opened.dag.stages.map((stage) => stage.name)
    return yield* new UsageError({
      text: `"${what}" is no cell, row, stage or node of ${opened.experiment.name}.${didYouMean(what, [
        ...stages,
        ...cells.map((cell) => cell.id)
      ])} Its stages are ${stages.join(", ")}; a cell is written ${cells[0]?.id ?? "axis=value"}`
    })
  }
  const wanted = new Set(chosen)
  return nodes.flatMap((node) => (node.cells.some((cell) => wanted.has(cell)) ? [node.index] : []))
})

/** One explanation a node, in topological order. */
export const explanationsOf = Effect.fnUntraced(function* (opened: OpenedExperiment, what: string) {
  const chosen = yield* select(opened, what)
  return chosen.map(teller(opened, yield* tracesFor(opened.dag.nodes)))
})
