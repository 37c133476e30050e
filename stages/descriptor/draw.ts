/** Draws from a learnt descriptor model. */
import { type Float32Tensor, f32 } from "ablate"
import { Langevin, type SamplingRefused } from "ablate/numerics"
import { Effect } from "effect"
import type { DrawStart } from "./DescriptorConfig.ts"
import { DescriptorDiverged, DescriptorInput } from "./DescriptorError.ts"
import type { DescriptorMeta, DescriptorModel } from "./DescriptorMeta.ts"
import { energyNetwork } from "./energy.ts"
import { restore } from "./standardise.ts"

type Matrix = readonly [number, number]

/** Where the chains of a draw start: the persistent chains' positions, taken in turn. */
const starting = (chains: Float32Tensor<Matrix>, samples: number, d: number): Float32Tensor => {
  const [count] = chains.shape
  const data = new Float32Array(samples * d)
  for (let r = 0; r < samples; r++) {
    const from = (r % count) * d
    data.set(chains.data.subarray(from, from + d), r * d)
  }
  return f32([samples, d], data)
}

/** Chains of a learnt model, at their start. Their streams are `<purpose>/<chain>` of the seed. */
export const openDraw = Effect.fnUntraced(function* (
  { meta, tensors }: DescriptorModel,
  options: { readonly samples: number; readonly start: DrawStart; readonly seed: number; readonly purpose: string }
) {
  const { inputs } = meta
  return yield* Effect.mapError(
    Langevin.open({
      network: energyNetwork(inputs, meta.config.energy),
      parameters: tensors.parameters,
      sigma: meta.config.sigma,
      epsilon: meta.config.epsilon,
      chains: options.samples,
      start: options.start === "normal" ? "normal" : starting(tensors.chains, options.samples, inputs),
      seed: options.seed,
      purpose: options.purpose
    }),
    ({ expected, field, found }: SamplingRefused) => new DescriptorInput({ tensor: field, found, expected })
  )
})

/** Turns the sampler's failure into one that names the model's settings. */
export const runDraw = (sampler: Langevin.Sampler, steps: number, { config }: DescriptorMeta) =>
  Effect.mapError(
    sampler.run(steps),
    ({ message }) =>
      new DescriptorDiverged({
        iteration: null,
        problem: message,
        epsilon: config.epsilon,
        learningRate: config.learningRate
      })
  )

export interface Refreshing {
  /** Samples a draw. Default 1760, as in the paper. */
  readonly samples?: number
  /**
   * Langevin steps between a draw and the next. Default 10. A coordinate that the energy leaves alone keeps (1 − ε²/2σ²) of
   * itself a step: at ε = .3 about .6 over 10 steps, at ε = .1 .95.
   */
  readonly steps?: number
  /** Steps before the first draw, in which copies of one persistent chain part. Default `steps`. */
  readonly burnIn?: number
  readonly seed: number
}

/**
 * Online sampling: an Effect that gives a fresh draw, Float32Array [samples, d] in the embeddings' own units, each time it is
 * run. Its chains persist from draw to draw: neighbouring draws are related, the more so the fewer the steps. Opening fails
 * with {@link DescriptorInput} where the model cannot be sampled; a draw fails with {@link DescriptorDiverged}.
 */
export const refresher = Effect.fnUntraced(function* (
  model: DescriptorModel,
  { burnIn, samples = 1760, seed, steps = 10 }: Refreshing
): Effect.fn.Return<Effect.Effect<Float32Array, DescriptorDiverged>, DescriptorInput> {
  const { mean, scale } = model.tensors
  const sampler = yield* openDraw(model, { samples, start: "chains", seed, purpose: "descriptor/online" })
  let isFirst = true
  return Effect.gen(function* () {
    yield* runDraw(sampler, isFirst ? (burnIn ?? steps) : steps, model.meta)
    isFirst = false
    return restore(sampler.positions(), mean, scale)
  })
})
