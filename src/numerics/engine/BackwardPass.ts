/** The backward pass of a network on the engine's kernels: from the terms' gradients at the heads to an optimiser's gradients. */
import type { EngineOptimiser } from "./EngineOptimiser.ts"
import type { EngineTerm } from "./EngineTerm.ts"
import { type ForwardPass, leading } from "./ForwardPass.ts"
import type { Kernels, MemoryPlan } from "./Kernels.ts"

interface BackwardPlace {
  /** Gradients at each trunk layer's sums, in panels. */
  readonly deltas: ReadonlyArray<number>
  /** At the heads' sums, and the part of them that flows into the trunk. */
  readonly head: number
  readonly trunk: number
}

export const reserveBackward = (plan: MemoryPlan, pass: ForwardPass): BackwardPlace => ({
  deltas: pass.layers.map((layer) => plan.floats(pass.capacity * layer.units)),
  head: plan.floats(pass.capacity * pass.headUnits),
  trunk: plan.floats(pass.capacity * pass.headUnits)
})

/** Bytes that the weights' gradient needs beside its result. */
export const BACKWARD_SCRATCH = 65536

export class BackwardPass {
  readonly #pass: ForwardPass
  readonly #kernels: Kernels
  readonly #terms: ReadonlyArray<EngineTerm>
  readonly #deltas: ReadonlyArray<number>
  readonly #headDelta: Float32Array
  readonly #trunkDelta: Float32Array
  readonly #headBiasGradient: Float64Array
  /** A head's gates, one float a row. */
  readonly #gates: ReadonlyArray<Float32Array | undefined>
  readonly #optimisers: ReadonlyArray<EngineOptimiser>
  readonly #gradients: ReadonlyArray<Float32Array>
  readonly #scratch: number

  constructor(
    { buffer, kernels }: { readonly buffer: ArrayBuffer; readonly kernels: Kernels },
    pass: ForwardPass,
    terms: ReadonlyArray<EngineTerm>,
    optimisers: ReadonlyArray<EngineOptimiser>,
    place: BackwardPlace,
    scratch: number
  ) {
    const floats = pass.capacity * pass.headUnits
    this.#pass = pass
    this.#kernels = kernels
    this.#terms = terms
    this.#deltas = place.deltas
    this.#headDelta = new Float32Array(buffer, place.head, floats)
    this.#trunkDelta = new Float32Array(buffer, place.trunk, floats)
    this.#headBiasGradient = new Float64Array(pass.headUnits)
    this.#gates = pass.heads.map(({ gate }) => (gate === 0 ? undefined : new Float32Array(buffer, gate, pass.capacity)))
    this.#gradients = optimisers.map(({ gradients }) => new Float32Array(buffer, gradients, pass.parameterFloats))
    this.#optimisers = optimisers
    this.#scratch = scratch
  }

  /** Writes the gradients of optimiser `index` over the step's `rows`; after the terms' evaluation. */
  run(index: number, rows: number): void {
    const block = this.#optimisers[index]
    const gradientFloats = this.#gradients[index]
    if (block === undefined || gradientFloats === undefined) return
    const pass = this.#pass
    const kernels = this.#kernels
    const panels = (rows + 7) >> 3
    this.#compose(block, gradientFloats, panels)
    const { gradients, lowest } = block
    const last = pass.layers.length - 1
    const base = gradients - pass.parametersAt
    const headDelta = this.#headDelta.byteOffset
    const lastLayer = pass.layers[last]
    const lastUnits = lastLayer?.units ?? pass.network.inputs
    const ld = leading(lastUnits)
    if (block.heads) {
      const strips = lastLayer?.strips ?? pass.xStrips
      kernels.denseBackWeight(
        headDelta,
        pass.headUnits,
        rows,
        strips,
        pass.capacity,
        ld,
        base + pass.headWeight,
        this.#scratch
      )
    }
    if (lowest > last || lastLayer === undefined) return
    const trunkDelta = block.split ? this.#trunkDelta.byteOffset : headDelta
    kernels.denseBackInput(
      pass.headWeight,
      ld,
      trunkDelta,
      lastUnits,
      pass.headUnits,
      panels,
      lastLayer.panels,
      this.#deltas[last] ?? 0,
      lastLayer.code
    )
    for (let l = last; l >= lowest; l--) {
      const layer = pass.layers[l]
      const below = pass.layers[l - 1]
      const delta = this.#deltas[l] ?? 0
      if (layer === undefined) continue
      const ld = leading(layer.inputs)
      const strips = below?.strips ?? pass.xStrips
      kernels.denseBackWeight(delta, layer.units, rows, strips, pass.capacity, ld, base + layer.weight, this.#scratch)
      if (layer.bias !== 0) kernels.denseBackBias(delta, layer.units, panels, base + layer.bias)
      if (l > lowest && below !== undefined) {
        kernels.denseBackInput(
          layer.weight,
          ld,
          delta,
          layer.inputs,
          layer.units,
          panels,
          below.panels,
          this.#deltas[l - 1] ?? 0,
          below.code
        )
      }
    }
  }

  /** Adds the optimiser's terms up at the heads' logits (through the gates), for the heads and for the trunk. */
  #compose(block: EngineOptimiser, gradients: Float32Array, panels: number): void {
    const pass = this.#pass
    const units = pass.headUnits
    const headDelta = this.#headDelta
    const trunkDelta = this.#trunkDelta
    const biases = this.#headBiasGradient
    headDelta.fill(0, 0, panels * 8 * units)
    if (block.split) trunkDelta.fill(0, 0, panels * 8 * units)
    biases.fill(0)
    const followed = block.optimiser.terms
    for (let t = 0; t < followed.length; t++) {
      const source = this.#terms[followed[t] ?? 0]
      if (source === undefined) continue
      const { batch, gradient, term } = source
      const head = pass.heads[term.head]
      if (head === undefined) continue
      const { outputs, rows, width } = batch
      const atLogit = term.evaluator.at === "logit"
      const { code, first } = head
      const { weight } = term
      const { offset } = source.segment
      const gates = this.#gates[term.head]
      for (let r = 0; r < rows; r++) {
        const row = offset + r
        const opening = gates === undefined ? 1 : (gates[row] ?? 1)
        const at = (row >> 3) * units * 8 + (row & 7)
        let mean = 0
        if (!atLogit && code === 2) {
          for (let c = 0; c < width; c++) mean += (gradient[r * width + c] ?? 0) * (outputs[r * width + c] ?? 0)
        }
        for (let c = 0; c < width; c++) {
          let d = gradient[r * width + c] ?? 0
          if (!atLogit && code !== 0) {
            const p = outputs[r * width + c] ?? 0
            d = code === 1 ? d * p * (1 - p) : p * (d - mean)
          }
          d *= weight
          biases[first + c] = (biases[first + c] ?? 0) + d
          const place = at + 8 * (first + c)
          headDelta[place] = (headDelta[place] ?? 0) + d * opening
          if (block.split) trunkDelta[place] = (trunkDelta[place] ?? 0) + d * opening * term.trunkFactor
        }
      }
    }
    for (let h = 0; h < pass.heads.length; h++) {
      const head = pass.heads[h]
      if (head === undefined || head.bias === 0) continue
      const start = (head.bias - pass.parametersAt) / 4
      for (let c = 0; c < head.units; c++) gradients[start + c] = biases[head.first + c] ?? 0
    }
  }
}
