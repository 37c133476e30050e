import { type Evaluator, type OnHead, targetOf } from "./Evaluator.ts"

/**
 * Squared error of a head's outputs against `target` [rows, width] (default: the target named like the head).
 * `"half-sum"` (default): ½Σ(o−t)² over rows and units, Sen & Ganguly Eq 6; `"mean"`: Σ(o−t)² / (rows · width).
 * With `weight: -λ` it is the bias term of Eq 6: head and trunk both maximise the error.
 */
export interface SquaredError extends OnHead {
  readonly _tag: "SquaredError"
  readonly target?: string
  readonly reduction?: "half-sum" | "mean"
}

export const squaredError = (objective: SquaredError): Evaluator => {
  const target = objective.target ?? objective.head
  const mean = objective.reduction === "mean"
  return {
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
  }
}
