/** One optimiser on the engine: its gradients and state in the memory, and its update. */

import type { Problem, ResolvedOptimiser } from "../Problem.ts"
import type { ForwardPass } from "./ForwardPass.ts"
import type { Kernels, MemoryPlan } from "./Kernels.ts"

export class EngineOptimiser {
  readonly optimiser: ResolvedOptimiser
  /** Address of a block laid out as the parameters are. */
  readonly gradients: number
  /** The lowest trunk layer whose gradient is wanted; the trunk's length for none. */
  readonly lowest: number
  /** Whether it moves a head. */
  readonly heads: boolean
  /** Whether some term flows into the trunk with a factor. */
  readonly split: boolean
  readonly #problem: Problem
  readonly #pass: ForwardPass
  /** Two further such blocks (0 where unused): momentum, and Adam's second moment. */
  readonly #first: number
  readonly #second: number
  /** Neighbouring covered parameters: bytes from the start, and floats. */
  readonly #ranges: ReadonlyArray<{ readonly offset: number; readonly floats: number }>
  /** β₁ᵗ and β₂ᵗ. */
  readonly #powers = Float64Array.of(1, 1)

  constructor(plan: MemoryPlan, pass: ForwardPass, problem: Problem, index: number) {
    const optimiser = problem.optimisers[index]
    if (optimiser === undefined) throw new RangeError(`no optimiser ${index}`)
    this.optimiser = optimiser
    this.#problem = problem
    this.#pass = pass
    const { _tag } = optimiser.method
    this.gradients = plan.floats(pass.parameterFloats)
    this.#first = _tag === "Sgd" ? 0 : plan.floats(pass.parameterFloats)
    this.#second = _tag === "Adam" || _tag === "AdamW" ? plan.floats(pass.parameterFloats) : 0
    const covered = pass.parameters.filter((_, i) => optimiser.parameters[i])
    const ranges: Array<{ offset: number; floats: number }> = []
    for (const { floats, offset } of covered) {
      const before = ranges[ranges.length - 1]
      if (before !== undefined && before.offset + 4 * before.floats === offset) before.floats += floats
      else ranges.push({ offset, floats })
    }
    this.#ranges = ranges
    const trunkLayers = covered.flatMap(({ spec }) => {
      const layer = /^trunk\.(\d+)\./.exec(spec.name)?.[1]
      return layer === undefined ? [] : [Number(layer)]
    })
    this.lowest = Math.min(problem.network.trunk.length, ...trunkLayers)
    this.heads = covered.some(({ spec }) => spec.name.startsWith("heads."))
    this.split = optimiser.terms.some((t) => (problem.terms[t]?.trunkFactor ?? 1) !== 1)
  }

  /** Adds the penalties to the gradients, clips them, and moves the parameters. */
  update(kernels: Kernels, rateFactor: number): void {
    this.#penalise(kernels)
    this.#clip(kernels)
    this.#move(kernels, this.optimiser.method.learningRate * rateFactor)
  }

  #penalise(kernels: Kernels): void {
    const { gradients, optimiser } = this
    const pass = this.#pass
    const { penalties } = optimiser
    for (let i = 0; i < penalties.length; i++) {
      const penalty = this.#problem.penalties[penalties[i] ?? 0]
      if (penalty === undefined) continue
      for (let p = 0; p < pass.parameters.length; p++) {
        const parameter = pass.parameters[p]
        if (parameter === undefined || !penalty.parameters[p] || !optimiser.parameters[p]) continue
        const { floats, offset } = parameter
        kernels.axpy(gradients + offset, pass.parametersAt + offset, floats, penalty.objective.strength)
      }
    }
  }

  #clip(kernels: Kernels): void {
    const { gradients, optimiser } = this
    const ranges = this.#ranges
    if (optimiser.clipValue !== undefined) {
      for (let i = 0; i < ranges.length; i++) {
        const range = ranges[i]
        if (range !== undefined) kernels.clamp(gradients + range.offset, range.floats, optimiser.clipValue)
      }
    }
    if (optimiser.clipNorm !== undefined) {
      let squares = 0
      for (let i = 0; i < ranges.length; i++) {
        const range = ranges[i]
        if (range !== undefined) squares += kernels.sumOfSquares(gradients + range.offset, range.floats)
      }
      const norm = Math.sqrt(squares)
      if (norm > optimiser.clipNorm) {
        for (let i = 0; i < ranges.length; i++) {
          const range = ranges[i]
          if (range !== undefined) kernels.scale(gradients + range.offset, range.floats, optimiser.clipNorm / norm)
        }
      }
    }
  }

  #move(kernels: Kernels, rate: number): void {
    const { gradients } = this
    const { method } = this.optimiser
    const pass = this.#pass
    const powers = this.#powers
    const ranges = this.#ranges
    const first = this.#first
    const second = this.#second
    if (method._tag === "Adam" || method._tag === "AdamW") {
      powers[0] = (powers[0] ?? 1) * (method.beta1 ?? 0.9)
      powers[1] = (powers[1] ?? 1) * (method.beta2 ?? 0.999)
    }
    for (let i = 0; i < ranges.length; i++) {
      const range = ranges[i]
      if (range === undefined) continue
      const { floats, offset } = range
      const w = pass.parametersAt + offset
      const g = gradients + offset
      switch (method._tag) {
        case "Sgd":
          kernels.sgd(w, g, floats, rate, 0, 1)
          break
        case "Momentum":
          kernels.momentum(w, g, first + offset, floats, rate, method.momentum ?? 0.9, method.nesterov ? 1 : 0, 0, 1)
          break
        case "Adam":
        case "AdamW": {
          const decoupled = method._tag === "AdamW"
          const decay = method.weightDecay ?? (decoupled ? 0.01 : 0)
          const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = method
          const correction = (1 - (powers[0] ?? 0)) / rate
          const rootFactor = correction / Math.sqrt(1 - (powers[1] ?? 0))
          kernels.adam(
            w,
            g,
            first + offset,
            second + offset,
            floats,
            beta1,
            beta2,
            rootFactor,
            epsilon * correction,
            decoupled ? 0 : decay,
            decoupled ? 1 - rate * decay : 1
          )
        }
      }
    }
  }
}
