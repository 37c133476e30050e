/** ResNet-34 up to global average pooling (He et al. 2016, torchvision's layout), with random weights. */
import { Rng } from "ablate/numerics"
import type { OnnxGraph, OnnxNode, OnnxTensor } from "./OnnxFile.ts"

/** Channels and residual blocks of the four stages. */
const STAGES = [
  [64, 3],
  [128, 4],
  [256, 6],
  [512, 3]
] as const

/**
 * Names in the order in which {@link resnet34Graph} makes them: convolutions' weights, then scale, shift, mean and
 * variance.
 */
export interface ResNet34 {
  readonly graph: OnnxGraph
  /** Learnable values: without running means and variances. */
  readonly parameters: number
}

export const resnet34Graph = (seed: number): ResNet34 => {
  const nodes: Array<OnnxNode> = []
  const weights: Array<OnnxTensor> = []
  const stream = Rng.stream(seed, "bench/resnet34")
  let parameters = 0
  const add = (name: string, dims: ReadonlyArray<number>, learnt: boolean, draw: () => number) => {
    const data = Float32Array.from({ length: dims.reduce((product, dim) => product * dim, 1) }, draw)
    if (learnt) parameters += data.length
    weights.push({ name, dims, data })
    return name
  }
  /** Convolution without bias, then batch normalisation. */
  const convolution = (name: string, input: string, from: number, to: number, kernel: number, stride: number) => {
    const reach = Math.sqrt(6 / (from * kernel * kernel))
    const weight = add(`${name}.weight`, [to, from, kernel, kernel], true, () => (2 * stream.uniformF32() - 1) * reach)
    const pad = kernel >> 1
    nodes.push({
      op: "Conv",
      inputs: [input, weight],
      output: name,
      attributes: { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [pad, pad, pad, pad] }
    })
    const normal = [
      add(`${name}.scale`, [to], true, () => 0.5 + 0.2 * stream.uniform()),
      add(`${name}.shift`, [to], true, () => 0.1 * stream.normal()),
      add(`${name}.mean`, [to], false, () => 0.1 * stream.normal()),
      add(`${name}.variance`, [to], false, () => 0.8 + 0.4 * stream.uniform())
    ]
    nodes.push({ op: "BatchNormalization", inputs: [name, ...normal], output: `${name}.normal` })
    return `${name}.normal`
  }
  const apply = (op: string, output: string, inputs: ReadonlyArray<string>, attributes?: OnnxNode["attributes"]) => {
    nodes.push({ op, inputs, output, ...(attributes === undefined ? {} : { attributes }) })
    return output
  }
  let x = apply("Relu", "stem", [convolution("conv1", "images", 3, 64, 7, 2)])
  x = apply("MaxPool", "pool", [x], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] })
  let from = 64
  for (const [stage, [channels, blocks]] of STAGES.entries())
    for (let block = 0; block < blocks; block++) {
      const name = `layer${stage + 1}.${block}`
      const stride = stage > 0 && block === 0 ? 2 : 1
      const first = apply("Relu", `${name}.relu1`, [convolution(`${name}.conv1`, x, from, channels, 3, stride)])
      const second = convolution(`${name}.conv2`, first, channels, channels, 3, 1)
      const shortcut = from === channels ? x : convolution(`${name}.downsample`, x, from, channels, 1, stride)
      x = apply("Relu", name, [apply("Add", `${name}.add`, [second, shortcut])])
      from = channels
    }
  apply("GlobalAveragePool", "features", [x])
  const graph: OnnxGraph = {
    inputs: [{ name: "images", dims: [1, 3, 224, 224] }],
    outputs: [{ name: "features", dims: [1, 512, 1, 1] }],
    nodes,
    weights
  }
  return { graph, parameters }
}
