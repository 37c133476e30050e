/**
 * The two-dimensional problem of Sen & Ganguly (AAAI 2020), figure 4 and equation 7: two isotropic Gaussians of equal
 * priors, red and green, and an identity set A, the points above a horizontal line. The printed centres are lost; the
 * defaults of the experiment are a reading of the picture.
 */
import { Rng } from "ablate/numerics"
import { Schema } from "effect"

export const Mixture = Schema.Struct({
  /** Centres. */
  red: Schema.Tuple([Schema.Finite, Schema.Finite]),
  green: Schema.Tuple([Schema.Finite, Schema.Finite]),
  sigma: Schema.Finite.check(Schema.isGreaterThan(0)),
  /** Points of each colour in each part. */
  points: Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 1_000_000 })),
  /** A: the points whose second coordinate is at least this. */
  line: Schema.Finite
})
export type Mixture = typeof Mixture.Type

export interface Points {
  /** [points, 2], row-major. */
  readonly x: Float32Array
  /** 0 red, 1 green. */
  readonly y: Int32Array
  /** Whether the point is in A. */
  readonly inA: Int32Array
}

/** Half of the points of each colour, in turn. */
export const sampled = (mixture: Mixture, part: "train" | "test", seed: number): Points => {
  const stream = Rng.stream(seed, `synthetic/${part}`)
  const n = 2 * mixture.points
  const x = new Float32Array(2 * n)
  const y = Int32Array.from({ length: n }, (_, at) => at % 2)
  for (let at = 0; at < n; at++) {
    const [cx, cy] = y[at] === 1 ? mixture.green : mixture.red
    x[2 * at] = cx + mixture.sigma * stream.normal()
    x[2 * at + 1] = cy + mixture.sigma * stream.normal()
  }
  return { x, y, inA: Int32Array.from(y, (_, at) => Number((x[2 * at + 1] ?? 0) >= mixture.line)) }
}

/** Bayes' decision at a point, above 0 for green: how much nearer its centre is, as equal priors and variances have it. */
export const bayesScore = ({ green, red, sigma }: Mixture, x: number, y: number): number => {
  const squared = ([cx, cy]: readonly [number, number]) => (x - cx) * (x - cx) + (y - cy) * (y - cy)
  return (squared(red) - squared(green)) / (2 * sigma * sigma)
}
