import type { Scalar } from "../TfjsTypes.ts"
import { columnOf } from "./Autodiff.ts"
import { type OnHead, targetOf } from "./Evaluator.ts"
import { type HeadObjective, make } from "./HeadObjective.ts"

/**
 * Equal means as a penalty: (E[p_unit | A] − E[p_unit | B])², the means of one output over two groups of rows. `groupA` and
 * `groupB` name targets [rows] of weights ≥ 0, usually 0 or 1. 0, without a gradient, where a batch has no row of a group.
 */
export interface Parity extends OnHead {
  readonly unit: number
  readonly groupA: string
  readonly groupB: string
}

/** See {@link Parity}. */
export const parity = ({ groupA, groupB, unit, ...on }: Parity): HeadObjective =>
  make({
    ...on,
    units: [unit],
    reads: [groupA, groupB].map((name) => ({ name, per: "row" })),
    autodiff: (tf, { outputs, target }) => {
      const p = columnOf(tf, outputs, unit)
      const a = target(groupA)
      const b = target(groupB)
      const massA = tf.sum(a).dataSync()[0] ?? 0
      const massB = tf.sum(b).dataSync()[0] ?? 0
      if (massA === 0 || massB === 0) return { loss: tf.mul(tf.sum(p), 0) }
      const gap: Scalar = tf.sub(tf.div(tf.sum(tf.mul(a, p)), massA), tf.div(tf.sum(tf.mul(b, p)), massB))
      const loss: Scalar = tf.square(gap)
      return { loss }
    },
    evaluator: () => ({
      at: "output",
      over: "mean",
      evaluate: (batch, gradient) => {
        const { outputs, rows, width } = batch
        const a = targetOf(batch, groupA)
        const b = targetOf(batch, groupB)
        gradient.fill(0, 0, rows * width)
        let massA = 0
        let massB = 0
        let sumA = 0
        let sumB = 0
        for (let r = 0; r < rows; r++) {
          const p = outputs[r * width + unit] ?? 0
          massA += a[r] ?? 0
          massB += b[r] ?? 0
          sumA += (a[r] ?? 0) * p
          sumB += (b[r] ?? 0) * p
        }
        if (massA === 0 || massB === 0) return 0
        const gap = sumA / massA - sumB / massB
        for (let r = 0; r < rows; r++) {
          gradient[r * width + unit] = 2 * gap * ((a[r] ?? 0) / massA - (b[r] ?? 0) / massB)
        }
        return gap * gap
      }
    })
  })
