/** Multinomial logistic regression: the convex baseline, fitted to its optimum in float64. */
import { Effect } from "effect"
import type { Tensor } from "../domain/Tensor.ts"
import { exp, ln } from "./Elementary.ts"
import { Lbfgs } from "./Lbfgs.ts"
import { TrainingRefused } from "./TrainingRefused.ts"

export interface LogisticOptions {
  /** [N, d]; used as it is, nothing is standardised. */
  readonly x: Tensor
  /** Class indices [N] in 0..classes−1. */
  readonly y: Tensor
  readonly classes: number
  /** Weight of the data against the penalty; default 1. */
  readonly C?: number
  /** Default true; intercepts are not penalised. */
  readonly intercept?: boolean
  /** Converged when max |∂loss| is at most this; default 1e-4. */
  readonly tolerance?: number
  /** Default 1000. */
  readonly maxIterations?: number
}

export interface LogisticModel {
  /** F64 [classes, d]. With two classes row 0 is zero: the model has one vector, as in binomial regression. */
  readonly weights: Tensor
  /** F64 [classes]. */
  readonly intercepts: Tensor
  readonly iterations: number
  readonly converged: boolean
  /** max |∂loss| at the end. */
  readonly gradientMax: number
  /** The loss at the start and after each iteration. */
  readonly curve: ReadonlyArray<number>
}

/**
 * Minimises ½‖w‖² + C·Σ log-loss, scikit-learn's `LogisticRegression(penalty="l2", solver="lbfgs")` before its division by C·N,
 * from w = 0 by L-BFGS. Deterministic. Not converging within `maxIterations` is not an error: see `converged`.
 * Fails with `TrainingRefused` where shapes, classes or numbers are wrong.
 */
export const fit = Effect.fnUntraced(function* (
  options: LogisticOptions
): Effect.fn.Return<LogisticModel, TrainingRefused> {
  const wrong = check(options)
  if (wrong !== undefined) return yield* wrong
  const { classes } = options
  const [, inputs = 0] = options.x.shape
  const binary = classes === 2
  const free = binary ? 1 : classes
  const stride = inputs + 1
  const search = new Lbfgs(lossOf(options, free), new Float64Array(free * stride))
  const tolerance = options.tolerance ?? 1e-4
  const maxIterations = options.maxIterations ?? 1000
  const curve = [search.state.loss]
  let state = search.state
  while (state.gradientMax > tolerance && state.iteration < maxIterations) {
    if (!search.advance()) break
    state = search.state
    curve.push(state.loss)
    yield* Effect.yieldNow
  }
  const weights = new Float64Array(classes * inputs)
  const intercepts = new Float64Array(classes)
  for (let k = 0; k < free; k++) {
    const row = k + (classes - free)
    weights.set(search.x.subarray(k * stride, k * stride + inputs), row * inputs)
    intercepts[row] = search.x[k * stride + inputs] ?? 0
  }
  return {
    weights: { dtype: "F64", shape: [classes, inputs], data: weights },
    intercepts: { dtype: "F64", shape: [classes], data: intercepts },
    iterations: state.iteration,
    converged: state.gradientMax <= tolerance,
    gradientMax: state.gradientMax,
    curve
  }
})

/** P(class | x): F64 [N, classes] for x [N, d]. NaN where x is narrower than the weights. */
export const probabilities = (model: Pick<LogisticModel, "weights" | "intercepts">, x: Tensor): Tensor => {
  const [classes = 0, inputs = 0] = model.weights.shape
  const [count = 0, width = 0] = x.shape
  const result = new Float64Array(count * classes)
  for (let r = 0; r < count; r++) {
    for (let k = 0; k < classes; k++) {
      let score = model.intercepts.data[k] ?? Number.NaN
      for (let j = 0; j < inputs; j++) {
        score += (model.weights.data[k * inputs + j] ?? Number.NaN) * (x.data[r * width + j] ?? Number.NaN)
      }
      result[r * classes + k] = score
    }
    softmax(result, r * classes, classes)
  }
  return { dtype: "F64", shape: [count, classes], data: result }
}

