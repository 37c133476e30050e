/**
 * Whether the metrics that a table asks for are ever measured. Types refuse a column that no stage declares; where nobody
 * checked them, it is refused before anything runs. Metrics by `Artifact.json` have names that only their values say.
 */
import { Result, Schema } from "effect"
import type { Artifact } from "../declare/Artifact.ts"
import type { Cell } from "../declare/Experiment.ts"
import type { SeedPlan } from "../domain/SeedRule.ts"
import { TableSpec } from "../domain/TableSpec.ts"
import { didYouMean } from "./UsageError.ts"

/** What a table asks for, each with what asks. */
const askedBy = ({ claims = [], columns }: TableSpec): ReadonlyArray<readonly [metric: string, what: string]> => [
  ...columns.map(({ label, metric }) => [metric, `column "${label}"`] as const),
  ...columns.flatMap(({ beside, label }) =>
    beside === undefined ? [] : [[beside.metric, `figure beside column "${label}"`] as const]
  ),
  ...claims.map(({ metric, text }) => [metric, `claim "${text}"`] as const)
]

/** The metrics that these cells declare; undefined where one says its names with its values only. */
const declaredBy = (cells: ReadonlyArray<Cell>): ReadonlySet<string> | undefined => {
  const outputs = new Set<Artifact<unknown>>()
  for (const cell of cells) {
    const { metrics } = cell.outputs
    if (metrics?._tag === "StageNode") outputs.add(metrics.stage.output)
  }
  const names = new Set<string>()
  for (const output of outputs) {
    if (output.names === undefined) return undefined
    for (const name of output.names) names.add(name)
  }
  return names
}

const decode = Schema.decodeUnknownResult(TableSpec)

/** Why what is declared is no table, where no types refused it: else a run would go to its end before it is seen. */
export const tableProblem = (table: unknown): string | undefined => {
  const decoded = table === null ? undefined : decode(table)
  return decoded === undefined || Result.isSuccess(decoded)
    ? undefined
    : `its table is none: ${decoded.failure.message.replace(/\s*\n\s*/g, " ")}`
}

/** What is wrong with a table's columns, given all cells of the grid; undefined where nothing is. */
export const columnProblem = (table: TableSpec | null, cells: ReadonlyArray<Cell>): string | undefined => {
  const names = table === null ? undefined : declaredBy(cells)
  if (table === null || names === undefined) return undefined
  const missing = askedBy(table).find(([metric]) => !names.has(metric))
  if (missing === undefined) return undefined
  const [metric, what] = missing
  const known = [...names].sort()
  return names.size === 0
    ? `the table's ${what} asks for the metric "${metric}", and the pipeline has no output \`metrics\``
    : `the table's ${what} asks for the metric "${metric}", which no stage declares.${didYouMean(metric, known)} Declared are ${known.join(", ")}`
}

/** Whether a rule for adding seeds looks at a metric that is measured; undefined where it does. */
export const seedProblem = (seeds: SeedPlan | null, cells: ReadonlyArray<Cell>): string | undefined => {
  const names = seeds === null ? undefined : declaredBy(cells)
  if (seeds === null || names === undefined || names.has(seeds.rule.metric)) return undefined
  const { metric } = seeds.rule
  const known = [...names].sort()
  return names.size === 0
    ? `seeds.until looks at the metric "${metric}", and the pipeline has no output \`metrics\``
    : `seeds.until looks at the metric "${metric}", which no stage declares.${didYouMean(metric, known)} Declared are ${known.join(", ")}`
}
