import { exp, ln } from "../Elementary.ts"
import { type OnHead, targetOf } from "./Evaluator.ts"
import { type HeadObjective, make } from "./HeadObjective.ts"

/**
 * Categorical cross-entropy against `target` (default: the target named like the head): class weights [rows, width], or class
 * indices (an I32 or U8 tensor [rows]). `"softmax"` (default) is for a softmax head and computed at the logits. `"normalised"`
 * takes p = h / Σh without exponentials, for heads whose outputs are positive.
 */
export interface CategoricalCrossEntropy extends OnHead {
  readonly target?: string
  readonly form?: "softmax" | "normalised"
  readonly rows?: "mean" | "sum"
}

/** See {@link CategoricalCrossEntropy}. */
export const categoricalCrossEntropy = (options: CategoricalCrossEntropy): HeadObjective => {
  const { form, rows: over, target: named, ...on } = options
  const target = named ?? on.head
  const normalised = form === "normalised"
  const meanRows = over !== "sum"
  return make({
    ...on,
    ...(normalised ? {} : { activation: "softmax" }),
    reads: [{ name: target, per: "unit", classes: true }],
    autodiff: (tf, { logits, outputs, target: read }) => {
      const logs = normalised ? tf.log(tf.div(outputs, tf.sum(outputs, 1, true))) : tf.logSoftmax(logits)
      return { loss: tf.div(tf.neg(tf.sum(tf.mul(read(target), logs))), meanRows ? outputs.shape[0] : 1) }
    },
    evaluator: () => ({
      at: normalised ? "output" : "logit",
      over: meanRows ? "mean" : "sum",
      evaluate: (batch, gradient) => {
        const { outputs, rows, width } = batch
        const slope = meanRows ? 1 / rows : 1
        const scores = normalised ? outputs : batch.logits
        const targets = targetOf(batch, target)
        let sum = 0
        for (let first = 0; first < rows * width; first += width) {
          let mass = 0
          let top = Number.NEGATIVE_INFINITY
          for (let i = first; i < first + width; i++) {
            mass += targets[i] ?? 0
            if (!((scores[i] ?? 0) <= top)) top = scores[i] ?? 0
          }
          let total = 0
          for (let i = first; i < first + width; i++)
            total += normalised ? (scores[i] ?? 0) : exp((scores[i] ?? 0) - top)
          const logTotal = normalised ? ln(total) : top + ln(total)
          for (let i = first; i < first + width; i++) {
            const y = targets[i] ?? 0
            const score = scores[i] ?? 0
            // A class without weight adds nothing, not 0·ln 0.
            if (y !== 0) sum += y * (logTotal - (normalised ? ln(score) : score))
            if (normalised) gradient[i] = slope * (mass / total - (y === 0 ? 0 : y / score))
            else gradient[i] = slope * (mass * (outputs[i] ?? 0) - y)
          }
        }
        return slope * sum
      }
    })
  })
}
