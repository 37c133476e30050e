/** The energies as networks. */
import { type Float32Tensor, f32 } from "ablate"
import { initialParameters, type Network, Rng } from "ablate/numerics"
import type { EnergyConfig } from "./DescriptorConfig.ts"

/** The head, whose bias would cancel against the normalising constant. */
const head = { name: "f", units: 1, activation: "identity", bias: false } as const

/** f for rows of `inputs` features: K ReLU units and their weighted sum. */
export const energyNetwork = (inputs: number, energy: EnergyConfig): Network => ({
  inputs,
  trunk: [{ units: energy.kind === "linear" ? energy.filters : energy.width, activation: "relu" }],
  heads: [head]
})

/**
 * Where learning starts. Linear: the filters' directions N(0, I/d), so that a response to standardised rows is of order 1; their
 * offsets U(−1, 1), so that they switch on within that range; weights 0, the reference distribution itself. MLP: Glorot.
 */
export const energyStart = (inputs: number, energy: EnergyConfig, seed: number): Record<string, Float32Tensor> => {
  const network = energyNetwork(inputs, energy)
  if (energy.kind === "mlp") return initialParameters(network, seed)
  const K = energy.filters
  const directions = Rng.stream(seed, "descriptor/filters")
  const offsets = Rng.stream(seed, "descriptor/offsets")
  const length = Math.sqrt(inputs)
  return {
    "trunk.0.weight": f32(
      [K, inputs],
      Float32Array.from({ length: K * inputs }, () => directions.normal() / length)
    ),
    "trunk.0.bias": f32(
      [K],
      Float32Array.from({ length: K }, () => 2 * offsets.uniform() - 1)
    ),
    "heads.f.weight": f32([1, K], new Float32Array(K))
  }
}
