/** Intervals of derived figures: the percentile bootstrap over clusters of dependent rows. */
import type { Interval } from "./Summary.ts"

/** The quantile of sorted values by linear interpolation between order statistics (Hyndman and Fan's type 7). */
export const quantileSorted = (sorted: ArrayLike<number>, probability: number): number | null => {
  if (sorted.length === 0) return null
  const position = probability * (sorted.length - 1)
  const below = Math.floor(position)
  const low = sorted[below] ?? 0
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low
  return low + (position - below) * (high - low)
}

export interface Bootstrap {
  /** Percentile interval; null where fewer than two draws gave a defined figure. */
  readonly interval: Interval | null
  /** Draws whose figure was defined. */
  readonly draws: number
  /** Draws left out because the figure was undefined (an empty denominator). */
  readonly undefinedDraws: number
}

/**
 * Resamples whole clusters with replacement (persons or templates of a corpus: rows within one are not independent) and
 * takes the percentile interval of the statistic.
 *
 * @param clusters groups of row indices (or rows)
 * @param statistic the figure of one resample, null where undefined
 * @param uniform a seeded stream of numbers in [0, 1): the same stream gives the same interval
 */
export const clusterBootstrap = <Row>(
  clusters: ReadonlyArray<ReadonlyArray<Row>>,
  statistic: (rows: ReadonlyArray<Row>) => number | null,
  uniform: () => number,
  options: { readonly draws?: number; readonly confidence?: number } = {}
): Bootstrap => {
  const { confidence = 0.95, draws = 2000 } = options
  const figures: Array<number> = []
  for (let draw = 0; draw < draws; draw++) {
    const rows: Array<Row> = []
    for (let pick = 0; pick < clusters.length; pick++) {
      const cluster = clusters[Math.min(clusters.length - 1, Math.floor(uniform() * clusters.length))] ?? []
      for (const row of cluster) rows.push(row)
    }
    const figure = statistic(rows)
    if (figure !== null && Number.isFinite(figure)) figures.push(figure)
  }
  const sorted = Float64Array.from(figures).sort()
  const low = quantileSorted(sorted, (1 - confidence) / 2)
  const high = quantileSorted(sorted, (1 + confidence) / 2)
  return {
    interval: low === null || high === null || sorted.length < 2 ? null : [low, high],
    draws: sorted.length,
    undefinedDraws: draws - sorted.length
  }
}
