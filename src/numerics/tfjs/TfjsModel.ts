/** Networks, and the losses on their heads, in TensorFlow.js operations: what autodiff differentiates. */
import type { Network } from "../Network.ts"
import type { Autodiff } from "../objectives/Autodiff.ts"
import type { Evaluator, ObjectiveBatch } from "../objectives/Evaluator.ts"
import type { Term } from "../Problem.ts"
import type { Scalar, Tensor2D, Tf, Variable } from "../TfjsTypes.ts"

/** One batch as tensors. `gates[i]` is [rows, 1]. */
export interface TfjsBatch {
  readonly x: Tensor2D
  readonly targets: Readonly<Record<string, Tensor2D>>
  readonly gates: ReadonlyArray<Tensor2D | undefined>
}

export interface TfjsHead {
  readonly logits: Tensor2D
  readonly outputs: Tensor2D
}

/** The trunk's last activations. */
export const trunkOf = (
  tf: Tf,
  network: Network,
  variables: Readonly<Record<string, Variable>>,
  x: Tensor2D
): Tensor2D => {
  let h = x
  network.trunk.forEach((layer, i) => {
    const z = dense(tf, h, variables[`trunk.${i}.weight`], variables[`trunk.${i}.bias`])
    h = layer.activation === "relu" ? tf.relu(z) : layer.activation === "tanh" ? tf.tanh(z) : z
  })
  return h
}

export const headOf = (
  tf: Tf,
  network: Network,
  variables: Readonly<Record<string, Variable>>,
  h: Tensor2D,
  index: number,
  gate: Tensor2D | undefined
): TfjsHead => {
  const head = network.heads[index]
  const input: Tensor2D = gate === undefined ? h : tf.mul(h, gate)
  const logits = dense(tf, input, variables[`heads.${head?.name}.weight`], variables[`heads.${head?.name}.bias`])
  const outputs: Tensor2D =
    head?.activation === "sigmoid" ? tf.sigmoid(logits) : head?.activation === "softmax" ? tf.softmax(logits) : logits
  return { logits, outputs }
}

/** The identity, whose gradient is multiplied by a factor. */
export const scaledGradient = (tf: Tf, h: Tensor2D, factor: number): Tensor2D =>
  factor === 1 ? h : tf.customGrad(() => ({ value: tf.clone(h), gradFunc: (dy: Tensor2D) => tf.mul(dy, factor) }))(h)

const dense = (tf: Tf, h: Tensor2D, weight: Variable | undefined, bias: Variable | undefined): Tensor2D => {
  if (weight === undefined) return h
  const z: Tensor2D = tf.matMul(h, weight, false, true)
  return bias === undefined ? z : tf.add(z, bias)
}

/** The loss of one objective (unweighted), and its observation where it has one. */
export const lossOf = (
  tf: Tf,
  { evaluator, objective }: Term,
  head: TfjsHead,
  targets: Readonly<Record<string, Tensor2D>>
): ReturnType<Autodiff> => {
  const none: Tensor2D = tf.zeros([head.outputs.shape[0], 1])
  return objective.autodiff === undefined
    ? joined(tf, evaluator, head, targets)
    : objective.autodiff(tf, { ...head, target: (name) => targets[name] ?? none })
}

/** An evaluator's own gradient, joined to autodiff at the outputs or logits. */
const joined = (
  tf: Tf,
  evaluator: Evaluator,
  head: TfjsHead,
  targets: Readonly<Record<string, Tensor2D>>
): ReturnType<Autodiff> => {
  const [rows, width] = head.outputs.shape
  const read = (tensor: Tensor2D) => Float32Array.from(tensor.dataSync())
  const batch: ObjectiveBatch = {
    rows,
    width,
    outputs: read(head.outputs),
    logits: read(head.logits),
    targets: Object.fromEntries(Object.entries(targets).map(([name, tensor]) => [name, read(tensor)]))
  }
  const gradient = new Float32Array(rows * width)
  const value = evaluator.evaluate(batch, gradient)
  const at = evaluator.at === "output" ? head.outputs : head.logits
  // A linear function with the right value and the right gradient at this point.
  const linear = tf.sum(tf.mul(at, tf.tensor2d(gradient, [rows, width])))
  const shift = value - (linear.dataSync()[0] ?? 0)
  const loss: Scalar = tf.add(linear, shift)
  return evaluator.observation === undefined ? { loss } : { loss, observed: evaluator.observation.read() }
}
