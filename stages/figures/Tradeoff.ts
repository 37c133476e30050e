/** Variants by two figures, and which of them no other one beats in both: what the figure draws, before any pixel. */
import { type Measure, Statistics } from "ablate"
import { Schema } from "effect"

/** A figure's mean over seeds, with its 95 % Student t interval. */
export const Estimate = Schema.Struct({
  /** Null where no seed has one. */
  mean: Schema.NullOr(Schema.Finite),
  /** Null for fewer than two seeds. */
  interval: Schema.NullOr(Schema.Tuple([Schema.Finite, Schema.Finite])),
  /** Seeds that have one. */
  n: Schema.Int
})
export type Estimate = typeof Estimate.Type

/** One variant. */
export const TradeoffPoint = Schema.Struct({ name: Schema.String, x: Estimate, y: Estimate })
export type TradeoffPoint = typeof TradeoffPoint.Type

/** Which way an axis is better. */
export const Better = Schema.Literals(["lower", "higher", "zero"])
export type Better = typeof Better.Type

export const estimate = (measures: ReadonlyArray<Measure>): Estimate => {
  const { interval, mean, n } = Statistics.summarize(measures.flatMap(({ value }) => (value === null ? [] : value)))
  return { mean, interval: interval === null ? null : [interval[0], interval[1]], n }
}

/** A variant with both means. */
export interface Placed {
  readonly point: TradeoffPoint
  readonly x: number
  readonly y: number
  /** No other variant is as good in both and better in one. */
  readonly best: boolean
}

const goodness = (value: number, better: Better) =>
  better === "higher" ? value : better === "lower" ? -value : -Math.abs(value)

/** The variants with both figures, in their order. */
export const placed = (points: ReadonlyArray<TradeoffPoint>, x: Better, y: Better): ReadonlyArray<Placed> => {
  const known = points.flatMap((point) =>
    point.x.mean === null || point.y.mean === null ? [] : [{ point, x: point.x.mean, y: point.y.mean }]
  )
  const front = new Set(Statistics.paretoFront(known.map((each) => [goodness(each.x, x), goodness(each.y, y)])))
  return known.map((each, index) => ({ ...each, best: front.has(index) }))
}

/**
 * The front as a line of corners, from the best x to the worst: what lies behind it is beaten by one of its variants.
 * Empty where an axis is best at 0, for then it has two sides.
 */
export const frontLine = (
  variants: ReadonlyArray<Placed>,
  x: Better,
  y: Better
): ReadonlyArray<{ readonly x: number; readonly y: number }> => {
  if (x === "zero" || y === "zero") return []
  const front = variants
    .filter(({ best }) => best)
    .sort((a, b) => goodness(b.x, x) - goodness(a.x, x) || goodness(b.y, y) - goodness(a.y, y))
  return front.flatMap((each, index) => {
    const before = front[index - 1]
    const here = { x: each.x, y: each.y }
    return before === undefined ? [here] : [{ x: each.x, y: before.y }, here]
  })
}

/** What is wrong with the variants; undefined where nothing is. */
export const tradeoffProblem = (points: ReadonlyArray<TradeoffPoint>): string | undefined => {
  if (points.length === 0) return 'it has no variant to draw; wire at least one node to the input "points"'
  const names = points.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) return `two variants are called ${JSON.stringify(twice)}`
  if (points.every(({ x, y }) => x.mean === null || y.mean === null)) return "no variant has both figures"
  const far = points.find(({ x, y }) =>
    [x, y].some(({ interval, mean }) => [...(interval ?? []), mean ?? 0].some((value) => !(Math.abs(value) <= 1e300)))
  )
  return far === undefined ? undefined : `variant ${JSON.stringify(far.name)} has a figure beyond 1e300`
}
