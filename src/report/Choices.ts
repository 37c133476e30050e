/** What was chosen on the validation part, row by row: sentences for the table's notes. */
import * as CellId from "../domain/CellId.ts"
import type { Choice } from "../domain/Choice.ts"
import { formatFigure } from "./format/Figures.ts"
import { rangesOf } from "./Ranges.ts"

/** A cell that publishes a choice. */
export interface ChosenCell {
  readonly labels: Readonly<Record<string, string>>
  readonly seed: number | null
  readonly choice: Choice
}

const DIGITS = 4

const figure = (value: number): string => formatFigure(value, DIGITS, Math.abs(value) <= 1)

const seedsOf = (cells: ReadonlyArray<ChosenCell>): string =>
  rangesOf(cells.flatMap(({ seed }) => seed ?? []).sort((left, right) => left - right))

/** ` (seed 0, 2)`; nothing where there are no seeds, or all of them are meant. */
const inSeeds = (cells: ReadonlyArray<ChosenCell>, all: ReadonlyArray<ChosenCell>, axis: string): string => {
  const seeds = seedsOf(cells)
  return seeds === "" || cells.length === all.length ? "" : ` (${axis} ${seeds})`
}

/** Candidates, the most often chosen first, each with its seeds. */
const countsOf = (cells: ReadonlyArray<ChosenCell>, axis: string): string => {
  const groups = [...Map.groupBy(cells, ({ choice }) => choice.chosen)].sort(
    ([, left], [, right]) => right.length - left.length
  )
  return groups
    .map(([label, of]) =>
      cells.length === 1 ? label : `${label} in ${of.length} of ${cells.length}${inSeeds(of, cells, axis)}`
    )
    .join(", ")
}

const remarksOf = (cells: ReadonlyArray<ChosenCell>, axis: string): ReadonlyArray<string> => {
  const alone = cells.filter(({ choice }) => choice.candidates.length === 1)
  const defined = (choice: Choice) => choice.candidates.filter(({ value }) => value !== null).length
  const level = cells.filter(({ choice }) => choice.best.length > 1 && choice.best.length === defined(choice))
  const tied = cells.filter((cell) => cell.choice.best.length > 1 && !level.includes(cell))
  const undefinedOnes = Map.groupBy(
    cells.flatMap((cell) =>
      cell.choice.candidates.flatMap(({ label, note, value }) =>
        value === null ? [{ cell, text: `${label}: ${note}` }] : []
      )
    ),
    ({ text }) => text
  )
  return [
    ...(alone.length === 0
      ? []
      : [`there was nothing to choose among, only one candidate${inSeeds(alone, cells, axis)}`]),
    ...(level.length === 0
      ? []
      : [
          `all candidates had the same figure, which decides nothing: the first was taken${inSeeds(level, cells, axis)}`
        ]),
    ...(tied.length === 0 ? [] : [`of equal figures the first was taken${inSeeds(tied, cells, axis)}`]),
    ...[...undefinedOnes].map(
      ([text, of]) =>
        `undefined and not chosen: ${text}${inSeeds(
          of.map(({ cell }) => cell),
          cells,
          axis
        )}`
    )
  ]
}

/** How far the chosen one was from the next, in words. */
const marginOf = (cells: ReadonlyArray<ChosenCell>): string => {
  const [only] = cells
  const mean = cells.reduce((sum, { choice }) => sum + choice.value, 0) / cells.length
  if (cells.length > 1 || only === undefined) return `validation figure ${figure(mean)} on average`
  const { runnerUp, value } = only.choice
  return `validation figure ${figure(value)}${runnerUp === null ? "" : `, next ${runnerUp.label} with ${figure(runnerUp.value)}`}`
}

/**
 * `method=plain: width=8 in 3 of 5 (seed 0–2), width=32 in 2 of 5 (seed 3, 4), by validation accuracy (higher is better) …`:
 * one sentence for each row whose cells publish a choice.
 */
export const choiceNotes = (
  cells: ReadonlyArray<ChosenCell>,
  axes: ReadonlyArray<string>,
  seedAxis: string
): ReadonlyArray<string> => {
  const rows = Map.groupBy(cells, ({ choice, labels }) =>
    JSON.stringify([CellId.ofLabels(labels, axes), choice.metric, choice.better])
  )
  return [...rows.values()].flatMap((row) => {
    const [first] = row
    if (first === undefined) return []
    const { better, metric } = first.choice
    const name = CellId.ofLabels(first.labels, axes)
    const remarks = remarksOf(row, seedAxis)
    return [
      `Chosen on the validation part by ${metric} (${better} is better)${name === "" ? "" : `, ${name}`}: ${countsOf(row, seedAxis)}; ${marginOf(row)}, no result where it is the best of several.${remarks.map((remark) => ` ${remark.charAt(0).toUpperCase()}${remark.slice(1)}.`).join("")}`
    ]
  })
}
