/** A last layer of ReLU units under a linear unit, on the way back: a sum of the rows of those units that are on. */
import { type ForwardPass, type LayerBlock, leading } from "../engine/ForwardPass.ts"
import type { MemoryPlan } from "../engine/Kernels.ts"
import type { FieldMemory } from "./LangevinField.ts"

export class GatedLayer {
  readonly #pass: ForwardPass
  readonly #layer: LayerBlock
  /** The layer's weights times the head's, in strips. */
  readonly #products: number
  /** Room for a block's sums, row by row. */
  readonly #rows: number
  #known = false

  constructor(plan: MemoryPlan, pass: ForwardPass, layer: LayerBlock) {
    const ld = leading(layer.inputs)
    this.#pass = pass
    this.#layer = layer
    this.#products = plan.floats(layer.units * ld)
    this.#rows = plan.floats(pass.capacity * ld)
  }

  /** The weights have changed. */
  forget(): void {
    this.#known = false
  }

  /** From the head to what is below the layer, whose values are at `below`. */
  back(
    { buffer, kernels }: FieldMemory,
    panels: number,
    below: number,
    to: number,
    code: number,
    scratch: number
  ): void {
    const { inputs, panels: values, units } = this.#layer
    if (!this.#known) this.#multiply(buffer)
    this.#known = true
    const ld = leading(inputs)
    kernels.gatedBackInput(
      this.#products,
      units,
      ld,
      values,
      inputs,
      units,
      panels,
      below,
      to,
      code,
      this.#rows,
      scratch
    )
  }

  #multiply(buffer: ArrayBuffer): void {
    const { inputs, units, weight } = this.#layer
    const ld = leading(inputs)
    const weights = new Float32Array(buffer, weight, units * ld)
    const head = new Float32Array(buffer, this.#pass.headWeight, units)
    const products = new Float32Array(buffer, this.#products, units * ld)
    for (let column = 0; column < ld; column += 32) {
      const width = Math.min(32, ld - column)
      for (let u = 0; u < units; u++)
        for (let c = 0; c < width; c++)
          products[column * units + u * width + c] = (head[u] ?? 0) * (weights[u * ld + column + c] ?? 0)
    }
  }
}
