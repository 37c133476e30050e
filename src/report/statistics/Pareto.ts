/** The Pareto front of trade-offs (accuracy against size, say) and the hypervolume it dominates. All objectives are maximised. */

export type Point = ReadonlyArray<number>

/** Whether `left` is at least as good everywhere and better somewhere. */
const dominates = (left: Point, right: Point): boolean =>
  left.every((value, axis) => value >= (right[axis] ?? Number.NEGATIVE_INFINITY)) &&
  left.some((value, axis) => value > (right[axis] ?? Number.NEGATIVE_INFINITY))

/** Indices of the points that no other point dominates, in input order. Equal points all stay. */
export const paretoFront = (points: ReadonlyArray<Point>): ReadonlyArray<number> =>
  points.flatMap((point, index) => (points.some((other) => dominates(other, point)) ? [] : [index]))

/**
 * Volume of the union of boxes between the reference point and each point that exceeds it in every objective. Exact, by
 * slicing along the last objective; meant for few objectives and up to some hundred points.
 */
export const hypervolume = (points: ReadonlyArray<Point>, reference: Point): number => {
  const inside = points.filter((point) => reference.every((bound, axis) => (point[axis] ?? bound) > bound))
  const last = reference.length - 1
  if (inside.length === 0 || last < 0) return 0
  const floor = reference[last] ?? 0
  if (last === 0) return Math.max(...inside.map((point) => point[0] ?? floor)) - floor
  const heights = [...new Set(inside.map((point) => point[last] ?? floor))].sort((left, right) => left - right)
  let volume = 0
  let below = floor
  for (const height of heights) {
    const slice = inside.filter((point) => (point[last] ?? floor) >= height)
    volume += (height - below) * hypervolume(slice, reference.slice(0, last))
    below = height
  }
  return volume
}
