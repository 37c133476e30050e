/** Names in a column: each as near to its wanted height as the others let it. */

/**
 * Heights of the middles of names of `height` pixels within [top, bottom], in the order of what is wanted: no two overlap,
 * and the sum of squared moves is the least there is. Null where they do not fit.
 */
export const nameColumn = (
  wanted: ReadonlyArray<number>,
  height: number,
  top: number,
  bottom: number
): ReadonlyArray<number> | null => {
  if (wanted.length * height > bottom - top) return null
  const order = [...wanted.keys()].sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0) || a - b)
  // Without their own heights, names must only be in order: the isotonic regression, by pooling neighbours that are not.
  const pools: Array<{ total: number; count: number }> = []
  for (const [rank, index] of order.entries()) {
    let pool = { total: (wanted[index] ?? 0) - rank * height, count: 1 }
    for (let last = pools.at(-1); last !== undefined && last.total / last.count >= pool.total / pool.count; ) {
      pool = { total: pool.total + last.total, count: pool.count + last.count }
      pools.pop()
      last = pools.at(-1)
    }
    pools.push(pool)
  }
  const least = top + height / 2
  const most = bottom - height / 2 - (wanted.length - 1) * height
  const heights = pools.flatMap(({ count, total }) =>
    Array.from({ length: count }, () => Math.min(Math.max(total / count, least), most))
  )
  const placed = wanted.map(() => 0)
  for (const [rank, index] of order.entries()) placed[index] = (heights[rank] ?? 0) + rank * height
  return placed
}
