/**
 * The energy f(x) = Σ w_u ReLU(a_u·x + b_u) over fixed filters as a field, in coordinates in which it costs least.
 *
 * N(0, σ²I) and the noise are the same in every rotation of the coordinates, so that chains may run in those that make the
 * filters' matrix triangular: half the products. From a step to the next few units switch on or off, and only those change the
 * gradient. Both leave the law of the chains as it is.
 */
import type { Float32Tensor } from "../../domain/Tensor.ts"
import { leading } from "../engine/ForwardPass.ts"
import type { MemoryPlan } from "../engine/Kernels.ts"
import type { Network, Parameters } from "../Network.ts"
import type { FieldMemory, GradientOf, LangevinField } from "./LangevinField.ts"
import { type Triangular, triangularise } from "./Triangularise.ts"

/** Steps after which a gradient is summed anew, so that its roundings do not pile up. */
const ANEW = 256

/** Whether a network is one layer of ReLU units under its head. */
export const isFrame = ({ trunk }: Network): boolean => trunk.length === 1 && trunk[0]?.activation === "relu"

interface Frame {
  readonly network: Network
  readonly parameters: Parameters
}

export class LangevinFrame implements LangevinField {
  readonly dimension: number
  readonly blockPanels: number
  readonly #head: string
  readonly #units: number
  readonly #factors: Triangular
  /** Columns that the triangular filters have. */
  readonly #rank: number
  readonly #filterStride: number
  readonly #rotationStride: number
  readonly #lower: number
  readonly #rotation: number
  readonly #biases: number
  readonly #weights: number
  readonly #responses: number
  readonly #active: number
  readonly #gradients: number
  readonly #dx: number
  readonly #turned: number
  readonly #scratch: number
  readonly #panels: number
  /** Steps of a block since its gradients were summed anew, by the block's first panel. */
  readonly #age: Int32Array
  #constant = 0
  #memory: FieldMemory | undefined

  /** For `panels` panels of chains in all. The filters are those of `parameters`, once and for all. */
  constructor(plan: MemoryPlan, { network, parameters }: Frame, blockPanels: number, panels: number) {
    const d = network.inputs
    const units = network.trunk[0]?.units ?? 0
    this.dimension = d
    this.blockPanels = blockPanels
    this.#head = network.heads[0]?.name ?? ""
    this.#units = units
    this.#factors = triangularise(parameters["trunk.0.weight"]?.data ?? [], units, d)
    this.#rank = this.#factors.rank
    this.#panels = panels
    this.#filterStride = (this.#rank + 31) & ~31
    this.#rotationStride = leading(d)
    this.#lower = plan.floats(units * this.#filterStride)
    this.#rotation = plan.floats(d * this.#rotationStride)
    this.#biases = plan.floats(units)
    this.#weights = plan.floats(units)
    this.#responses = plan.floats(8 * blockPanels * units)
    this.#active = plan.reserve(panels * units)
    this.#gradients = plan.floats(8 * panels * this.#filterStride)
    this.#dx = plan.floats(8 * blockPanels * d)
    this.#turned = plan.floats(8 * blockPanels * d)
    this.#scratch = plan.reserve(64 + 64 * units)
    this.#age = new Int32Array(panels)
  }

