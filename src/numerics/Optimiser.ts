/** Optimisers as data: an update rule, the parameters it moves and the objectives it follows. */

/** Stochastic gradient descent: w ← w − η·g. */
export interface Sgd {
  readonly _tag: "Sgd"
  readonly learningRate: number
}

/** v ← μv + g; w ← w − ηv. `momentum` μ: default 0.9. */
export interface Momentum {
  readonly _tag: "Momentum"
  readonly learningRate: number
  readonly momentum?: number
  /** Nesterov's form, w ← w − η·(g + μv) with the new v; default false. */
  readonly nesterov?: boolean
}

/**
 * Kingma & Ba (2015). Defaults: beta1 0.9, beta2 0.999, epsilon 1e-8. `weightDecay` (default 0) is added to the gradient, which is
 * the loss term (weightDecay/2)·‖w‖² and PyTorch's `Adam(weight_decay)`.
 */
export interface Adam {
  readonly _tag: "Adam"
  readonly learningRate: number
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
  readonly weightDecay?: number
}

/** Loshchilov & Hutter (2019): as Adam, but the decay is decoupled, w ← (1 − η·weightDecay)·w. Default weightDecay 0.01. */
export interface AdamW {
  readonly _tag: "AdamW"
  readonly learningRate: number
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
  readonly weightDecay?: number
}

/** An update rule with its constants. `learningRate` η is above 0. */
export type Method = Sgd | Momentum | Adam | AdamW

/**
 * Several optimisers take their gradients from one forward pass with the same weights, and then update in their order; their
 * parameters may overlap.
 */
export interface Optimiser {
  /** The update rule. */
  readonly method: Method
  /** Default: all parameters. A name, or a prefix that ends at a dot ("trunk", "heads.y"). */
  readonly parameters?: ReadonlyArray<string>
  /** Names of objectives; default: all. */
  readonly objectives?: ReadonlyArray<string>
  /** Bounds on this optimiser's gradient: each element to ±value, then the whole to a Euclidean norm. */
  readonly clip?: { readonly value?: number; readonly norm?: number }
}

/** The factor on every learning rate in an epoch (counted from 0). */
export type Schedule =
  | { readonly _tag: "Constant" }
  /** factor^⌊epoch / every⌋ */
  | { readonly _tag: "Step"; readonly every: number; readonly factor: number }
  /** From 1 in the first epoch in a straight line to `end` in the last. */
  | { readonly _tag: "Linear"; readonly end: number }
  /** From 1 in the first epoch along half a cosine to `end` in the last, flat at both (Loshchilov & Hutter 2017, one cycle). */
  | { readonly _tag: "Cosine"; readonly end: number }
  | {
      readonly _tag: "Custom"
      /** The factor in an epoch (counted from 0) of `epochs`. */
      readonly factor: (epoch: number, epochs: number) => number
    }

export const scheduleFactor = (schedule: Schedule, epoch: number, epochs: number): number => {
  switch (schedule._tag) {
    case "Constant":
      return 1
    case "Step": {
      let factor = 1
      for (let i = schedule.every; i <= epoch; i += schedule.every) factor *= schedule.factor
      return factor
    }
    case "Linear":
      return epochs === 1 ? 1 : 1 + ((schedule.end - 1) * epoch) / (epochs - 1)
    case "Cosine": {
      if (epochs === 1) return 1
      if (epoch === epochs - 1) return schedule.end
      return schedule.end + (1 - schedule.end) * (0.5 + 0.5 * cosineOfHalfTurns(epoch / (epochs - 1)))
    }
    case "Custom":
      return schedule.factor(epoch, epochs)
  }
}

/** cos(πt) for t in [0, 1] within 1e-15: as sin(π(½ − t)) by Taylor's polynomial, from exactly rounded operations only. */
const cosineOfHalfTurns = (t: number): number => {
  const u = Math.PI * (0.5 - t)
  const square = u * u
  let sum = 0
  for (let k = 21; k >= 3; k -= 2) sum = (-square / (k * (k - 1))) * (1 + sum)
  return u * (1 + sum)
}

/** Whether an optimiser's list of names or prefixes covers a parameter. */
export const covers = (parameters: ReadonlyArray<string> | undefined, name: string): boolean =>
  parameters === undefined || parameters.some((entry) => entry === name || name.startsWith(`${entry}.`))
