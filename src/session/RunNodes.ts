/** The nodes of a run that are meant by a cell, a row of the table, a stage or their own id. */
import { Effect } from "effect"
import * as CellId from "../domain/CellId.ts"
import type { RunEventOf } from "../domain/RunEvent.ts"
import { isRow, type WhyTarget } from "./commands/why.ts"
import * as Only from "./Only.ts"
import { didYouMean, UsageError } from "./UsageError.ts"

type Started = RunEventOf<"RunStarted">

const chosenCells = Effect.fnUntraced(function* ({ cells, experiment, nodes, runId }: Started, what: WhyTarget) {
  if (what._tag === "Cells") {
    const selection = Only.selectionOf(what.only)
    const points = cells.map(({ id }) => CellId.labelsOf(id))
    yield* Only.check(selection, points, "the cell")
    const chosen = points.flatMap((point, at) => (Only.matches(selection, point) ? [at] : []))
    if (chosen.length > 0) return chosen
    return yield* new UsageError({ text: `no cell of run ${runId} has all of ${Only.format(selection)}` })
  }
  const chosen = cells.flatMap(({ labels }, at) => (isRow(what.name, Object.values(labels)) ? [at] : []))
  if (chosen.length > 0) return chosen
  const stages = [...new Set(nodes.map(({ stage }) => stage))]
  return yield* new UsageError({
    text: `"${what.name}" is no cell, row, stage or node of run ${runId} of ${experiment}.${didYouMean(what.name, [
      ...stages,
      ...cells.map(({ id }) => id)
    ])} Its stages are ${stages.join(", ")}; a cell is written ${cells[0]?.id ?? "axis=value"}`
  })
})

/** Their ids. */
export const nodesMeant = Effect.fnUntraced(function* (started: Started, what: WhyTarget) {
  const { nodes } = started
  const named = nodes.filter(({ id, stage }) => what._tag === "Named" && (id === what.name || stage === what.name))
  const cells = named.length > 0 ? undefined : new Set(yield* chosenCells(started, what))
  const meant = cells === undefined ? named : nodes.filter((node) => node.cells.some((cell) => cells.has(cell)))
  return new Set(meant.map(({ id }) => id))
})
