/**
 * The best possible classifier of the stand-in's made-up embeddings: the generator is known, so the probability of every
 * object and of a man given an image is too.
 */
import type { Rng } from "ablate/numerics"
import { COCO_LABELS, OUTPUTS } from "../coco/CocoSet.ts"
import { keptScenes } from "../coco/StandInScene.ts"
import { direction, type SyntheticConfig } from "./synthetic.ts"

const WIDTH = OUTPUTS.length

/** What an image can be: its objects, its gender, and whether that shows. */
interface State {
  readonly bits: ReadonlyArray<number>
  /** The image's mean in units of the directions. */
  readonly mean: Float64Array
  /** Gram·mean: the mean of the statistic. */
  readonly centre: Float64Array
  /** ln prior − ½·meanᵀ·Gram·mean. */
  readonly offset: number
  readonly prior: number
}

export interface SyntheticBayes {
  /** Writes P(output | image) of an image, given its statistic: its inner products with the twelve directions, in units of the noise. */
  readonly posterior: (statistic: ArrayLike<number>, into: Float64Array) => void
  /** The statistic of a row of embeddings. */
  readonly statisticOf: (x: ArrayLike<number>, offset: number) => Float64Array
  /** A random image's statistic, and what is true of it in `bits`. */
  readonly draw: (rng: Rng, bits: Uint8Array) => Float64Array
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>, offset = 0): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[offset + i] ?? 0)
  return sum
}

/** The lower triangular factor of a positive definite matrix, row by row (Cholesky). */
const factorOf = (gram: ReadonlyArray<Float64Array>): ReadonlyArray<Float64Array> => {
  const factor = gram.map(() => new Float64Array(gram.length))
  for (const [i, row] of factor.entries())
    for (let j = 0; j <= i; j++) {
      const rest = (gram[i]?.[j] ?? 0) - dot(row.subarray(0, j), factor[j] ?? row)
      row[j] = i === j ? Math.sqrt(rest) : rest / (factor[j]?.[j] ?? 1)
    }
  return factor
}

const statesOf = (config: SyntheticConfig, gram: ReadonlyArray<Float64Array>): ReadonlyArray<State> =>
  keptScenes().flatMap(({ gender, labels, share }) =>
    [true, false].flatMap((isVisible): ReadonlyArray<State> => {
      const prior = share * (isVisible ? config.genderVisible : 1 - config.genderVisible)
      if (prior === 0) return []
      const isMan = gender === "man"
      const side = isVisible ? (isMan ? 0.5 : -0.5) * config.genderStrength : 0
      const present = COCO_LABELS.map((label) => Number(labels.includes(label)))
      const mean = Float64Array.from([...present.map((bit) => bit * config.labelStrength), side])
      const centre = Float64Array.from(gram, (row) => dot(row, mean))
      return [
        { bits: [...present, Number(isMan)], mean, centre, offset: Math.log(prior) - dot(mean, centre) / 2, prior }
      ]
    })
  )

/**
 * The exact posterior of the generator of `syntheticWriter`. An image is noise·(D·s + N(0, I)) for one of a few states s, so
 * that Dᵀx/noise tells all there is to know of s: ln P(s | x) = ln P(s) + sᵀDᵀx/noise − ½·sᵀDᵀD·s + const.
 */
export const syntheticBayes = (config: SyntheticConfig): SyntheticBayes => {
  const { dimension, noise = 1, seed } = config
  const directions = [...COCO_LABELS, "gender"].map((name) => direction(seed, dimension, name))
  const gram = directions.map((a) => Float64Array.from(directions, (b) => dot(a, b)))
  const factor = factorOf(gram)
  const states = statesOf(config, gram)
  const logs = new Float64Array(states.length)
  return {
    statisticOf: (x, offset) => Float64Array.from(directions, (each) => dot(each, x, offset) / noise),
    posterior: (statistic, into) => {
      let most = Number.NEGATIVE_INFINITY
      for (const [at, { mean, offset }] of states.entries()) {
        const log = offset + dot(mean, statistic)
        logs[at] = log
        if (log > most) most = log
      }
      let total = 0
      into.fill(0)
      for (const [at, { bits }] of states.entries()) {
        const weight = Math.exp((logs[at] ?? 0) - most)
        total += weight
        for (let k = 0; k < WIDTH; k++) if (bits[k] === 1) into[k] = (into[k] ?? 0) + weight
      }
      for (let k = 0; k < WIDTH; k++) into[k] = (into[k] ?? 0) / total
    },
    draw: (rng, bits) => {
      let rest = rng.uniform()
      const state = states.find(({ prior }) => {
        rest -= prior
        return rest < 0
      })
      const normals = Float64Array.from(directions, () => rng.normal())
      bits.set(state?.bits ?? [])
      return Float64Array.from(factor, (row, at) => (state?.centre[at] ?? 0) + dot(row.subarray(0, at + 1), normals))
    }
  }
}
