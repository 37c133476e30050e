import { softplus } from "../Elementary.ts"
import { type OnHead, targetOf } from "./Evaluator.ts"
import { type HeadObjective, make } from "./HeadObjective.ts"

/**
 * Binary cross-entropy of a sigmoid head against `target` [rows, width] in [0, 1] (default: the target named like the head),
 * computed at the logits. Over labels: `"sum"` (default) or `"mean"`; over rows: `"mean"` (default) or
 * `"sum"`. With `limit`, a label's loss counts only up to it and has no gradient beyond: required when the weight is
 * negative, because the loss has no upper bound.
 */
export interface BinaryCrossEntropy extends OnHead {
  readonly target?: string
  readonly labels?: "sum" | "mean"
  readonly rows?: "mean" | "sum"
  readonly limit?: number
}

/** See {@link BinaryCrossEntropy}. */
export const binaryCrossEntropy = (options: BinaryCrossEntropy): HeadObjective => {
  const { labels, limit: given, rows: over, target: named, ...on } = options
  const target = named ?? on.head
  const meanLabels = labels === "mean"
  const meanRows = over !== "sum"
  const limit = given ?? Number.POSITIVE_INFINITY
  const slopeOf = (rows: number, width: number) => 1 / ((meanLabels ? width : 1) * (meanRows ? rows : 1))
  return make({
    ...on,
    activation: "sigmoid",
    reads: [{ name: target, per: "unit" }],
    check: ({ weight = 1 }) =>
      weight < 0 && given === undefined
        ? { field: "limit", found: "missing", expected: "a bound: cross-entropy with a negative weight has no minimum" }
        : undefined,
    fused: {
      target,
      slope: slopeOf,
      sum: (kernels, at, elements, slope) =>
        kernels.binaryCrossEntropy(at.logits, at.outputs, at.target, elements, slope, limit, at.gradient)
    },
    autodiff: (tf, { logits, outputs, target: read }) => {
      const softplus = tf.add(tf.relu(logits), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))))
      const each = tf.sub(softplus, tf.mul(read(target), logits))
      const bounded = given === undefined ? each : tf.minimum(each, given)
      const [rows, width] = outputs.shape
      return { loss: tf.div(tf.sum(bounded), (meanLabels ? width : 1) * (meanRows ? rows : 1)) }
    },
    evaluator: () => ({
      at: "logit",
      over: meanRows ? "mean" : "sum",
      evaluate: (batch, gradient) => {
        const n = batch.rows * batch.width
        const slope = slopeOf(batch.rows, batch.width)
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
    })
  })
}
