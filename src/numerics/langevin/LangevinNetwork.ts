/** Any energy network as a field: f and its gradients by the engine's dense kernels, in the rows' own coordinates. */
import type { Float32Tensor } from "../../domain/Tensor.ts"
import { ForwardPass, leading } from "../engine/ForwardPass.ts"
import type { MemoryPlan } from "../engine/Kernels.ts"
import type { Network, Parameters } from "../Network.ts"
import { GatedLayer } from "./GatedLayer.ts"
import type { FieldMemory, GradientOf, LangevinField } from "./LangevinField.ts"

/** Bytes that the weights' gradient, and the sums of units that are on, need beside their results. */
const SCRATCH = 65536

export class LangevinNetwork implements LangevinField {
  readonly dimension: number
  readonly blockPanels: number
  readonly #pass: ForwardPass
  /** Gradients at each trunk layer's sums, in panels; at the head's, one float a row. */
  readonly #deltas: ReadonlyArray<number>
  readonly #headDelta: number
  readonly #dx: number
  /** The input's strips. */
  readonly #strips: number
  readonly #parameterGradients: number
  readonly #scratch: number
  /** The last layer, if it is one of ReLU units. */
  readonly #gated: GatedLayer | undefined
  #memory: FieldMemory | undefined

  constructor(plan: MemoryPlan, network: Network, blockPanels: number) {
    const rows = 8 * blockPanels
    this.dimension = network.inputs
    this.blockPanels = blockPanels
    const pass = new ForwardPass(plan, network, rows, [false], true)
    this.#pass = pass
    this.#deltas = pass.layers.map(({ units }) => plan.floats(rows * units))
    this.#headDelta = plan.floats(rows)
    this.#dx = plan.floats(rows * network.inputs)
    this.#strips = plan.floats(rows * leading(network.inputs))
    this.#parameterGradients = plan.floats(pass.parameterFloats)
    const last = pass.layers.at(-1)
    this.#gated =
      last !== undefined && network.trunk.at(-1)?.activation === "relu" ? new GatedLayer(plan, pass, last) : undefined
    this.#scratch = plan.reserve(SCRATCH)
  }

  attach(memory: FieldMemory): void {
    this.#memory = memory
  }

  load(parameters: Parameters): void {
    this.#pass.load(this.#bound.buffer, parameters)
    this.#gated?.forget()
  }

  gradient(x: number, _first: number, panels: number): number {
    this.#trunk(x, panels)
    const { kernels } = this.#bound
    let l = this.#pass.layers.length - 1
    let delta = this.#under(l)
    if (this.#gated === undefined) {
      this.#seed(8 * panels, panels)
      delta = this.#backHead(x, panels, l < 0)
    } else {
      const below = this.#pass.layers[--l]
      this.#gated.back(this.#bound, panels, below?.panels ?? x, delta, below?.code ?? 0, this.#scratch)
    }
    for (; l >= 0; l--) {
      const layer = this.#pass.layers[l]
      const below = this.#pass.layers[l - 1]
      if (layer === undefined) continue
      const to = this.#under(l)
      kernels.denseBackInput(
        layer.weight,
        leading(layer.inputs),
        delta,
        layer.inputs,
        layer.units,
        panels,
        below?.panels ?? x,
        to,
        below?.code ?? 0
      )
      delta = to
    }
    return this.#dx
  }

