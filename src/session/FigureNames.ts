/** Whether the figures of an experiment speak of what it has: columns, axes, outputs. What its types did not hold. */
import { Effect } from "effect"
import type { Expansion } from "../declare/Experiment.ts"
import type { FigureSpec } from "../domain/FigureSpec.ts"
import { didYouMean, UsageError } from "./UsageError.ts"

const metricsOf = (spec: FigureSpec): ReadonlyArray<string> => {
  switch (spec._tag) {
    case "forest":
    case "effects":
    case "sweep":
      return [spec.metric]
    case "tradeoff":
      return [spec.x.metric, spec.y.metric]
    case "scatter":
      return spec.metric === undefined ? [] : [spec.metric]
    case "curves":
      return []
  }
}

const axesOf = (spec: FigureSpec) => [...Object.keys(spec.where), ...(spec._tag === "sweep" ? [spec.axis] : [])]

/** A name that is not among those there are. */
const unknown = (what: string, name: string, known: ReadonlyArray<string>) =>
  `"${name}" is no ${what}.${didYouMean(name, known)} There ${known.length === 1 ? "is" : "are"} ${known.join(", ") || "none"}`

/** What is wrong with a figure's names; undefined where nothing is. `isWhole`: whether all cells of the grid are there. */
const problemOf = (spec: FigureSpec, { axes, cells, table }: Expansion, isWhole: boolean): string | undefined => {
  const axis = axesOf(spec).find((each) => !axes.includes(each))
  if (axis !== undefined) return unknown("axis of the grid", axis, axes)
  const metrics = metricsOf(spec)
  if (table === null)
    return metrics.length === 0 ? undefined : "it is drawn of the table, and the experiment declares none"
  const columns = table.columns.map((column) => column.metric)
  const metric = metrics.find((each) => !columns.includes(each))
  if (metric !== undefined) return unknown("column of the table", metric, columns)
  if (spec._tag === "forest" && table.baseline === undefined)
    return "it is of differences to the baseline, and the table names none; add `baseline: { … }`"
  if (spec._tag === "effects") {
    const { effects } = table
    if (effects === undefined)
      return "it is of main effects and interactions, and the table has none; add `effects: { factors: [ … ] }`"
    const factor = Object.keys(spec.where).find((each) => effects.factors.includes(each))
    if (factor !== undefined)
      return `"${factor}" is a factor: its effect is over all of its levels; \`where\` names axes that are no factors`
  }
  if (spec._tag === "tradeoff")
    for (const each of [spec.x, spec.y])
      if (each.better === undefined && table.columns.find(({ metric: id }) => id === each.metric)?.better === undefined)
        return `which figures of "${each.metric}" are the better ones is not said; give its column \`better: "higher"\` or "lower"`
  if ((spec._tag === "curves" || spec._tag === "scatter") && isWhole) {
    const outputs = [...new Set(cells.flatMap((cell) => Object.keys(cell.outputs)))]
    if (!outputs.includes(spec.from)) return unknown("output of the pipeline", spec.from, outputs)
  }
  return undefined
}

/** Fails with the first figure that names what is not there. */
export const checkFigures = (file: string, expansion: Expansion, isWhole: boolean): Effect.Effect<void, UsageError> => {
  for (const { spec } of expansion.drawn) {
    const problem = problemOf(spec, expansion, isWhole)
    if (problem !== undefined) return Effect.fail(new UsageError({ text: `${file}: figure ${spec.file}: ${problem}` }))
  }
  return Effect.void
}
