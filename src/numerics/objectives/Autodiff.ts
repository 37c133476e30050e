/** Objectives in TensorFlow.js operations: what its autodiff differentiates. */
import type { Scalar, Tensor2D, Tf } from "../TfjsTypes.ts"

/** One head's results for the rows of a batch, [rows, units]. */
export interface AutodiffHead {
  readonly outputs: Tensor2D
  /** Before the head's activation. */
  readonly logits: Tensor2D
  /** The batch's per-row values by name, [rows, k]. */
  readonly target: (name: string) => Tensor2D
}

/** The loss of one batch (unweighted), and its observation where the objective has one. */
export type Autodiff = (tf: Tf, head: AutodiffHead) => { readonly loss: Scalar; readonly observed?: number }

/** One unit's column, [rows, 1]. */
export const columnOf = (tf: Tf, matrix: Tensor2D, unit: number): Tensor2D => {
  const [rows, width] = matrix.shape
  const pick = new Float32Array(width)
  pick[unit] = 1
  return tf.reshape(tf.matMul(matrix, tf.tensor2d(pick, [width, 1])), [rows, 1])
}