  attach(memory: FieldMemory): void {
    this.#memory = memory
    const d = this.dimension
    const { lower, rotation } = this.#factors
    const place = (address: number, from: Float64Array, count: number, stride: number, width: number) => {
      const to = new Float32Array(memory.buffer, address, count * stride)
      for (let r = 0; r < count; r++) to.set(from.subarray(r * d, r * d + width), r * stride)
    }
    place(this.#lower, lower, this.#units, this.#filterStride, this.#rank)
    place(this.#rotation, rotation, d, this.#rotationStride, d)
  }

  load(parameters: Parameters): void {
    const { buffer } = this.#bound
    const units = this.#units
    const biases = parameters["trunk.0.bias"]
    const weights = parameters[`heads.${this.#head}.weight`]
    const constant = parameters[`heads.${this.#head}.bias`]
    if (biases !== undefined) new Float32Array(buffer, this.#biases, units).set(biases.data)
    if (weights !== undefined) new Float32Array(buffer, this.#weights, units).set(weights.data)
    if (constant !== undefined) this.#constant = constant.data[0] ?? 0
    // What is summed belongs to the old weights.
    this.#age.fill(0)
  }

  gradient(x: number, first: number, panels: number): number {
    const { buffer, kernels } = this.#bound
    const units = this.#units
    const stride = this.#filterStride
    const active = this.#active + first * units
    const gradients = this.#gradients + 32 * first * stride
    const age = this.#age[first] ?? 0
    if (age % ANEW === 0) {
      new Uint8Array(buffer, active, panels * units).fill(0)
      new Float32Array(buffer, gradients, 8 * panels * stride).fill(0)
    }
    this.#age[first] = (age % ANEW) + 1
    this.#respond(x, panels)
    kernels.frameGradient(
      this.#lower,
      stride,
      this.#weights,
      this.#responses,
      units,
      active,
      gradients,
      this.#scratch,
      this.#rank,
      panels,
      this.#dx,
      this.dimension
    )
    return this.#dx
  }

  values(x: number, rows: number, to: Float64Array, offset: number): void {
    this.#respond(x, (rows + 7) >> 3)
    const weights = new Float32Array(this.#bound.buffer, this.#weights, this.#units)
    const responses = this.#responsesOf(rows)
    for (let r = 0; r < rows; r++) {
      let sum = this.#constant
      const at = (r >> 3) * 8 * this.#units + (r & 7)
      for (let u = 0; u < this.#units; u++) sum += (weights[u] ?? 0) * Math.max(responses[at + 8 * u] ?? 0, 0)
      to[offset + r] = sum
    }
  }

  addGradients(x: number, rows: number, _of: GradientOf, sums: Map<string, Float64Array>): void {
    this.#respond(x, (rows + 7) >> 3)
    const responses = this.#responsesOf(rows)
    const name = `heads.${this.#head}.weight`
    const sum = sums.get(name) ?? new Float64Array(this.#units)
    sums.set(name, sum)
    for (let first = 0; first < rows; first += 8) {
      const lanes = Math.min(8, rows - first)
      let at = first * this.#units
      for (let u = 0; u < this.#units; u++, at += 8) {
        let total = sum[u] ?? 0
        for (let lane = 0; lane < lanes; lane++) total += Math.max(responses[at + lane] ?? 0, 0)
        sum[u] = total
      }
    }
  }

  place({ data, shape }: Float32Tensor, x: number): void {
    const { buffer, kernels } = this.#bound
    const d = this.dimension
    const rows = shape[0] ?? 0
    this.#age.fill(0)
    this.#each(rows, (first, size, panels) => {
      const turned = new Float32Array(buffer, this.#turned, 8 * panels * d).fill(0)
      for (let r = 0; r < size; r++) {
        const at = (r >> 3) * 8 * d + (r & 7)
        for (let k = 0; k < d; k++) turned[at + 8 * k] = data[(8 * first + r) * d + k] ?? 0
      }
      const to = x + 32 * first * d
      kernels.denseBackInput(this.#rotation, this.#rotationStride, this.#turned, d, d, panels, this.#turned, to, 0)
    })
  }

  read(x: number, rows: number): Float32Array {
    const { buffer, kernels } = this.#bound
    const d = this.dimension
    const out = new Float32Array(rows * d)
    const turned = new Float32Array(buffer, this.#turned, 8 * this.blockPanels * d)
    this.#each(rows, (first, size, panels) => {
      const from = x + 32 * first * d
      kernels.denseForward(this.#rotation, this.#rotationStride, 0, from, d, d, panels, this.#turned, 0)
      for (let r = 0; r < size; r++) {
        const at = (r >> 3) * 8 * d + (r & 7)
        for (let k = 0; k < d; k++) out[(8 * first + r) * d + k] = turned[at + 8 * k] ?? 0
      }
    })
    return out
  }

  get #bound(): FieldMemory {
    if (this.#memory === undefined) throw new RangeError("a field is used before its memory is there")
    return this.#memory
  }

  #responsesOf(rows: number): Float32Array {
    return new Float32Array(this.#bound.buffer, this.#responses, ((rows + 7) & ~7) * this.#units)
  }

  /** The units' sums at a block's positions. */
  #respond(x: number, panels: number): void {
    this.#bound.kernels.frameForward(
      this.#lower,
      this.#filterStride,
      this.#biases,
      x,
      this.dimension,
      this.#units,
      this.#rank,
      panels,
      this.#responses
    )
  }

  #each(rows: number, visit: (firstPanel: number, rows: number, panels: number) => void): void {
    for (let first = 0; 8 * first < rows; first += this.blockPanels) {
      const panels = Math.min(this.blockPanels, this.#panels - first)
      visit(first, Math.min(8 * panels, rows - 8 * first), panels)
    }
  }
}
