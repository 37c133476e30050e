/** What the coverage bench simulates: figures over seeds whose true mean is known, and intervals that should hold it. */
import { randomStream } from "../../src/report/statistics/RandomStream.ts"

/** Draws of random figures from one stream. */
export interface Draw {
  readonly uniform: () => number
  readonly normal: () => number
  readonly poisson: (mean: number) => number
  readonly binomial: (n: number, p: number) => number
}

export const drawOf = (name: string): Draw => {
  const below = randomStream(name)
  const uniform = () => (below(2 ** 26) * 2 ** 27 + below(2 ** 27) + 0.5) / 2 ** 53
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
  return {
    uniform,
    normal,
    poisson: (mean) => {
      const limit = Math.exp(-mean)
      let count = 0
      for (let product = uniform(); product > limit; product *= uniform()) count += 1
      return count
    },
    binomial: (n, p) => {
      let count = 0
      for (let row = 0; row < n; row++) if (uniform() < p) count += 1
      return count
    }
  }
}

/** A way for figures over seeds to come about. */
export interface Population {
  readonly mean: number
  readonly value: (draw: Draw) => number
}

/** Rows behind each simulated share. */
export const SHARE_ROWS = 200

/** Shares of a seed scatter about their mean on the logits with this deviation, beside the binomial noise of the rows. */
const SHARE_SPREAD = 0.5
const SHARE_LOGIT = Math.log(0.05 / 0.95)

const expit = (x: number): number => 1 / (1 + Math.exp(-x))

/** E expit(μ + σZ) by the midpoint rule. */
const logitNormalMean = (mu: number, sigma: number): number => {
  const steps = 20_000
  let total = 0
  let weight = 0
  for (let step = 0; step < steps; step++) {
    const z = -8 + (16 * (step + 0.5)) / steps
    const density = Math.exp(-(z * z) / 2)
    total += density * expit(mu + sigma * z)
    weight += density
  }
  return total / weight
}

export const populations = {
  /** Accuracies. */
  normal: { mean: 0.8, value: ({ normal }) => 0.8 + 0.02 * normal() },
  /** Durations: log-normal, σ = 0.8 of the logarithm. */
  skewed: { mean: Math.exp(0.32), value: ({ normal }) => Math.exp(0.8 * normal()) },
  /** Flip rates: about 5 % of 200 rows, with seeds that differ. */
  share: {
    mean: logitNormalMean(SHARE_LOGIT, SHARE_SPREAD),
    value: ({ binomial, normal }) => binomial(SHARE_ROWS, expit(SHARE_LOGIT + SHARE_SPREAD * normal())) / SHARE_ROWS
  },
  /** Labels left out. */
  count: { mean: 2, value: ({ poisson }) => poisson(2) }
} as const satisfies { readonly [name: string]: Population }

export interface TestSets {
  readonly seeds: number
  /** Whether all seeds test the same groups, or each its own. */
  readonly shared: boolean
}

/** Templates of a test set, and rows of each. */
export const GROUPS = 30
const GROUP_ROWS = 20
const GROUP_SPREAD = 0.8
const SEED_SPREAD = 0.2
const BASE_LOGIT = Math.log(0.8 / 0.2)

/** Accuracy over groups of rows that are harder or easier together, by models that are better or worse together. */
export const accuracies = ({ seeds, shared }: TestSets, draw: Draw) => {
  const hardness = () => Array.from({ length: GROUPS }, () => GROUP_SPREAD * draw.normal())
  const common = hardness()
  return Array.from({ length: seeds }, (_, seed) => {
    const model = SEED_SPREAD * draw.normal()
    const own = shared ? common : hardness()
    return {
      groups: own.map((_, group) => `${shared ? "" : `${seed}/`}${group}`),
      of: own.map((group) => draw.binomial(GROUP_ROWS, expit(BASE_LOGIT + group + model))),
      in: own.map(() => GROUP_ROWS)
    }
  })
}
export const accuracyMean = logitNormalMean(BASE_LOGIT, Math.hypot(GROUP_SPREAD, SEED_SPREAD))
