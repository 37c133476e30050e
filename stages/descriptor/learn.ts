/**
 * Learning by analysis and synthesis (Lu, Zhu & Wu 2016): θ ← θ + γ·(mean over rows of ∂f/∂θ − mean over chains of ∂f/∂θ), with
 * chains that persist from one iteration to the next.
 */
import type { Float32Tensor } from "ablate"
import { type ChainsDiverged, Langevin, type SamplingRefused, type TrainingRefused } from "ablate/numerics"
import { Effect } from "effect"
import { Adam } from "./Adam.ts"
import type { FitConfig } from "./DescriptorConfig.ts"
import { DescriptorConfigRefused, DescriptorDiverged } from "./DescriptorError.ts"
import type { DescriptorMeta } from "./DescriptorMeta.ts"
import { energyNetwork, energyStart } from "./energy.ts"
import { dot, featureStatistics, gapOf, gapOverNoise } from "./features.ts"
import { observe } from "./observed.ts"

export interface Iteration {
  readonly iteration: number
  readonly gapMean: number
  readonly fGap: number
}

export interface Learnt {
  readonly parameters: Readonly<Record<string, Float32Tensor>>
  /** [chains, d] */
  readonly chains: Float32Tensor<readonly [number, number]>
  /** Mean φ over the rows, [K]. */
  readonly observed: Float64Array
  readonly meta: Pick<DescriptorMeta, "iterations" | "stopped" | "fObserved" | "curves">
}

/** Iterations over which a stopping rule averages. */
const WINDOW = 10

const refusedConfig = ({ expected, field, found }: SamplingRefused | TrainingRefused) =>
  new DescriptorConfigRefused({ field, found, expected })

/**
 * Learns an energy on standardised rows [rows, d]. Fails with {@link DescriptorConfigRefused} where the configuration cannot run and
 * with {@link DescriptorDiverged} where the energy, its gradient or its chains leave the finite numbers.
 */
export const learn = Effect.fnUntraced(function* <R>(
  x: Float32Tensor,
  config: FitConfig,
  onIteration: (iteration: Iteration) => Effect.Effect<void, never, R>
): Effect.fn.Return<Learnt, DescriptorConfigRefused | DescriptorDiverged, R> {
  const [rows = 0, d = 0] = x.shape
  const network = energyNetwork(d, config.energy)
  const parameters = yield* Effect.mapError(energyStart(x, config.energy, config.seed), refusedConfig)
  const energy = { network, parameters }
  const linear = config.energy.kind === "linear"
  const learns = linear ? "heads" : "all"
  const tolerance = config.energy.kind === "linear" ? config.energy.tolerance : null
  const { epsilon, learningRate } = config
  const diverged = (iteration: number, problem: string) =>
    new DescriptorDiverged({ iteration, problem, epsilon, learningRate })
  const sampler = yield* Effect.mapError(
    Langevin.open({ ...energy, ...config, learns, purpose: "descriptor/chains" }),
    refusedConfig
  )
  const observed = yield* Effect.mapError(observe(energy, x, config), refusedConfig)
  const adam = new Adam(learningRate, config.beta1)
  const curves = {
    gapMean: [] as number[],
    gapMax: [] as number[],
    gapOverNoise: [] as number[],
    fObserved: [] as number[],
    fSynthesised: [] as number[],
    gradientNorm: [] as number[]
  }
  let iteration = 0
  let stopped: Learnt["meta"]["stopped"] = "iterations"
  while (iteration < config.iterations && stopped === "iterations") {
    iteration++
    const at = iteration
    const failed = (error: ChainsDiverged | SamplingRefused) => diverged(at, error.message)
    yield* Effect.mapError(sampler.run(config.steps), failed)
    const real = yield* Effect.mapError(observed.next, failed)
    const synthesised = sampler.gradients()
    const gradients: Record<string, Float64Array> = {}
    let squares = 0
    for (const [name, mean] of Object.entries(real.gradients)) {
      const other = synthesised[name]?.data ?? []
      gradients[name] = Float64Array.from(mean, (value, i) => value - (other[i] ?? 0))
      for (const value of gradients[name]) squares += value * value
    }
    const norm = Math.sqrt(squares)
    // f is linear in its head, which has no bias: its mean is the head's weights times the mean features.
    const features = synthesised["heads.f.weight"]?.data ?? []
    const fSynthesised = dot(parameters["heads.f.weight"]?.data ?? [], features)
    if (!Number.isFinite(norm) || !Number.isFinite(fSynthesised) || !Number.isFinite(real.f))
      return yield* diverged(at, `The energy's gradient became ${norm}, its means ${real.f} and ${fSynthesised}.`)
    const gap = gapOf(real.gradients["heads.f.weight"] ?? [], features)
    curves.gapMean.push(gap.mean)
    curves.gapMax.push(gap.max)
    curves.fObserved.push(real.f)
    curves.fSynthesised.push(fSynthesised)
    curves.gradientNorm.push(norm)
    if (observed.statistics !== null) {
      const ratio = gapOverNoise(observed.statistics, features, rows, config.chains)
      if (ratio !== null) curves.gapOverNoise.push(ratio)
      if (tolerance !== null && isSettled(curves.gapOverNoise, tolerance)) stopped = "tolerance"
    }
    if (stopped === "iterations") {
      adam.ascend(parameters, gradients, config.clip === null || norm <= config.clip ? 1 : config.clip / norm)
      yield* Effect.mapError(
        sampler.load(linear ? { "heads.f.weight": parameters["heads.f.weight"] ?? x } : parameters),
        failed
      )
    }
    yield* onIteration({ iteration, gapMean: gap.mean, fGap: real.f - fSynthesised })
  }
  const statistics = observed.statistics ?? (yield* Effect.mapError(featureStatistics(energy, x), refusedConfig))
  const fObserved = dot(parameters["heads.f.weight"]?.data ?? [], statistics.mean)
  return {
    parameters,
    chains: sampler.positions(),
    observed: statistics.mean,
    meta: { iterations: iteration, stopped, fObserved, curves }
  }
})

/**
 * Whether the last ratios are within the tolerance, and earlier ones were not. Chains too few to show a difference at the start do
 * not show that there is none.
 */
const isSettled = (ratios: ReadonlyArray<number>, tolerance: number): boolean =>
  ratios.length >= 2 * WINDOW &&
  average(ratios.slice(-WINDOW)) <= tolerance &&
  average(ratios.slice(0, WINDOW)) > tolerance

const average = (ratios: ReadonlyArray<number>) => ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length
