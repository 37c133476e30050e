/** Dense networks as data: a trunk of layers, and heads that read the trunk's last activations. */
import { type Float32Tensor, f32, type Tensor } from "../domain/Tensor.ts"
import { Rng } from "./Rng.ts"

/** The activation of a trunk's layer, elementwise. */
export type TrunkActivation = "identity" | "relu" | "tanh"
/** The activation of a head: softmax over its units, the others elementwise. */
export type HeadActivation = "identity" | "sigmoid" | "softmax"

/** A dense layer: activation(W·x + b). */
export interface Layer {
  readonly units: number
  readonly activation: TrunkActivation
  /** Default true. */
  readonly bias?: boolean
}

/** A named output layer. Its input may be multiplied, row by row, by `Rows.gates[name]`. */
export interface Head<Name extends string = string> {
  readonly name: Name
  readonly units: number
  readonly activation: HeadActivation
  /** Default true. */
  readonly bias?: boolean
}

/**
 * How parameters start, each from its own stream `init/<parameter>` of the seed, so that a further head moves no other
 * parameter. `"glorot"` (default): weights U(±√(6/(in+out))), biases 0. `"fan-in"`: weights and biases U(±1/√in), which
 * is PyTorch's default for a linear layer. `uniform`: weights U[low, high), biases 0.
 */
export type Init = "glorot" | "fan-in" | { readonly uniform: readonly [low: number, high: number] }

/** A dense network: the trunk's last activations feed every head. */
export interface Network<HeadName extends string = string> {
  /** Width of a row. */
  readonly inputs: number
  /** From the input up; may be empty (then the heads read the input: a linear model). */
  readonly trunk: ReadonlyArray<Layer>
  readonly heads: ReadonlyArray<Head<HeadName>>
  /** Default `"glorot"`. */
  readonly init?: Init
}

/** Parameters by name: `trunk.<i>.weight` [out, in], `trunk.<i>.bias` [out], `heads.<name>.weight`, `heads.<name>.bias`. */
export type Parameters = Readonly<Record<string, Tensor>>

/** One parameter's name and shape. `inputs` and `outputs` are those of its layer. */
export interface ParameterSpec {
  readonly name: string
  readonly kind: "weight" | "bias"
  readonly inputs: number
  readonly outputs: number
}

/** The parameters of a network in a fixed order: trunk from the input up, then head weights, then head biases. */
export const parameterSpecs = (network: Network): ReadonlyArray<ParameterSpec> => {
  const specs: Array<ParameterSpec> = []
  let inputs = network.inputs
  network.trunk.forEach((layer, i) => {
    specs.push({ name: `trunk.${i}.weight`, kind: "weight", inputs, outputs: layer.units })
    if (layer.bias ?? true) specs.push({ name: `trunk.${i}.bias`, kind: "bias", inputs, outputs: layer.units })
    inputs = layer.units
  })
  for (const head of network.heads) {
    specs.push({ name: `heads.${head.name}.weight`, kind: "weight", inputs, outputs: head.units })
  }
  for (const head of network.heads) {
    if (head.bias ?? true) specs.push({ name: `heads.${head.name}.bias`, kind: "bias", inputs, outputs: head.units })
  }
  return specs
}

export const parameterShape = (spec: ParameterSpec): ReadonlyArray<number> =>
  spec.kind === "weight" ? [spec.outputs, spec.inputs] : [spec.outputs]

/** The starting values of every parameter, for a declared seed; those in `given` are taken as they are. */
export const initialParameters = (
  network: Network,
  seed: number,
  given: Parameters = {}
): Record<string, Float32Tensor> => {
  const init = network.init ?? "glorot"
  const parameters: Record<string, Float32Tensor> = {}
  for (const spec of parameterSpecs(network)) {
    const shape = parameterShape(spec)
    const start = given[spec.name]
    parameters[spec.name] = f32(shape, start === undefined ? draw(spec, init, seed) : Float32Array.from(start.data))
  }
  return parameters
}

const draw = (spec: ParameterSpec, init: Init, seed: number): Float32Array => {
  const values = new Float32Array(spec.kind === "weight" ? spec.outputs * spec.inputs : spec.outputs)
  if (spec.kind === "bias" && init !== "fan-in") return values
  const limit = init === "fan-in" ? Math.sqrt(1 / spec.inputs) : Math.sqrt(6 / (spec.inputs + spec.outputs))
  const [low, high] = typeof init === "string" ? [-limit, limit] : init.uniform
  const stream = Rng.stream(seed, `init/${spec.name}`)
  for (let i = 0; i < values.length; i++) values[i] = low + (high - low) * stream.uniformF32()
  return values
}
