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

/** One minimisation. `advance` makes one iteration; it returns false where no step decreases f any more. */
export class Lbfgs {
  readonly x: Float64Array
  readonly #f: Differentiable
  readonly #gradient: Float64Array
  readonly #direction: Float64Array
  readonly #trial: Float64Array
  readonly #trialGradient: Float64Array
  readonly #pairs: Array<{ readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }> = []
  #loss: number
  #iteration = 0

  constructor(f: Differentiable, start: Float64Array) {
    this.#f = f
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
    const first = this.#pairs.length === 0 ? Math.min(1, 1 / sumAbsolute(this.#gradient)) : 1
    const loss = this.#search(first, slope)
    if (loss === undefined) return false
    const s = new Float64Array(this.x.length)
    const y = new Float64Array(this.x.length)
    for (let i = 0; i < s.length; i++) {
      s[i] = (this.#trial[i] ?? 0) - (this.x[i] ?? 0)
      y[i] = (this.#trialGradient[i] ?? 0) - (this.#gradient[i] ?? 0)
    }
    const curvature = dot(s, y)
    if (curvature > 0) {
      if (this.#pairs.length === MEMORY) this.#pairs.shift()
      this.#pairs.push({ s, y, rho: 1 / curvature })
    }
    this.x.set(this.#trial)
    this.#gradient.set(this.#trialGradient)
    this.#loss = loss
    this.#iteration++
    return true
  }

  /** direction = −H·gradient, by the two-loop recursion. */
  #setDirection(): void {
    const d = this.#direction
    for (let i = 0; i < d.length; i++) d[i] = -(this.#gradient[i] ?? 0)
    const alphas: Array<number> = []
    for (const { rho, s, y } of this.#pairs.toReversed()) {
      const alpha = rho * dot(s, d)
      alphas.push(alpha)
      addScaled(d, y, -alpha)
    }
    const newest = this.#pairs.at(-1)
    if (newest !== undefined) {
      const scale = 1 / (newest.rho * dot(newest.y, newest.y))
      for (let i = 0; i < d.length; i++) d[i] = (d[i] ?? 0) * scale
    }
    for (const { rho, s, y } of this.#pairs) addScaled(d, s, (alphas.pop() ?? 0) - rho * dot(y, d))
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
