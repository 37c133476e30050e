/** The update rules of the optimisers in TensorFlow.js operations. */
import type { Method } from "../Optimiser.ts"
import type { Tensor, Tf, Variable } from "../TfjsTypes.ts"

/** A parameter and what the rules keep of it: momentum or first moment, and second moment. */
export interface Moments {
  readonly w: Variable
  readonly first: Variable
  readonly second: Variable
}

/** One update of a parameter by its gradient; `step` is counted from 1. */
export const updateVariable = (
  tf: Tf,
  method: Method,
  { first, second, w }: Moments,
  g: Tensor,
  rate: number,
  step: number
): void => {
  switch (method._tag) {
    case "Sgd":
      w.assign(tf.sub(w, tf.mul(g, rate)))
      return
    case "Momentum": {
      const mu = method.momentum ?? 0.9
      first.assign(tf.add(tf.mul(first, mu), g))
      w.assign(tf.sub(w, tf.mul(method.nesterov === true ? tf.add(g, tf.mul(first, mu)) : first, rate)))
      return
    }
    case "Adam":
    case "AdamW": {
      const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = method
      const decoupled = method._tag === "AdamW"
      const decay = method.weightDecay ?? (decoupled ? 0.01 : 0)
      const d = decoupled ? g : tf.add(g, tf.mul(w, decay))
      first.assign(tf.add(tf.mul(first, beta1), tf.mul(d, 1 - beta1)))
      second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(d), 1 - beta2)))
      const m = tf.div(first, 1 - beta1 ** step)
      const v = tf.div(second, 1 - beta2 ** step)
      const kept = decoupled ? tf.mul(w, 1 - rate * decay) : w
      w.assign(tf.sub(kept, tf.mul(tf.div(m, tf.add(tf.sqrt(v), epsilon)), rate)))
    }
  }
}
