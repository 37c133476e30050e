/** Tells whether an objective's gradient is the derivative of its loss. */
import { exp, sigmoid } from "../Elementary.ts"
import type { HeadActivation } from "../Network.ts"
import { Rng } from "../Rng.ts"
import type { HeadObjective } from "./HeadObjective.ts"

/** What {@link checkGradient} takes. */
export interface GradientCheckOptions {
  readonly objective: HeadObjective
  readonly activation: HeadActivation
  readonly rows: number
  /** Units of the head. */
  readonly width: number
  /** Per-row values by name, [rows, k] each, row-major. */
  readonly targets?: Readonly<Record<string, ReadonlyArray<number>>>
  /** Where to check, [rows, width]; default: standard normal from the seed. */
  readonly logits?: ReadonlyArray<number>
  /** Default 0. */
  readonly seed?: number
}

/** What {@link checkGradient} finds. */
export interface GradientCheck {
  /** Whether `error` is below 1e-5. */
  readonly correct: boolean
  /** Largest |analytic − numeric| over the largest |numeric| (or a millionth of the loss, where that is more). */
  readonly error: number
  readonly loss: number
  /** The worst element, with respect to its logit. */
  readonly worst: { readonly row: number; readonly unit: number; readonly analytic: number; readonly numeric: number }
}

/**
 * Compares, in float64, an objective's gradient (taken to the logits through the head's activation) with five-point
 * differences of its loss. A surrogate that is not the derivative of its loss, such as "straight-through", is rightly found so.
 */
export const checkGradient = (options: GradientCheckOptions): GradientCheck => {
  const { activation, rows, width } = options
  const evaluator = options.objective.evaluator()
  const stream = Rng.stream(options.seed ?? 0, "gradient-check")
  const logits = Float64Array.from({ length: rows * width }, (_, i) => options.logits?.[i] ?? stream.normal())
  const outputs = new Float64Array(rows * width)
  const targets = Object.fromEntries(
    Object.entries(options.targets ?? {}).map(([name, values]) => [name, Float64Array.from(values)])
  )
  const batch = { rows, width, outputs, logits, targets }
  const scratch = new Float64Array(rows * width)
  const lossOf = (gradient: Float64Array): number => {
    activate(activation, logits, outputs, width)
    return evaluator.evaluate(batch, gradient)
  }
  const gradient = new Float64Array(rows * width)
  const loss = lossOf(gradient)
  if (evaluator.at === "output") toLogits(activation, outputs, gradient, width)
  let largest = 0
  let gap = -1
  let worst = { row: 0, unit: 0, analytic: Number.NaN, numeric: Number.NaN }
  for (let i = 0; i < rows * width; i++) {
    const centre = logits[i] ?? 0
    const h = 1e-3
    const at = (shift: number) => {
      logits[i] = centre + shift
      return lossOf(scratch)
    }
    const numeric = (at(-2 * h) - at(2 * h) + 8 * (at(h) - at(-h))) / (12 * h)
    logits[i] = centre
    const analytic = gradient[i] ?? 0
    largest = Math.max(largest, Math.abs(numeric))
    const difference = Math.abs(analytic - numeric)
    if (!(difference <= gap)) {
      gap = difference
      worst = { row: Math.floor(i / width), unit: i % width, analytic, numeric }
    }
  }
  // Below the floor, differences are rounding.
  const error = gap / Math.max(largest, 1e-6 * Math.max(1, Math.abs(loss)))
  return { correct: error < 1e-5, error, loss, worst }
}

const activate = (activation: HeadActivation, logits: Float64Array, outputs: Float64Array, width: number): void => {
  for (let first = 0; first < logits.length; first += width) {
    let total = 0
    for (let i = first; i < first + width; i++) {
      const z = logits[i] ?? 0
      outputs[i] = activation === "sigmoid" ? sigmoid(z) : activation === "softmax" ? exp(z) : z
      total += outputs[i] ?? 0
    }
    if (activation === "softmax") for (let i = first; i < first + width; i++) outputs[i] = (outputs[i] ?? 0) / total
  }
}

const toLogits = (activation: HeadActivation, outputs: Float64Array, gradient: Float64Array, width: number): void => {
  for (let first = 0; first < outputs.length; first += width) {
    let mean = 0
    for (let i = first; i < first + width; i++) mean += (outputs[i] ?? 0) * (gradient[i] ?? 0)
    for (let i = first; i < first + width; i++) {
      const p = outputs[i] ?? 0
      const g = gradient[i] ?? 0
      if (activation === "sigmoid") gradient[i] = g * p * (1 - p)
      if (activation === "softmax") gradient[i] = p * (g - mean)
    }
  }
}
