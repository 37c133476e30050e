/** Adam (Kingma & Ba 2015) as an ascent on parameters outside a training: the gradient comes from sampling. */
import type { Float32Tensor } from "ablate"

export class Adam {
  readonly #learningRate: number
  readonly #beta1: number
  readonly #beta2 = 0.999
  readonly #moments = new Map<string, { readonly first: Float64Array; readonly second: Float64Array }>()
  #power1 = 1
  #power2 = 1

  constructor(learningRate: number, beta1: number) {
    this.#learningRate = learningRate
    this.#beta1 = beta1
  }

  /** Moves every parameter that has a gradient up it, in place. `factor` multiplies the gradients (a clip). */
  ascend(
    parameters: Readonly<Record<string, Float32Tensor>>,
    gradients: Readonly<Record<string, Float64Array>>,
    factor: number
  ): void {
    this.#power1 *= this.#beta1
    this.#power2 *= this.#beta2
    for (const [name, gradient] of Object.entries(gradients)) {
      const values = parameters[name]?.data
      if (values === undefined) continue
      const moments = this.#moments.get(name) ?? {
        first: new Float64Array(gradient.length),
        second: new Float64Array(gradient.length)
      }
      this.#moments.set(name, moments)
      const { first, second } = moments
      for (let i = 0; i < gradient.length; i++) {
        const g = factor * (gradient[i] ?? 0)
        const m = this.#beta1 * (first[i] ?? 0) + (1 - this.#beta1) * g
        const v = this.#beta2 * (second[i] ?? 0) + (1 - this.#beta2) * g * g
        first[i] = m
        second[i] = v
        const step = m / (1 - this.#power1) / (Math.sqrt(v / (1 - this.#power2)) + 1e-8)
        values[i] = (values[i] ?? 0) + this.#learningRate * step
      }
    }
  }
}
