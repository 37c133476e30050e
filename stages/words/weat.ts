/** The Word Embedding Association Test (Caliskan, Bryson & Narayanan, Science 2017). */
import { cosine } from "./Embedding.ts"

type Vectors = ReadonlyArray<Float64Array>

export interface Weat {
  /** Association of every target word: mean cosine to A minus mean cosine to B. */
  readonly x: ReadonlyArray<number>
  readonly y: ReadonlyArray<number>
  /** Sum over X minus sum over Y. */
  readonly statistic: number
  /** Difference of the means over the standard deviation of X ∪ Y; null where that is 0 or undefined. */
  readonly effectSize: number | null
  /** Share of partitions whose statistic is at least the observed one: the observed partition counts. */
  readonly pAtLeast: number
  /** Share of partitions whose statistic is greater (the published definition). */
  readonly pGreater: number
  /** Partitions compared. */
  readonly partitions: number
  /** Whether these are all equal-size partitions, or drawn ones. */
  readonly exact: boolean
}

export interface WeatOptions {
  /** Delta degrees of freedom of the standard deviation: 1 (default) or 0. */
  readonly ddof?: 0 | 1
  /** Up to this many partitions are enumerated (default 200,000); above, as many are drawn. */
  readonly maxPartitions?: number
  /** Uniform integers below n, for drawn partitions. */
  readonly below: (n: number) => number
}

const mean = (values: ReadonlyArray<number>): number => values.reduce((sum, value) => sum + value, 0) / values.length

const sum = (values: ReadonlyArray<number>): number => values.reduce((total, value) => total + value, 0)

const association = (word: Float64Array, a: Vectors, b: Vectors): number =>
  mean(a.map((other) => cosine(word, other))) - mean(b.map((other) => cosine(word, other)))

const binomial = (n: number, k: number): number => {
  let result = 1
  for (let i = 1; i <= k; i++) result = Math.round((result * (n - k + i)) / i)
  return result
}

/** Calls `visit` with the sum over every k-element subset. */
const subsetSums = (values: ReadonlyArray<number>, k: number, visit: (sum: number) => void): void => {
  const walk = (from: number, left: number, partial: number): void => {
    if (left === 0) visit(partial)
    else for (let i = from; i <= values.length - left; i++) walk(i + 1, left - 1, partial + (values[i] ?? 0))
  }
  walk(0, k, 0)
}

/**
 * WEAT of target sets X and Y (equally many) against attribute sets A and B. One-sided: X with A, Y with B.
 * Throws a RangeError for empty or unequal sets.
 */
export const weat = (x: Vectors, y: Vectors, a: Vectors, b: Vectors, options: WeatOptions): Weat => {
  if (x.length === 0 || x.length !== y.length || a.length === 0 || b.length === 0) {
    throw new RangeError(
      `weat: X and Y must be equally many, A and B not empty; found ${x.length}, ${y.length}, ${a.length}, ${b.length}`
    )
  }
  const sx = x.map((word) => association(word, a, b))
  const sy = y.map((word) => association(word, a, b))
  const all = [...sx, ...sy]
  const centre = mean(all)
  const deviation = Math.sqrt(sum(all.map((s) => (s - centre) ** 2)) / (all.length - (options.ddof ?? 1)))
  const statistic = sum(sx) - sum(sy)

  const limit = options.maxPartitions ?? 200_000
  const count = binomial(all.length, x.length)
  const exact = count <= limit
  const total = sum(all)
  // A partition's sums may be added in another order than the observed ones: equal means equal but for rounding.
  const tolerance = 1e-12 * sum(all.map(Math.abs))
  let atLeast = 0
  let greater = 0
  const compare = (half: number): void => {
    const difference = 2 * half - total - statistic
    if (difference > tolerance) greater += 1
    if (difference >= -tolerance) atLeast += 1
  }
  if (exact) subsetSums(all, x.length, compare)
  else {
    const drawn = [...all]
    for (let i = 0; i < limit; i++) {
      for (let j = 0; j < x.length; j++) {
        const k = j + options.below(drawn.length - j)
        const kept = drawn[j] ?? 0
        drawn[j] = drawn[k] ?? 0
        drawn[k] = kept
      }
      compare(sum(drawn.slice(0, x.length)))
    }
  }
  const partitions = exact ? count : limit
  return {
    x: sx,
    y: sy,
    statistic,
    effectSize: deviation > 0 ? (mean(sx) - mean(sy)) / deviation : null,
    pAtLeast: atLeast / partitions,
    pGreater: greater / partitions,
    partitions,
    exact
  }
}