  values(x: number, rows: number, to: Float64Array, offset: number): void {
    this.#forward(x, (rows + 7) >> 3)
    to.set(new Float32Array(this.#bound.buffer, this.#pass.outputs, rows), offset)
  }

  addGradients(x: number, rows: number, of: GradientOf, sums: Map<string, Float64Array>): void {
    const { buffer, kernels } = this.#bound
    const pass = this.#pass
    const panels = (rows + 7) >> 3
    this.#forward(x, panels)
    this.#seed(rows, panels)
    const base = this.#parameterGradients - pass.parametersAt
    const last = pass.layers[pass.layers.length - 1]
    kernels.panelsToStrips(x, panels, this.dimension, leading(this.dimension), pass.capacity, this.#strips)
    for (const layer of pass.layers) {
      kernels.panelsToStrips(layer.panels, panels, layer.units, leading(layer.units), pass.capacity, layer.strips)
    }
    const weigh = (delta: number, units: number, inputs: number, strips: number, weight: number) =>
      kernels.denseBackWeight(delta, units, rows, strips, pass.capacity, leading(inputs), base + weight, this.#scratch)
    weigh(this.#headDelta, 1, last?.units ?? this.dimension, last?.strips ?? this.#strips, pass.headWeight)
    const bias = pass.heads[0]?.bias ?? 0
    if (bias !== 0) kernels.denseBackBias(this.#headDelta, 1, panels, base + bias)
    if (of === "all" && last !== undefined) {
      let delta = this.#backHead(x, panels, false)
      for (let l = pass.layers.length - 1; l >= 0; l--) {
        const layer = pass.layers[l]
        const below = pass.layers[l - 1]
        if (layer === undefined) continue
        weigh(delta, layer.units, layer.inputs, below?.strips ?? this.#strips, layer.weight)
        if (layer.bias !== 0) kernels.denseBackBias(delta, layer.units, panels, base + layer.bias)
        if (below === undefined) continue
        const to = this.#deltas[l - 1] ?? 0
        const ld = leading(layer.inputs)
        kernels.denseBackInput(layer.weight, ld, delta, layer.inputs, layer.units, panels, below.panels, to, below.code)
        delta = to
      }
    }
    for (const [name, { data }] of Object.entries(pass.read(buffer, this.#parameterGradients))) {
      if (of === "heads" && !name.startsWith("heads.")) continue
      const sum = sums.get(name) ?? new Float64Array(data.length)
      for (let i = 0; i < data.length; i++) sum[i] = (sum[i] ?? 0) + (data[i] ?? 0)
      sums.set(name, sum)
    }
  }

  place({ data, shape }: Float32Tensor, x: number): void {
    const [rows = 0] = shape
    const d = this.dimension
    const panels = new Float32Array(this.#bound.buffer, x, ((rows + 7) & ~7) * d)
    for (let r = 0; r < rows; r++) {
      const at = (r >> 3) * 8 * d + (r & 7)
      for (let k = 0; k < d; k++) panels[at + 8 * k] = data[r * d + k] ?? 0
    }
  }

  read(x: number, rows: number): Float32Array {
    const d = this.dimension
    const panels = new Float32Array(this.#bound.buffer, x, ((rows + 7) & ~7) * d)
    const out = new Float32Array(rows * d)
    for (let r = 0; r < rows; r++) {
      const at = (r >> 3) * 8 * d + (r & 7)
      for (let k = 0; k < d; k++) out[r * d + k] = panels[at + 8 * k] ?? 0
    }
    return out
  }

  get #bound(): FieldMemory {
    if (this.#memory === undefined) throw new RangeError("a field is used before its memory is there")
    return this.#memory
  }

  /** Runs the layers under the head; returns where the head reads. */
  #trunk(x: number, panels: number): number {
    const { kernels } = this.#bound
    let input = x
    for (const { bias, code, inputs, panels: to, units, weight } of this.#pass.layers) {
      kernels.denseForward(weight, leading(inputs), bias, input, inputs, units, panels, to, code)
      input = to
    }
    return input
  }

  #forward(x: number, panels: number): void {
    const { kernels } = this.#bound
    const pass = this.#pass
    const input = this.#trunk(x, panels)
    const units = pass.layers[pass.layers.length - 1]?.units ?? this.dimension
    kernels.denseForward(pass.headWeight, leading(units), 0, input, units, 1, panels, pass.logits, 0)
    kernels.headForward(pass.logits, pass.outputs, 1, 0, 1, panels, 0, pass.heads[0]?.bias ?? 0, 0)
  }

  /** Where what flows back through layer l goes: to the layer below, or to the input. */
  #under(l: number): number {
    return l === 0 ? this.#dx : (this.#deltas[l - 1] ?? 0)
  }

  /** ∂f/∂f: 1 in every row, 0 in those that only fill a panel up. */
  #seed(rows: number, panels: number): void {
    new Float32Array(this.#bound.buffer, this.#headDelta, 8 * panels).fill(0).fill(1, 0, rows)
  }

  /** From the head to the last layer, or to the input; returns where. */
  #backHead(x: number, panels: number, toInput: boolean): number {
    const pass = this.#pass
    const last = pass.layers[pass.layers.length - 1]
    const units = last?.units ?? this.dimension
    const to = toInput ? this.#dx : (this.#deltas[this.#deltas.length - 1] ?? 0)
    this.#bound.kernels.denseBackInput(
      pass.headWeight,
      leading(units),
      this.#headDelta,
      units,
      1,
      panels,
      last?.panels ?? x,
      to,
      last?.code ?? 0
    )
    return to
  }
}
