/** The forward pass of a network on the engine's kernels: its parameters and activations in one planned memory. */
import { type Float32Tensor, f32 } from "../../domain/Tensor.ts"
import { type Network, type ParameterSpec, type Parameters, parameterShape, parameterSpecs } from "../Network.ts"
import type { Kernels, MemoryPlan } from "./Kernels.ts"

const TRUNK_CODES = { identity: 0, relu: 1, tanh: 2 } as const
const HEAD_CODES = { identity: 0, sigmoid: 1, softmax: 2 } as const

/** Floats between rows of a weight matrix. */
export const leading = (inputs: number): number => (inputs + 15) & ~15

/** Where a parameter lives: `floats` at `address`, including the padding (zeros that stay zeros). */
export interface ParameterBlock {
  readonly spec: ParameterSpec
  /** Bytes from the start of the parameters. */
  readonly offset: number
  readonly floats: number
}

/** A trunk layer's addresses. `panels` and `strips` hold its activations. */
export interface LayerBlock {
  readonly inputs: number
  readonly units: number
  readonly code: number
  readonly weight: number
  readonly bias: number
  readonly panels: number
  readonly strips: number
}

export interface HeadBlock {
  readonly units: number
  /** First unit among all heads' units. */
  readonly first: number
  readonly code: number
  readonly bias: number
  /** One float a row; 0 where the head has no gate. */
  readonly gate: number
}

export class ForwardPass {
  readonly network: Network
  /** Rows of a step at most, a multiple of 8. */
  readonly capacity: number
  readonly parameters: ReadonlyArray<ParameterBlock>
  /** Address of the parameters, and their floats. */
  readonly parametersAt: number
  readonly parameterFloats: number
  /** The input's activations. */
  readonly xPanels: number
  readonly xStrips: number
  readonly layers: ReadonlyArray<LayerBlock>
  readonly heads: ReadonlyArray<HeadBlock>
  readonly headUnits: number
  readonly headWeight: number
  readonly logits: number
  readonly outputs: number
  /** Addresses of the rows to gather. */
  readonly pointersAt: number
  /** A row of zeros, which stands for the rows beyond the batch. */
  readonly zeroRow: number
  readonly #strips: boolean

  /** `training` also keeps the strips that the backward pass reads. `gated[i]`: head i has gates. */
  constructor(plan: MemoryPlan, network: Network, rows: number, gated: ReadonlyArray<boolean>, training: boolean) {
    this.network = network
    this.capacity = (rows + 7) & ~7
    this.#strips = training
    const blocks: Array<ParameterBlock> = []
    let offset = 0
    for (const spec of parameterSpecs(network)) {
      const floats = spec.kind === "weight" ? spec.outputs * leading(spec.inputs) : (spec.outputs + 3) & ~3
      blocks.push({ spec, offset, floats })
      offset += 4 * floats
    }
    this.parameters = blocks
    this.parameterFloats = offset / 4
    this.parametersAt = plan.reserve(offset)
    const addressOf = (name: string) => {
      const block = blocks.find((candidate) => candidate.spec.name === name)
      return block === undefined ? 0 : this.parametersAt + block.offset
    }
    const activations = (units: number) => ({
      panels: plan.floats(this.capacity * units),
      strips: training ? plan.floats(this.capacity * leading(units)) : 0
    })
    const x = activations(network.inputs)
    this.xPanels = x.panels
    this.xStrips = x.strips
    let inputs = network.inputs
    this.layers = network.trunk.map((layer, i) => {
      const block = {
        inputs,
        units: layer.units,
        code: TRUNK_CODES[layer.activation],
        weight: addressOf(`trunk.${i}.weight`),
        bias: addressOf(`trunk.${i}.bias`),
        ...activations(layer.units)
      }
      inputs = layer.units
      return block
    })
    let first = 0
    this.heads = network.heads.map((head, i) => {
      const block = {
        units: head.units,
        first,
        code: HEAD_CODES[head.activation],
        bias: addressOf(`heads.${head.name}.bias`),
        gate: gated[i] === true ? plan.floats(this.capacity) : 0
      }
      first += head.units
      return block
    })
    this.headUnits = first
    this.headWeight = addressOf(`heads.${network.heads[0]?.name ?? ""}.weight`)
    this.logits = plan.floats(this.capacity * first)
    this.outputs = plan.floats(this.capacity * first)
    this.pointersAt = plan.reserve(4 * this.capacity)
    this.zeroRow = plan.floats(leading(network.inputs) + 16)
  }

