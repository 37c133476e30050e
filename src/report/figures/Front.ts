/** Rows by two metrics, and which of them no other one beats in both: what a trade-off draws, before any pixel. */
import type { BetterOnAxis } from "../../domain/FigureSpec.ts"
import type { ReportCell, ReportRow } from "../ReportTable.ts"
import { hypervolume, paretoFront } from "../statistics/index.ts"

/** A row with both means. */
export interface Placed {
  readonly row: ReportRow
  readonly x: number
  readonly y: number
  readonly cells: { readonly x: ReportCell; readonly y: ReportCell }
  /** No other row is as good in both and better in one. */
  readonly best: boolean
}

/** Higher is better. */
const goodness = (value: number, better: BetterOnAxis) =>
  better === "higher" ? value : better === "lower" ? -value : -Math.abs(value)

export interface Axes<A> {
  readonly x: A
  readonly y: A
}

/** The rows with both figures, in their order. */
export const placed = (
  rows: ReadonlyArray<ReportRow>,
  metric: Axes<string>,
  better: Axes<BetterOnAxis>
): ReadonlyArray<Placed> => {
  const known = rows.flatMap((row) => {
    const [x, y] = [row.cells[metric.x], row.cells[metric.y]]
    if (x === undefined || y === undefined || x.mean === null || y.mean === null) return []
    return [{ row, x: x.mean, y: y.mean, cells: { x, y } }]
  })
  const front = new Set(paretoFront(known.map((each) => [goodness(each.x, better.x), goodness(each.y, better.y)])))
  return known.map((each, index) => ({ ...each, best: front.has(index) }))
}

/**
 * The front as a line of corners, from the best x to the worst: what lies behind it is beaten by one of its rows. Empty
 * where an axis is best at 0, for then it has two sides.
 */
export const frontLine = (rows: ReadonlyArray<Placed>, better: Axes<BetterOnAxis>): ReadonlyArray<Axes<number>> => {
  if (better.x === "zero" || better.y === "zero") return []
  const front = rows
    .filter(({ best }) => best)
    .sort(
      (a, b) => goodness(b.x, better.x) - goodness(a.x, better.x) || goodness(b.y, better.y) - goodness(a.y, better.y)
    )
  return front.flatMap((each, index) => {
    const before = front[index - 1]
    const here = { x: each.x, y: each.y }
    return before === undefined ? [here] : [{ x: each.x, y: before.y }, here]
  })
}

/** The worst figure of the rows on each axis. */
export const worst = (rows: ReadonlyArray<Placed>, better: Axes<BetterOnAxis>): Axes<number> => {
  const least = (values: ReadonlyArray<number>, way: BetterOnAxis) =>
    values.reduce((a, b) => (goodness(b, way) < goodness(a, way) ? b : a))
  return {
    x: least(
      rows.map(({ x }) => x),
      better.x
    ),
    y: least(
      rows.map(({ y }) => y),
      better.y
    )
  }
}

/** The area between the front and the reference point, in the units of both axes. */
export const frontArea = (rows: ReadonlyArray<Placed>, better: Axes<BetterOnAxis>, reference: Axes<number>): number =>
  hypervolume(
    rows.map(({ x, y }) => [goodness(x, better.x), goodness(y, better.y)]),
    [goodness(reference.x, better.x), goodness(reference.y, better.y)]
  )
