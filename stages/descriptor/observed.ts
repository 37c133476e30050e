/** The side of the data in the learning rule: means over training rows of ∂f/∂θ and of f. */
import { type Float32Tensor, f32 } from "ablate"
import { Langevin, Rng, type SamplingRefused, type TrainingRefused } from "ablate/numerics"
import { Effect } from "effect"
import type { FitConfig } from "./DescriptorConfig.ts"
import { dot, type FeatureStatistics, featureStatistics } from "./features.ts"

export interface Observation {
  /** By parameter; those without do not learn. */
  readonly gradients: { readonly [name: string]: ArrayLike<number> }
  readonly f: number
}

export interface Observed {
  /** Of the linear energy, whose features are fixed: once, over all rows. */
  readonly statistics: FeatureStatistics | null
  /** What an iteration compares with. */
  readonly next: Effect.Effect<Observation, SamplingRefused>
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length

/** `energy.parameters` are read anew by every `next`. */
export const observe = Effect.fnUntraced(function* (
  energy: Langevin.Energy,
  x: Float32Tensor,
  config: FitConfig
): Effect.fn.Return<Observed, SamplingRefused | TrainingRefused> {
  if (config.energy.kind === "linear") {
    const statistics = yield* featureStatistics(energy, x)
    const next = Effect.sync(() => ({
      gradients: { "heads.f.weight": statistics.mean },
      f: dot(statistics.mean, energy.parameters["heads.f.weight"]?.data ?? [])
    }))
    return { statistics, next }
  }
  const [rows = 0, d = 0] = x.shape
  const batch = Math.min(config.energy.batch ?? rows, rows)
  const stream = Rng.stream(config.seed, "descriptor/batches")
  let order = batch === rows ? undefined : stream.permutation(rows)
  let at = 0
  const draw = () => {
    if (order === undefined) return x
    if (at + batch > rows) {
      order = stream.permutation(rows)
      at = 0
    }
    const data = new Float32Array(batch * d)
    for (let i = 0; i < batch; i++) {
      const from = (order[at + i] ?? 0) * d
      data.set(x.data.subarray(from, from + d), i * d)
    }
    at += batch
    return f32([batch, d], data)
  }
  const next = Effect.gen(function* () {
    const { f, gradients } = yield* Langevin.evaluate(energy, draw())
    return {
      gradients: Object.fromEntries(Object.entries(gradients).map(([name, { data }]) => [name, data])),
      f: mean(f)
    }
  })
  return { statistics: null, next }
})
