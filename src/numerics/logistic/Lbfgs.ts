/** Limited-memory BFGS with a strong-Wolfe line search (Nocedal & Wright 2006, algorithms 7.4, 3.5 and 3.6), in float64. */

/** Returns f(x) and writes its gradient. */
export type Differentiable = (x: Float64Array, gradient: Float64Array) => number

export interface LbfgsState {
  readonly x: Float64Array
  readonly loss: number
  /** max |∂f/∂x|. */
  readonly gradientMax: number
  readonly iteration: number
}

/** Correction pairs kept. */
const MEMORY = 10
const SUFFICIENT_DECREASE = 1e-4
const CURVATURE = 0.9

interface Pair {
  readonly s: Float64Array
  readonly y: Float64Array
  rho: number
  /** Of the newest pair: sᵀy / yᵀB₀⁻¹y. */
  scale: number
}

/** v ← B₀⁻¹v for a symmetric positive definite B₀ that is like the Hessian. */
export type Preconditioner = (v: Float64Array) => void

/**
 * One minimisation. `advance` makes one iteration; it returns false where no step decreases f any more. A preconditioner replaces
 * the identity that the approximation of the Hessian starts from: it changes the way, neither f nor its minimum.
 */
export class Lbfgs {
  readonly x: Float64Array
  readonly #f: Differentiable
  readonly #gradient: Float64Array
  readonly #direction: Float64Array
  readonly #trial: Float64Array
  readonly #trialGradient: Float64Array
  readonly #solve: Preconditioner | undefined
  readonly #solved: Float64Array
  readonly #alphas = new Float64Array(MEMORY)
  /** From the oldest to the newest. */
  readonly #pairs: Array<Pair> = []
  #spare: Pair | undefined
  #loss: number
  #iteration = 0

  constructor(f: Differentiable, start: Float64Array, solve?: Preconditioner) {
    this.#f = f
    this.#solve = solve
    this.#solved = new Float64Array(start.length)
    this.x = Float64Array.from(start)
    this.#gradient = new Float64Array(start.length)
    this.#direction = new Float64Array(start.length)
    this.#trial = new Float64Array(start.length)
    this.#trialGradient = new Float64Array(start.length)
    this.#loss = f(this.x, this.#gradient)
  }

