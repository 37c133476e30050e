/** What holds for all statistics of a table, and the sentences that say how to read them. */
import type { IntervalMethod, TableStatistics } from "../domain/ResultTable.ts"
import { formatFigure } from "./format/Figures.ts"
import type { ReportColumn, ReportRow } from "./ReportTable.ts"
import { detectableEffect, FEWEST_SEEDS, POWER } from "./statistics/index.ts"

const DEFAULT_DIGITS = 4

const median = (values: ReadonlyArray<number>): number | null => {
  const sorted = values.toSorted((left, right) => left - right)
  const upper = sorted[sorted.length >> 1]
  if (upper === undefined) return null
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[(sorted.length >> 1) - 1] ?? upper)) / 2
}

const differencesOf = (rows: ReadonlyArray<ReportRow>, column: string) =>
  rows.flatMap((row) => row.cells[column]?.difference ?? [])

/** The median over the rows of the smallest difference that each could have shown; null where none has a spread. */
export const smallestDifference = (rows: ReadonlyArray<ReportRow>, column: string): number | null =>
  median(
    differencesOf(rows, column).flatMap(({ n, se }) =>
      n < 2 || se === null || se === undefined ? [] : [detectableEffect(n) * Math.sqrt(n) * se]
    )
  )

/** Seeds from which on the smallest of `family` exact p-values can be below 0.05 after Holm's adjustment. */
export const seedsForFamily = (family: number): number | null => {
  if (family === 0) return null
  let seeds = FEWEST_SEEDS
  while (family * 2 ** (1 - seeds) >= 0.05) seeds += 1
  return seeds
}

const METHODS: { readonly [M in IntervalMethod]: string } = {
  t: "Student t",
  "logit-t": "t on logits (shares)",
  "log-t": "t on logarithms (durations)",
  "count-t": "t, out to whole numbers (counts)",
  wilson: "Wilson's (one share of independent rows)",
  "bootstrap-t": "t with the test rows' part of the variance from a bootstrap of their groups"
}

const headingOf = ({ group, label }: ReportColumn) => (group === undefined ? label : `${group} ${label}`)

const plural = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`

const intervals = (rows: ReadonlyArray<ReportRow>, columns: ReadonlyArray<ReportColumn>): ReadonlyArray<string> => {
  const cells = columns.map((column) => ({ column, cells: rows.flatMap((row) => row.cells[column.id] ?? []) }))
  const all = cells.flatMap((each) => each.cells)
  const methods = [...new Set(all.flatMap(({ interval }) => interval?.method ?? []))]
  const covering = cells.filter((each) => each.cells.some(({ interval }) => interval?.method === "bootstrap-t"))
  const by = all.find(({ interval }) => interval?.method === "bootstrap-t")?.interval?.groups
  const isEqual = all.some(({ ci95, n, sd }) => n > 1 && ci95 === null && sd === 0)
  return [
    ...(methods.length === 0
      ? []
      : [`95\u00A0% intervals of the mean: ${methods.map((method) => METHODS[method]).join("; ")}.`]),
    ...(covering.length === 0
      ? []
      : [
          `They cover seeds and test rows, grouped by ${by ?? "row"}, ${covering.length === columns.length ? "in every column" : `in ${covering.map(({ column }) => headingOf(column)).join(", ")}; seeds alone elsewhere`}.`
        ]),
    ...(isEqual ? ["A figure that is the same in every seed has no interval: that is no evidence of certainty."] : [])
  ]
}

const tests = (family: number, seeds: number, baseline: string): ReadonlyArray<string> => {
  if (family === 0) return []
  const needed = FEWEST_SEEDS - seeds
  const forFamily = seedsForFamily(family) ?? 0
  const floor = formatFigure(2 ** (1 - seeds), 4, true)
  return [
    `Differences from the baseline (${baseline}) are paired over shared seeds: exact sign-flip p, paired t p, and p by Holm over the table's family, its ${plural(family, "difference")} that have a p.`,
    ...(needed > 0
      ? [
          `With ${plural(seeds, "seed")} no exact p can be below ${floor}: it needs ${plural(needed, "more seed")} for any below .05, and ${forFamily} in all for one below .05 after Holm.`
        ]
      : seeds < forFamily
        ? [`With ${seeds} seeds no p can be below .05 after Holm: that takes ${forFamily}.`]
        : [])
  ]
}

const smallest = (columns: ReadonlyArray<ReportColumn>, seeds: number): ReadonlyArray<string> => {
  const parts = columns.flatMap((column) =>
    column.smallest === null || column.smallest === undefined
      ? []
      : [`${headingOf(column)} ${formatFigure(column.smallest, column.digits ?? DEFAULT_DIGITS, true)}`]
  )
  return parts.length === 0
    ? []
    : [
        `The smallest difference that could have been shown with ${plural(seeds, "seed")} (paired t at 5\u00A0%, power ${POWER * 100}\u00A0%, median over the rows): ${parts.join("; ")}.`
      ]
}

/** `family`: as Holm's adjustment counted it. */
export const tableStatistics = (
  rows: ReadonlyArray<ReportRow>,
  columns: ReadonlyArray<ReportColumn>,
  { baseline, family }: { readonly baseline: string; readonly family: number }
): TableStatistics => {
  const cells = rows.flatMap((row) => Object.values(row.cells))
  const seeds = cells.reduce((most, { difference }) => Math.max(most, difference?.n ?? 0), 0)
  return {
    family,
    seeds,
    seedsForFamily: seedsForFamily(family),
    sentences: [
      ...intervals(rows, columns),
      ...tests(family, seeds, baseline),
      ...smallest(columns, seeds),
      ...(cells.some(({ difference }) => difference?.rows !== undefined)
        ? [
            "McNemar's exact test of the same test rows, seed by seed, takes the rows as independent: where they come in groups, its p is too small."
          ]
        : []),
      ...(cells.some(({ best }) => best === true)
        ? [
            "Best of its column: only where the paired t p against each other row of the same baseline is below .05 after Holm over those rows."
          ]
        : [])
    ]
  }
}