const check = ({ C = 1, classes, x, y }: LogisticOptions): TrainingRefused | undefined => {
  const refuse = (field: string, found: string, expected: string) => new TrainingRefused({ field, found, expected })
  const [count = 0] = x.shape
  if (x.shape.length !== 2 || count === 0)
    return refuse("x", `of shape [${x.shape.join(", ")}]`, "[rows, inputs] with at least one row")
  if (y.data.length !== count)
    return refuse("y", `of shape [${y.shape.join(", ")}]`, `[${count}], one class a row of x`)
  if (!(Number.isInteger(classes) && classes >= 2)) return refuse("classes", `${classes}`, "an integer of at least 2")
  if (!(C > 0 && C < Number.POSITIVE_INFINITY)) return refuse("C", `${C}`, "a positive number")
  const bad = y.data.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes))
  if (bad >= 0) return refuse("y", `${y.data[bad]} in row ${bad}`, `a class from 0 to ${classes - 1}`)
  const odd = x.data.findIndex((value) => !Number.isFinite(value))
  if (odd >= 0) return refuse("x", `${x.data[odd]} in row ${Math.floor(odd / (x.shape[1] ?? 1))}`, "finite numbers")
  return undefined
}

/** The loss over `free` rows of parameters [inputs weights, intercept]; class 0 is fixed at 0 where there is one row. */
const lossOf = (options: LogisticOptions, free: number) => {
  const { C = 1, classes, intercept = true } = options
  const [count = 0, inputs = 0] = options.x.shape
  const x = Float64Array.from(options.x.data)
  const y = Int32Array.from(options.y.data)
  const stride = inputs + 1
  const offset = classes - free
  // Four rows at a time: each value of w and each gradient is then read once for four.
  const scores = new Float64Array(4 * classes)
  return (w: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0)
    let sum = 0
    for (let first = 0; first < count; first += 4) {
      const rows = Math.min(4, count - first)
      const a = first * inputs
      const b = rows > 1 ? a + inputs : a
      const c = rows > 2 ? b + inputs : a
      const d = rows > 3 ? c + inputs : a
      for (let k = 0; k < free; k++) {
        const at = k * stride
        let s0 = w[at + inputs] ?? 0
        let s1 = s0
        let s2 = s0
        let s3 = s0
        for (let j = 0; j < inputs; j++) {
          const value = w[at + j] ?? 0
          s0 += value * (x[a + j] ?? 0)
          s1 += value * (x[b + j] ?? 0)
          s2 += value * (x[c + j] ?? 0)
          s3 += value * (x[d + j] ?? 0)
        }
        const place = k + offset
        scores[place] = s0
        scores[place + classes] = s1
        scores[place + 2 * classes] = s2
        scores[place + 3 * classes] = s3
      }
      for (let r = 0; r < 4; r++) {
        const at = r * classes
        if (offset === 1) scores[at] = 0
        if (r >= rows) {
          scores.fill(0, at, at + classes)
          continue
        }
        const label = at + (y[first + r] ?? 0)
        const score = scores[label] ?? 0
        sum += softmax(scores, at, classes) - score
        scores[label] = (scores[label] ?? 0) - 1
      }
      for (let k = 0; k < free; k++) {
        const at = k * stride
        const place = k + offset
        const d0 = C * (scores[place] ?? 0)
        const d1 = C * (scores[place + classes] ?? 0)
        const d2 = C * (scores[place + 2 * classes] ?? 0)
        const d3 = C * (scores[place + 3 * classes] ?? 0)
        for (let j = 0; j < inputs; j++) {
          gradient[at + j] =
            (gradient[at + j] ?? 0) +
            (d0 * (x[a + j] ?? 0) + d1 * (x[b + j] ?? 0) + (d2 * (x[c + j] ?? 0) + d3 * (x[d + j] ?? 0)))
        }
        if (intercept) gradient[at + inputs] = (gradient[at + inputs] ?? 0) + (d0 + d1 + (d2 + d3))
      }
    }
    let penalty = 0
    for (let k = 0; k < free; k++) {
      for (let i = k * stride; i < k * stride + inputs; i++) {
        const value = w[i] ?? 0
        penalty += value * value
        gradient[i] = (gradient[i] ?? 0) + value
      }
    }
    return 0.5 * penalty + C * sum
  }
}

/** Scores become probabilities in place; returns ln Σ e^score. */
const softmax = (scores: Float64Array, first: number, classes: number): number => {
  let top = Number.NEGATIVE_INFINITY
  for (let k = first; k < first + classes; k++) top = Math.max(top, scores[k] ?? 0)
  let total = 0
  for (let k = first; k < first + classes; k++) {
    const e = exp((scores[k] ?? 0) - top)
    scores[k] = e
    total += e
  }
  for (let k = first; k < first + classes; k++) scores[k] = (scores[k] ?? 0) / total
  return top + ln(total)
}
