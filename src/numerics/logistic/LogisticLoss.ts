/** The objective of logistic regression, evaluated by the kernels in float64. */
import type { Tensor } from "../../domain/Tensor.ts"
import { type Kernels, MemoryPlan } from "../engine/Kernels.ts"
import { Cholesky } from "./Cholesky.ts"
import type { Preconditioner } from "./Lbfgs.ts"

/** Inputs up to which the preconditioner is used. */
const PRECONDITIONED = 512
/** Keeps the matrix positive definite within rounding. */
const RIDGE = 1e-10

export interface LogisticRows {
  /** [N, d] */
  readonly x: Tensor
  /** Class indices [N]. */
  readonly y: Tensor
  readonly classes: number
  /** Weight of the data against the penalty. */
  readonly C: number
  readonly intercept: boolean
}

/**
 * ½‖w‖² + C·Σ log-loss of the rows, and its gradient. The parameters are `free` rows of `stride` numbers: a class' weights, its
 * intercept (not penalised), and zeros. With two classes there is one row, for class 1.
 */
export class LogisticLoss {
  readonly free: number
  readonly inputs: number
  readonly stride: number
  readonly #rows: number
  readonly #classes: number
  readonly #C: number
  readonly #kernels: Kernels
  readonly #x: number
  readonly #y: number
  readonly #scratch: number
  readonly #w: Float64Array
  readonly #g: Float64Array
  readonly #gram: Float64Array | undefined

  constructor({ C, classes, intercept, x, y }: LogisticRows) {
    const [rows = 0, inputs = 0] = x.shape
    this.free = classes === 2 ? 1 : classes
    this.inputs = inputs
    this.stride = (inputs + 2) & ~1
    this.#rows = rows
    this.#classes = classes
    this.#C = C
    const plan = new MemoryPlan()
    const padded = (rows + 7) & ~7
    const size = this.free * this.stride
    this.#x = plan.reserve(8 * padded * this.stride)
    this.#y = plan.reserve(4 * padded)
    const w = plan.reserve(8 * size)
    const g = plan.reserve(8 * size)
    const gram = inputs > PRECONDITIONED ? 0 : plan.reserve(8 * this.stride ** 2)
    this.#scratch = plan.reserve(128 * classes)
    const { buffer, kernels } = plan.allocate()
    this.#kernels = kernels
    this.#w = new Float64Array(buffer, w, size)
    this.#g = new Float64Array(buffer, g, size)
    this.#gram = gram === 0 ? undefined : new Float64Array(buffer, gram, this.stride ** 2)
    const to = new Float64Array(buffer, this.#x, padded * this.stride)
    for (let r = 0; r < rows; r++) {
      const first = (r & ~7) * this.stride + 2 * (r & 7)
      const place = (j: number) => first + 8 * (j & ~1) + (j & 1)
      for (let j = 0; j < inputs; j++) to[place(j)] = x.data[r * inputs + j] ?? 0
      if (intercept) to[place(inputs)] = 1
    }
    new Int32Array(buffer, this.#y, rows).set(y.data)
  }

  /** The objective at w; writes its gradient. */
  readonly evaluate = (w: Float64Array, gradient: Float64Array): number => {
    this.#w.set(w)
    this.#g.fill(0)
    const loss = this.#kernels.logistic(
      this.#x,
      this.#y,
      this.#rows,
      this.stride,
      this.#w.byteOffset,
      this.free,
      this.#classes,
      this.#g.byteOffset,
      this.#scratch
    )
    let squares = 0
    for (let i = 0; i < w.length; i++) {
      const value = i % this.stride < this.inputs ? (w[i] ?? 0) : 0
      squares += value * value
      gradient[i] = this.#C * (this.#g[i] ?? 0) + value
    }
    return 0.5 * squares + this.#C * loss
  }

  /**
   * v ← B₀⁻¹v a class, with the Hessian at w = 0 for B₀: C·q·XᵀX + 1, where q is p(1 − p) with one row of parameters, else
   * p = 1/classes (the part between classes has no share, because gradients of all classes add up to 0). Undefined for more than
   * 512 inputs, where it would cost more than it saves.
   */
  preconditioner(): Preconditioner | undefined {
    const { stride } = this
    if (this.#gram === undefined) return undefined
    const matrix = this.#gram
    this.#kernels.gram(this.#x, this.#rows, stride, matrix.byteOffset, this.#scratch)
    const share = this.#C / (this.free === 1 ? 4 : this.#classes)
    for (let i = 0; i < matrix.length; i++) matrix[i] = share * (matrix[i] ?? 0)
    for (let i = 0; i < matrix.length; i += stride + 1) matrix[i] = (1 + RIDGE) * (matrix[i] ?? 0) + 1
    const factor = new Cholesky(matrix, stride)
    return (v) => factor.solve(v)
  }
}
