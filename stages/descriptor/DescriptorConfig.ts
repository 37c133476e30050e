/** How a descriptor model is learnt and sampled (Lu, Zhu & Wu 2016; Choi, Zhang & Liu, section 3.3). */
import { Schema } from "effect"

const count = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))
const positive = Schema.Finite.check(Schema.isGreaterThan(0))

/**
 * f(x) = Σ w_α ReLU(a_α·x + b_α) over fixed random filters, with b ~ U(−1, 1) in units of a response's deviation: convex in w, which
 * is learnt from 0.
 */
export const LinearEnergy = Schema.Struct({
  kind: Schema.Literal("linear"),
  /** K. */
  filters: count,
  /**
   * Absent: a ~ N(0, I/d), random in all d dimensions. Else a = Σ z_j·u_j/√q, z ~ N(0, I), over the q leading principal components u of
   * the training rows: random where the rows differ from the reference distribution most. In many dimensions a filter of the
   * first kind sees hardly anything but a Gaussian, whatever the rows are (Diaconis & Freedman 1984).
   */
  components: Schema.optionalKey(count),
  /**
   * Stops before `iterations` when the gap between observed and synthesised statistics, on average over 10 iterations, falls to
   * this many times what the chains' number alone lets it be; null never does. A gap that is no larger to begin with stops nothing.
   */
  tolerance: Schema.NullOr(positive)
})

/** f(x) = v·ReLU(Wx + b), all of it learnt. */
export const MlpEnergy = Schema.Struct({
  kind: Schema.Literal("mlp"),
  width: count,
  /** Training rows that an iteration compares with, drawn without repetition; null for all of them. */
  batch: Schema.NullOr(count)
})

export const EnergyConfig = Schema.Union([LinearEnergy, MlpEnergy])
export type EnergyConfig = typeof EnergyConfig.Type

/** Configuration of the learning. Positions are in standardised units. */
export const FitConfig = Schema.Struct({
  energy: EnergyConfig,
  /** σ of the reference distribution N(0, σ²I). */
  sigma: positive,
  /** ε of the Langevin step, below 2σ. */
  epsilon: positive,
  /** Langevin steps an iteration, T. */
  steps: count,
  /** Persistent chains. */
  chains: count,
  /** Of Adam. */
  learningRate: positive,
  beta1: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 0.999999 })),
  iterations: count,
  /** Largest Euclidean norm of the gradient; null for none. */
  clip: Schema.NullOr(positive),
  seed: Schema.Int
})
export type FitConfig = typeof FitConfig.Type

/**
 * Where the chains of a draw start: `chains` at the persistent chains' last positions, taken in turn, which have the
 * model's law already; `normal` at draws from N(0, σ²I), as the paper's sampler does.
 */
export const DrawStart = Schema.Literals(["chains", "normal"])
export type DrawStart = typeof DrawStart.Type

export const SampleConfig = Schema.Struct({
  samples: count,
  steps: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 })),
  start: DrawStart,
  seed: Schema.Int
})
export type SampleConfig = typeof SampleConfig.Type
