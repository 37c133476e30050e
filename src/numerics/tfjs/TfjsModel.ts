/** The networks and objectives of this room, written in TensorFlow.js operations: what autodiff differentiates. */
import type { Network } from "../Network.ts"
import type { ObjectiveBatch } from "../objectives/Evaluator.ts"
import { evaluatorOf, type HeadObjective } from "../objectives/Objective.ts"
import type { Scalar, Tensor2D, Tf, Variable } from "./TfjsTypes.ts"

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
  objective: HeadObjective,
  head: TfjsHead,
  targets: Readonly<Record<string, Tensor2D>>
): { readonly loss: Scalar; readonly observed?: number } => {
  const { logits, outputs } = head
  const [rows, width] = outputs.shape
  const none = tf.zeros([rows, 1])
  const target = (name: string | undefined) => targets[name ?? objective.head] ?? none
  switch (objective._tag) {
    case "SquaredError": {
      const squares = tf.square(tf.sub(outputs, target(objective.target)))
      return { loss: objective.reduction === "mean" ? tf.mean(squares) : tf.mul(tf.sum(squares), 0.5) }
    }
    case "BinaryCrossEntropy": {
      const softplus = tf.add(tf.relu(logits), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))))
      const each = tf.sub(softplus, tf.mul(target(objective.target), logits))
      const bounded = objective.limit === undefined ? each : tf.minimum(each, objective.limit)
      const divisor = (objective.labels === "mean" ? width : 1) * (objective.rows === "sum" ? 1 : rows)
      return { loss: tf.div(tf.sum(bounded), divisor) }
    }
    case "CategoricalCrossEntropy": {
      const y = target(objective.target)
      const logs =
        objective.form === "normalised" ? tf.log(tf.div(outputs, tf.sum(outputs, 1, true))) : tf.logSoftmax(logits)
      return { loss: tf.div(tf.neg(tf.sum(tf.mul(y, logs))), objective.rows === "sum" ? 1 : rows) }
    }
    case "Parity": {
      const p = columnOf(tf, outputs, objective.unit)
      const a = target(objective.groupA)
      const b = target(objective.groupB)
      const massA = tf.sum(a).dataSync()[0] ?? 0
      const massB = tf.sum(b).dataSync()[0] ?? 0
      if (massA === 0 || massB === 0) return { loss: tf.mul(tf.sum(p), 0) }
      const gap: Scalar = tf.sub(tf.div(tf.sum(tf.mul(a, p)), massA), tf.div(tf.sum(tf.mul(b, p)), massB))
      const loss: Scalar = tf.square(gap)
      return { loss }
    }
    case "ExpectationMatching": {
      const surrogate = objective.surrogate ?? "product"
      const conditional = surrogate === "conditional"
      const soft: Tensor2D = surrogate === "sharpened" ? tf.sigmoid(tf.mul(logits, objective.beta ?? 10)) : outputs
      const hard: Tensor2D = tf.cast(tf.greaterEqual(outputs, 0.5), "float32")
      let loss: Scalar = tf.scalar(0)
      let observed = 0
      for (const { attributeValue = 1, unit, value } of objective.targets) {
        const expected = (p: Tensor2D) => {
          const label: Tensor2D = columnOf(tf, p, unit)
          const g: Tensor2D = columnOf(tf, p, objective.attribute)
          const joint: Scalar = tf.sum(tf.mul(label, attributeValue === 1 ? g : tf.sub(1, g)))
          return { joint, label: tf.sum(label) }
        }
        const h = expected(hard)
        const hardJoint = h.joint.dataSync()[0] ?? 0
        const hardLabel = h.label.dataSync()[0] ?? 0
        const literal = conditional ? (hardLabel === 0 ? 0 : hardJoint / hardLabel) : hardJoint / rows
        observed += Math.abs(literal - value)
        const s = expected(soft)
        const mean: Scalar = conditional ? tf.div(s.joint, s.label) : tf.div(s.joint, rows)
        // Straight-through: the literal value forward, the soft gradient backward.
        const shift = surrogate === "straight-through" ? literal - (mean.dataSync()[0] ?? 0) : 0
        loss = tf.add(loss, tf.abs(tf.sub(tf.add(mean, shift), value)))
      }
      return { loss, observed }
    }
    case "Custom":
      return customLoss(tf, objective, head, targets)
  }
}

const columnOf = (tf: Tf, matrix: Tensor2D, unit: number): Tensor2D => {
  const [rows, width] = matrix.shape
  const pick = new Float32Array(width)
  pick[unit] = 1
  return tf.reshape(tf.matMul(matrix, tf.tensor2d(pick, [width, 1])), [rows, 1])
}

/** A user's objective: its own gradient, joined to autodiff at the outputs or logits. */
const customLoss = (
  tf: Tf,
  objective: HeadObjective,
  head: TfjsHead,
  targets: Readonly<Record<string, Tensor2D>>
): { readonly loss: Scalar; readonly observed?: number } => {
  const evaluator = evaluatorOf(objective)
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
