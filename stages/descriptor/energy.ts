/** The energies as networks. */
import { type Float32Tensor, f32 } from "ablate"
import { initialParameters, type Network, Rng, type TrainingRefused } from "ablate/numerics"
import { Effect } from "effect"
import type { EnergyConfig } from "./DescriptorConfig.ts"
import { principalComponents } from "./principal.ts"

/** The head, whose bias would cancel against the normalising constant. */
const head = { name: "f", units: 1, activation: "identity", bias: false } as const

/** f for rows of `inputs` features: K ReLU units and their weighted sum. */
export const energyNetwork = (inputs: number, energy: EnergyConfig): Network => ({
  inputs,
  trunk: [{ units: energy.kind === "linear" ? energy.filters : energy.width, activation: "relu" }],
  heads: [head]
})

/**
 * Where learning starts. Linear: the filters' directions, so that a response to standardised rows is of order 1; their offsets
 * U(−1, 1), so that they switch on within that range; weights 0, the reference distribution itself. MLP: Glorot.
 */
export const energyStart = Effect.fnUntraced(function* (
  x: Float32Tensor,
  energy: EnergyConfig,
  seed: number
): Effect.fn.Return<Record<string, Float32Tensor>, TrainingRefused> {
  const d = x.shape[1] ?? 0
  if (energy.kind === "mlp") return initialParameters(energyNetwork(d, energy), seed)
  const K = energy.filters
  const stream = Rng.stream(seed, "descriptor/filters")
  const offsets = Rng.stream(seed, "descriptor/offsets")
  const weight = new Float32Array(K * d)
  let deviation = 1
  if (energy.components === undefined) {
    const length = Math.sqrt(d)
    for (let i = 0; i < weight.length; i++) weight[i] = stream.normal() / length
  } else {
    const principal = yield* principalComponents(x, energy.components, seed)
    const q = principal.directions.length / d
    deviation = principal.deviation
    for (let a = 0; a < K; a++)
      for (let j = 0; j < q; j++) {
        const z = stream.normal() / Math.sqrt(q)
        for (let k = 0; k < d; k++)
          weight[a * d + k] = (weight[a * d + k] ?? 0) + z * (principal.directions[j * d + k] ?? 0)
      }
  }
  return {
    "trunk.0.weight": f32([K, d], weight),
    "trunk.0.bias": f32(
      [K],
      Float32Array.from({ length: K }, () => deviation * (2 * offsets.uniform() - 1))
    ),
    "heads.f.weight": f32([1, K], new Float32Array(K))
  }
})
