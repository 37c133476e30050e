/** Which cells have no figures, and why: what has one reason is told together, a line a row with ranges of its seeds. */
import * as CellId from "../domain/CellId.ts"
import type { CellOutcome } from "./CellOutcome.ts"
import { rangesOf } from "./Ranges.ts"

/** Rows that are named of those that are missing for one reason. */
const NAMED_ROWS = 20

const seedsOf = (cells: ReadonlyArray<CellOutcome>, axis: string): string => {
  const seeds = [...new Set(cells.flatMap(({ seed }) => seed ?? []))].sort((left, right) => left - right)
  return seeds.length === 0 ? "" : `${axis} ${rangesOf(seeds)}`
}

/** `method=plain: seed 0–4`, a text a row. */
const placesOf = (cells: ReadonlyArray<CellOutcome>, axes: ReadonlyArray<string>, seedAxis: string) => {
  const rows = [...Map.groupBy(cells, ({ labels }) => CellId.ofLabels(labels, axes))]
  const named = rows
    .slice(0, NAMED_ROWS)
    .map(([row, of]) => [row, seedsOf(of, seedAxis)].filter((part) => part !== "").join(": "))
  const more = rows.slice(NAMED_ROWS)
  const cellsOf = more.reduce((total, [, of]) => total + of.length, 0)
  return more.length === 0 ? named : [...named, `and ${more.length} more rows (${cellsOf} cells)`]
}

/**
 * `Failed: 2 of 12 cells: loss is NaN (method=aware: seed 0, 2).` With several rows each is a text of its own, behind `· `.
 * Of cells that were not reached the reason stands in parentheses: `Not computed: 141 of 200 cells (…)`.
 */
export const failureNotes = (
  cells: ReadonlyArray<CellOutcome>,
  axes: ReadonlyArray<string>,
  seedAxis: string
): ReadonlyArray<string> => {
  const missing = cells.filter((cell) => cell.metrics === null)
  const reasonOf = ({ failure = "no reason given" }: CellOutcome) => failure
  return [
    ...Map.groupBy(missing, (cell) => JSON.stringify([cell.unreached === true, reasonOf(cell)])).values()
  ].flatMap((alike) => {
    const [first] = alike
    if (first === undefined) return []
    const reason = reasonOf(first)
    const count = `${alike.length} of ${cells.length} cells`
    const head = first.unreached === true ? `Not computed: ${count} (${reason})` : `Failed: ${count}: ${reason}`
    if (alike.length === cells.length) return [head]
    const places = placesOf(alike, axes, seedAxis)
    const [only = ""] = places
    return places.length === 1
      ? [only === "" ? head : `${head} (${only})`]
      : [`${head}:`, ...places.map((place) => `· ${place}`)]
  })
}
