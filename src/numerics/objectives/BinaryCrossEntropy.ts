import { softplus } from "../Elementary.ts"
import { type Evaluator, type OnHead, targetOf } from "./Evaluator.ts"

/**
 * Binary cross-entropy of a sigmoid head against `target` [rows, width] in [0, 1] (default: the target named like the head),
 * computed at the logits. Over labels: `"sum"` (default, Choi et al.'s main loss) or `"mean"`; over rows: `"mean"` (default) or
 * `"sum"`. With `limit`, a label's loss counts only up to it and has no gradient beyond: required when the weight is
 * negative, because the loss has no upper bound.
 */
export interface BinaryCrossEntropy extends OnHead {
  readonly _tag: "BinaryCrossEntropy"
  readonly target?: string
  readonly labels?: "sum" | "mean"
  readonly rows?: "mean" | "sum"
  readonly limit?: number
}

export const binaryCrossEntropy = (objective: BinaryCrossEntropy): Evaluator => {
  const target = objective.target ?? objective.head
  const meanLabels = objective.labels === "mean"
  const meanRows = objective.rows !== "sum"
  const limit = objective.limit ?? Number.POSITIVE_INFINITY
  return {
    at: "logit",
    over: meanRows ? "mean" : "sum",
    evaluate: (batch, gradient) => {
      const n = batch.rows * batch.width
      const slope = 1 / ((meanLabels ? batch.width : 1) * (meanRows ? batch.rows : 1))
      const { logits, outputs } = batch
      const targets = targetOf(batch, target)
      let sum = 0
      for (let i = 0; i < n; i++) {
        const y = targets[i] ?? 0
        const z = logits[i] ?? 0
        const loss = softplus(z) - y * z
        if (loss > limit) {
          sum += limit
          gradient[i] = 0
        } else {
          sum += loss
          gradient[i] = slope * ((outputs[i] ?? 0) - y)
        }
      }
      return slope * sum
    }
  }
}