  get state(): LbfgsState {
    let gradientMax = 0
    for (const g of this.#gradient) gradientMax = Math.max(gradientMax, Math.abs(g))
    return { x: this.x, loss: this.#loss, gradientMax, iteration: this.#iteration }
  }

  advance(): boolean {
    this.#setDirection()
    let slope = dot(this.#gradient, this.#direction)
    if (!(slope < 0)) {
      // Rounding spoilt the model: start again from steepest descent.
      this.#pairs.length = 0
      this.#setDirection()
      slope = dot(this.#gradient, this.#direction)
      if (!(slope < 0)) return false
    }
    const bare = this.#pairs.length === 0 && this.#solve === undefined
    const loss = this.#search(bare ? Math.min(1, 1 / sumAbsolute(this.#gradient)) : 1, slope)
    if (loss === undefined) return false
    this.#remember()
    this.x.set(this.#trial)
    this.#gradient.set(this.#trialGradient)
    this.#loss = loss
    this.#iteration++
    return true
  }

  /** Keeps the step to the accepted point and the gradient's change along it. */
  #remember(): void {
    const size = this.x.length
    const pair = this.#spare ?? { s: new Float64Array(size), y: new Float64Array(size), rho: 0, scale: 0 }
    const { s, y } = pair
    for (let i = 0; i < size; i++) {
      s[i] = (this.#trial[i] ?? 0) - (this.x[i] ?? 0)
      y[i] = (this.#trialGradient[i] ?? 0) - (this.#gradient[i] ?? 0)
    }
    this.#spare = pair
    const curvature = dot(s, y)
    if (!(curvature > 0)) return
    this.#solved.set(y)
    this.#solve?.(this.#solved)
    pair.rho = 1 / curvature
    pair.scale = curvature / dot(y, this.#solved)
    this.#spare = this.#pairs.length === MEMORY ? this.#pairs.shift() : undefined
    this.#pairs.push(pair)
  }

  /** direction = −H·gradient, by the two-loop recursion. */
  #setDirection(): void {
    const d = this.#direction
    for (let i = 0; i < d.length; i++) d[i] = -(this.#gradient[i] ?? 0)
    for (let p = this.#pairs.length - 1; p >= 0; p--) {
      const pair = this.#pairs[p]
      if (pair === undefined) continue
      const alpha = pair.rho * dot(pair.s, d)
      this.#alphas[p] = alpha
      addScaled(d, pair.y, -alpha)
    }
    this.#solve?.(d)
    const scale = this.#pairs.at(-1)?.scale ?? 1
    for (let i = 0; i < d.length; i++) d[i] = (d[i] ?? 0) * scale
    for (let p = 0; p < this.#pairs.length; p++) {
      const pair = this.#pairs[p]
      if (pair !== undefined) addScaled(d, pair.s, (this.#alphas[p] ?? 0) - pair.rho * dot(pair.y, d))
    }
  }

  /** Leaves the accepted point in trial and trialGradient; undefined where none is found. */
  #search(first: number, slope0: number): number | undefined {
    let low = { step: 0, f: this.#loss, slope: slope0 }
    let step = first
    for (let i = 0; i < 20; i++) {
      const point = this.#try(step)
      if (this.#accepts(point, slope0)) return point.f
      if (!this.#decreases(point, slope0) || (i > 0 && point.f >= low.f)) return this.#zoom(low, point, slope0)
      if (point.slope >= 0) return this.#zoom(point, low, slope0)
      low = point
      step *= 2
    }
    return undefined
  }

  #zoom(from: Point, to: Point, slope0: number): number | undefined {
    let low = from
    let high = to
    for (let i = 0; i < 30; i++) {
      const point = this.#try(interpolate(low, high))
      if (this.#accepts(point, slope0)) return point.f
      if (!this.#decreases(point, slope0) || point.f >= low.f) {
        high = point
      } else {
        if (point.slope * (high.step - low.step) >= 0) high = low
        low = point
      }
      if (Math.abs(high.step - low.step) < 1e-14 * Math.abs(low.step)) break
    }
    // The curvature condition cannot be met within rounding; a decrease is still progress.
    return low.step > 0 && low.f < this.#loss ? this.#try(low.step).f : undefined
  }

  #decreases({ f, step }: Point, slope0: number): boolean {
    return f <= this.#loss + SUFFICIENT_DECREASE * step * slope0
  }

  /**
   * The strong Wolfe conditions. Near the optimum the decrease drowns in f's rounding, and is judged from the slopes instead
   * (the approximate condition of Hager & Zhang 2005).
   */
  #accepts(point: Point, slope0: number): boolean {
    if (!(Math.abs(point.slope) <= -CURVATURE * slope0)) return false
    if (this.#decreases(point, slope0)) return true
    return point.f <= this.#loss + 1e-13 * Math.abs(this.#loss) && point.slope <= (2 * SUFFICIENT_DECREASE - 1) * slope0
  }

  #try(step: number): Point {
    for (let i = 0; i < this.x.length; i++) this.#trial[i] = (this.x[i] ?? 0) + step * (this.#direction[i] ?? 0)
    const f = this.#f(this.#trial, this.#trialGradient)
    return { step, f, slope: dot(this.#trialGradient, this.#direction) }
  }
}

interface Point {
  readonly step: number
  readonly f: number
  readonly slope: number
}

/** Minimiser of the cubic through two points and their slopes, kept away from the ends. */
const interpolate = (a: Point, b: Point): number => {
  const width = b.step - a.step
  const d1 = a.slope + b.slope - (3 * (a.f - b.f)) / (a.step - b.step)
  const d2 = Math.sqrt(d1 * d1 - a.slope * b.slope)
  const signed = width > 0 ? d2 : -d2
  const cubic = b.step - (width * (b.slope + signed - d1)) / (b.slope - a.slope + 2 * signed)
  const share = (cubic - a.step) / width
  return share >= 0.1 && share <= 0.9 ? cubic : a.step + width / 2
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

const sumAbsolute = (a: Float64Array): number => {
  let sum = 0
  for (const value of a) sum += Math.abs(value)
  return sum
}

const addScaled = (to: Float64Array, from: Float64Array, factor: number): void => {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] ?? 0) + factor * (from[i] ?? 0)
}
