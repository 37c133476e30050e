/**
 * The bootstrap over groups of test rows. Groups (templates, persons, images) are drawn with replacement from all that any
 * seed tests, and every seed is given the same draw, so that what the seeds share of their test rows shows as covariance
 * between them: that part of the variance does not average out over seeds, and their own spread cannot show it. Where
 * seeds test other rows there is none, and the spread over seeds covers the rows already.
 */
import type { RowVariance } from "./Intervals.ts"
import { randomStream } from "./RandomStream.ts"

export const DRAWS = 1000

/** A figure's numerator and denominator in every group of one seed's test rows. */
export interface GroupSums {
  readonly groups: ReadonlyArray<string>
  readonly of: ReadonlyArray<number>
  readonly in: ReadonlyArray<number>
}

/** How often each group is in each draw; the groups are in the order of `index`. */
export interface GroupDraws {
  readonly index: ReadonlyMap<string, number>
  readonly weights: ReadonlyArray<Uint16Array>
}

/** Draws of groups. Their names decide the stream, so rows that are tested on the same groups get the same draws. */
export const drawGroups = (groups: Iterable<string>, draws = DRAWS): GroupDraws => {
  const names = [...new Set(groups)].sort()
  const below = randomStream(`test rows\n${names.join("\n")}`)
  return {
    index: new Map(names.map((name, at) => [name, at])),
    weights: Array.from({ length: draws }, () => {
      const weight = new Uint16Array(names.length)
      for (let pick = 0; pick < names.length; pick++) {
        const at = below(names.length)
        weight[at] = (weight[at] ?? 0) + 1
      }
      return weight
    })
  }
}

/** The figure of one seed in every draw; NaN where its denominator is 0 there. */
export const replicates = ({ groups, in: whole, of }: GroupSums, { index, weights }: GroupDraws): Float64Array => {
  const places = groups.map((group) => index.get(group) ?? 0)
  const out = new Float64Array(weights.length)
  for (const [draw, weight] of weights.entries()) {
    let above = 0
    let below = 0
    for (let at = 0; at < places.length; at++) {
      const times = weight[places[at] ?? 0] ?? 0
      above += times * (of[at] ?? 0)
      below += times * (whole[at] ?? 0)
    }
    out[draw] = above / below
  }
  return out
}

const varianceOf = (values: Float64Array): number => {
  let total = 0
  for (const value of values) total += value
  const centre = total / values.length
  let squares = 0
  for (const value of values) squares += (value - centre) ** 2
  return squares / (values.length - 1)
}

/**
 * What the finite test set adds to the variance of the mean over seeds: the mean covariance between seeds over the draws;
 * of a single seed its variance. `perSeed` are the replicates of each seed. Null where there are fewer than two groups, or
 * where more than half of the draws leave some seed without a figure.
 */
export const rowVariance = (perSeed: ReadonlyArray<Float64Array>, groups: number): RowVariance | null => {
  const n = perSeed.length
  const draws = perSeed[0]?.length ?? 0
  const whole = [...Array(draws).keys()].filter((draw) => perSeed.every((each) => Number.isFinite(each[draw])))
  if (groups < 2 || whole.length < 2 || whole.length * 2 < draws) return null
  const defined = perSeed.map((each) => Float64Array.from(whole, (draw) => each[draw] ?? 0))
  const means = Float64Array.from(whole, (_, at) => defined.reduce((total, each) => total + (each[at] ?? 0), 0) / n)
  const ofMean = varianceOf(means)
  const own = defined.reduce((total, each) => total + varianceOf(each), 0)
  const shared = n === 1 ? ofMean : (n * n * ofMean - own) / (n * (n - 1))
  // Drawing G of G groups gives a variance that is (G − 1)/G of what is meant.
  return { variance: Math.max(0, shared) * (groups / (groups - 1)), groups }
}