  /** Where the heads read: the last layer's activations, or the input's. */
  get last(): { readonly units: number; readonly panels: number; readonly strips: number; readonly code: number } {
    return (
      this.layers[this.layers.length - 1] ?? {
        units: this.network.inputs,
        panels: this.xPanels,
        strips: this.xStrips,
        code: 0
      }
    )
  }

  /** Copies parameters in; those not given are left as they are. */
  load(buffer: ArrayBuffer, given: Parameters): void {
    for (const { offset, spec } of this.parameters) {
      const tensor = given[spec.name]
      if (tensor === undefined) continue
      const columns = spec.kind === "weight" ? spec.inputs : spec.outputs
      const stride = spec.kind === "weight" ? leading(spec.inputs) : columns
      const block = new Float32Array(buffer, this.parametersAt + offset)
      for (let r = 0; r * columns < tensor.data.length; r++) {
        for (let c = 0; c < columns; c++) block[r * stride + c] = tensor.data[r * columns + c] ?? 0
      }
    }
  }

  /** Copies the parameters, or anything laid out as they are (gradients), out of the memory. */
  read(buffer: ArrayBuffer, address: number = this.parametersAt): Record<string, Float32Tensor> {
    const tensors: Record<string, Float32Tensor> = {}
    for (const { offset, spec } of this.parameters) {
      const shape = parameterShape(spec)
      const columns = spec.kind === "weight" ? spec.inputs : spec.outputs
      const stride = spec.kind === "weight" ? leading(spec.inputs) : columns
      const rows = spec.kind === "weight" ? spec.outputs : 1
      const data = new Float32Array(rows * columns)
      for (let r = 0; r < rows; r++) {
        data.set(new Float32Array(buffer, address + offset + 4 * r * stride, columns), r * columns)
      }
      tensors[spec.name] = f32(shape, data)
    }
    return tensors
  }

  /** Runs the trunk and the heads on `rows` rows of input panels (rows beyond, up to a multiple of 8, hold anything finite). */
  run(kernels: Kernels, rows: number): void {
    const panels = (rows + 7) >> 3
    let input = this.xPanels
    for (let i = 0; i < this.layers.length; i++) {
      const layer = this.layers[i]
      if (layer === undefined) continue
      const ld = leading(layer.inputs)
      kernels.denseForward(
        layer.weight,
        ld,
        layer.bias,
        input,
        layer.inputs,
        layer.units,
        panels,
        layer.panels,
        layer.code
      )
      if (this.#strips) {
        kernels.panelsToStrips(layer.panels, panels, layer.units, leading(layer.units), this.capacity, layer.strips)
      }
      input = layer.panels
    }
    const units = this.layers[this.layers.length - 1]?.units ?? this.network.inputs
    kernels.denseForward(this.headWeight, leading(units), 0, input, units, this.headUnits, panels, this.logits, 0)
    for (let i = 0; i < this.heads.length; i++) {
      const head = this.heads[i]
      if (head === undefined) continue
      kernels.headForward(
        this.logits,
        this.outputs,
        this.headUnits,
        head.first,
        head.units,
        panels,
        head.gate,
        head.bias,
        head.code
      )
    }
  }
}

/** Writes rows, padded with zeros to `leading`, at an address: the form `gather` reads. */
export const writeRows = (
  buffer: ArrayBuffer,
  address: number,
  x: Float32Array,
  first: number,
  count: number,
  inputs: number
): void => {
  const ld = leading(inputs)
  const target = new Float32Array(buffer, address, count * ld)
  for (let r = 0; r < count; r++) target.set(x.subarray((first + r) * inputs, (first + r + 1) * inputs), r * ld)
}
