import { type OnHead, targetOf } from "./Evaluator.ts"
import { type HeadObjective, make } from "./HeadObjective.ts"

/**
 * Squared error of a head's outputs against `target` [rows, width] (default: the target named like the head).
 * `"half-sum"` (default): ½Σ(o−t)² over rows and units; `"mean"`: Σ(o−t)² / (rows · width). With a negative weight head and
 * trunk both maximise the error.
 */
export interface SquaredError extends OnHead {
  readonly target?: string
  readonly reduction?: "half-sum" | "mean"
}

/** See {@link SquaredError}. */
export const squaredError = ({ reduction, target: named, ...on }: SquaredError): HeadObjective => {
  const target = named ?? on.head
  const mean = reduction === "mean"
  return make({
    ...on,
    reads: [{ name: target, per: "unit" }],
    evaluator: () => ({
      at: "output",
      over: mean ? "mean" : "sum",
      evaluate: (batch, gradient) => {
        const n = batch.rows * batch.width
        const outputs = batch.outputs
        const targets = targetOf(batch, target)
        const slope = mean ? 2 / n : 1
        let sum = 0
        for (let i = 0; i < n; i++) {
          const error = (outputs[i] ?? 0) - (targets[i] ?? 0)
          sum += error * error
          gradient[i] = slope * error
        }
        return mean ? sum / n : 0.5 * sum
      }
    }),
    autodiff: (tf, { outputs, target: read }) => {
      const squares = tf.square(tf.sub(outputs, read(target)))
      return { loss: mean ? tf.mean(squares) : tf.mul(tf.sum(squares), 0.5) }
    }
  })
}
