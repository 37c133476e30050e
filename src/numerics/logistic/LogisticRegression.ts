/** Multinomial logistic regression: the convex baseline, fitted to its optimum in float64. */
import { Effect } from "effect"
import { type Float64Tensor, f64, type Tensor } from "../../domain/Tensor.ts"
import { exp } from "../Elementary.ts"
import { TrainingRefused } from "../TrainingRefused.ts"
import { Lbfgs } from "./Lbfgs.ts"
import { LogisticLoss } from "./LogisticLoss.ts"

/** Milliseconds between yields to the event loop: the delay of an interruption. */
const SLICE = 20
/** Milliseconds between progress reports. */
const REPORT = 100

/** After an iteration. */
export interface LogisticProgress {
  readonly iteration: number
  readonly maxIterations: number
  readonly loss: number
  /** max |∂loss|. */
  readonly gradientMax: number
}

/** What {@link fit} takes: rows, their classes, and how far to go. */
export interface LogisticOptions<R = never> {
  /** [N, d]; used as it is, nothing is standardised. */
  readonly x: Tensor
  /** Class indices [N] in 0..classes−1. */
  readonly y: Tensor
  /** At least 2. */
  readonly classes: number
  /** Weight of the data against the penalty; default 1. */
  readonly C?: number
  /** Default true; intercepts are not penalised. */
  readonly intercept?: boolean
  /** Converged when max |∂loss| is at most this; default 1e-4. */
  readonly tolerance?: number
  /** Default 1000. */
  readonly maxIterations?: number
  /** At most ten times a second, and at the end. */
  readonly onProgress?: (progress: LogisticProgress) => Effect.Effect<void, never, R>
}

/** The fitted model: softmax(W·x + b). */
export interface LogisticModel {
  /** F64 [classes, d]. With two classes row 0 is zero: the model has one vector, as in binomial regression. */
  readonly weights: Float64Tensor<readonly [number, number]>
  /** F64 [classes]. */
  readonly intercepts: Float64Tensor<readonly [number]>
  /** Iterations that were made. */
  readonly iterations: number
  /** Whether `gradientMax` is at most the tolerance. */
  readonly converged: boolean
  /** max |∂loss| at the end. */
  readonly gradientMax: number
  /** The loss at the start and after each iteration. */
  readonly curve: ReadonlyArray<number>
}

/**
 * Minimises ½‖w‖² + C·Σ log-loss, scikit-learn's `LogisticRegression(penalty="l2", solver="lbfgs")` before its division by C·N,
 * from w = 0 by preconditioned L-BFGS in float64, with the same bits on every machine. Yields to the event loop at least every 20 ms of
 * iterations, and can be interrupted there. Not converging within `maxIterations` is not an error: see `converged`.
 * Fails with `TrainingRefused` where shapes, classes or numbers are wrong.
 */
export const fit = Effect.fnUntraced(function* <R = never>(
  options: LogisticOptions<R>
): Effect.fn.Return<LogisticModel, TrainingRefused, R> {
  const wrong = check(options)
  if (wrong !== undefined) return yield* wrong
  const { C = 1, classes, intercept = true, x, y } = options
  const loss = new LogisticLoss({ x, y, classes, C, intercept })
  const { free, inputs, stride } = loss
  const search = new Lbfgs(loss.evaluate, new Float64Array(free * stride), loss.preconditioner())
  const tolerance = options.tolerance ?? 1e-4
  const maxIterations = options.maxIterations ?? 1000
  const curve = [search.state.loss]
  let state = search.state
  let yieldedAt = performance.now()
  let reportedAt = yieldedAt
  let reported = 0
  const report = (): Effect.Effect<void, never, R> => {
    reported = state.iteration
    const { gradientMax, iteration, loss } = state
    return options.onProgress?.({ iteration, maxIterations, loss, gradientMax }) ?? Effect.void
  }
  while (state.gradientMax > tolerance && state.iteration < maxIterations) {
    if (!search.advance()) break
    state = search.state
    curve.push(state.loss)
    const now = performance.now()
    if (now - reportedAt >= REPORT) {
      reportedAt = now
      yield* report()
    }
    if (now - yieldedAt >= SLICE) {
      yield* Effect.yieldNow
      yieldedAt = performance.now()
    }
  }
  if (state.iteration > reported) yield* report()
  const weights = new Float64Array(classes * inputs)
  const intercepts = new Float64Array(classes)
  for (let k = 0; k < free; k++) {
    const row = k + (classes - free)
    weights.set(search.x.subarray(k * stride, k * stride + inputs), row * inputs)
    intercepts[row] = search.x[k * stride + inputs] ?? 0
  }
  return {
    weights: f64([classes, inputs], weights),
    intercepts: f64([classes], intercepts),
    iterations: state.iteration,
    converged: state.gradientMax <= tolerance,
    gradientMax: state.gradientMax,
    curve
  }
})

/** P(class | x): F64 [N, classes] for x [N, d]. NaN where x is narrower than the weights. */
export const probabilities = (model: Pick<LogisticModel, "weights" | "intercepts">, x: Tensor): Tensor => {
  const [classes, inputs] = model.weights.shape
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

const check = ({
  C = 1,
  classes,
  x,
  y
}: Pick<LogisticOptions, "C" | "classes" | "x" | "y">): TrainingRefused | undefined => {
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

/** Scores become probabilities in place. */
const softmax = (scores: Float64Array, first: number, classes: number): void => {
  let top = Number.NEGATIVE_INFINITY
  for (let k = first; k < first + classes; k++) top = Math.max(top, scores[k] ?? 0)
  let total = 0
  for (let k = first; k < first + classes; k++) {
    const e = exp((scores[k] ?? 0) - top)
    scores[k] = e
    total += e
  }
  for (let k = first; k < first + classes; k++) scores[k] = (scores[k] ?? 0) / total
}
