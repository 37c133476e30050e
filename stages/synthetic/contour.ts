/** The zero line of values on a square grid: marching squares. */

export type Segment = readonly [x1: number, y1: number, x2: number, y2: number]

/**
 * `values` [steps + 1, steps + 1], row by row from the lower left, at equal distances over [low, high]². Where all four
 * corners alternate, the two pieces cut off the negative corners.
 */
export const zeroLine = (
  values: ArrayLike<number>,
  steps: number,
  [low, high]: readonly [number, number]
): ReadonlyArray<Segment> => {
  const width = (high - low) / steps
  const segments: Array<Segment> = []
  for (let row = 0; row < steps; row++)
    for (let column = 0; column < steps; column++) {
      // Counter-clockwise from the lower left.
      const corners = (
        [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 1]
        ] as const
      ).map(([dx, dy]) => ({
        x: low + (column + dx) * width,
        y: low + (row + dy) * width,
        value: values[(row + dy) * (steps + 1) + column + dx] ?? 0
      }))
      const crossings = corners.flatMap((from, at) => {
        const to = corners[(at + 1) % 4] ?? from
        if (from.value >= 0 === to.value >= 0) return []
        const share = from.value / (from.value - to.value)
        return [[from.x + share * (to.x - from.x), from.y + share * (to.y - from.y), from.value >= 0] as const]
      })
      // A piece begins where the line is entered from the positive side.
      const first = crossings.findIndex(([, , isLeaving]) => isLeaving)
      for (let at = 0; at + 1 < crossings.length; at += 2) {
        const a = crossings[(first + at) % crossings.length]
        const b = crossings[(first + at + 1) % crossings.length]
        if (a !== undefined && b !== undefined) segments.push([a[0], a[1], b[0], b[1]])
      }
    }
  return segments
}
