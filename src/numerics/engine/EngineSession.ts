/** One training on the engine: the step, without an allocation in it. */
import type { Float32Tensor } from "../../domain/Tensor.ts"
import type { Parameters } from "../Network.ts"
import type { Problem } from "../Problem.ts"
import type { Selection, Session } from "../Session.ts"
import { BACKWARD_SCRATCH, BackwardPass, reserveBackward } from "./BackwardPass.ts"
import { EngineOptimiser } from "./EngineOptimiser.ts"
import { EngineSegment, reserveRows } from "./EngineSegment.ts"
import { EngineTerm, reserveTerm } from "./EngineTerm.ts"
import { ForwardPass } from "./ForwardPass.ts"
import { type Kernels, MemoryPlan } from "./Kernels.ts"

export class EngineSession implements Session {
  readonly terms: Float64Array
  readonly observations: Float64Array
  readonly #problem: Problem
  readonly #pass: ForwardPass
  readonly #backward: BackwardPass
  readonly #kernels: Kernels
  readonly #buffer: ArrayBuffer
  readonly #segments: ReadonlyArray<EngineSegment>
  readonly #terms: ReadonlyArray<EngineTerm>
  readonly #optimisers: ReadonlyArray<EngineOptimiser>

  constructor(problem: Problem, parameters: Parameters) {
    const { network, optimisers, segments, terms } = problem
    this.#problem = problem
    this.terms = new Float64Array(terms.length)
    this.observations = new Float64Array(terms.length)
    const gated = network.heads.map((_, i) => segments.some((segment) => segment.rows.gates[i] !== undefined))
    let rows = 0
    const offsets = segments.map((segment) => {
      const offset = rows
      rows += (segment.rowsPerStep + 7) & ~7
      return offset
    })
    const plan = new MemoryPlan()
    const pass = new ForwardPass(plan, network, rows, gated, true)
    const xs = segments.map((segment) => reserveRows(plan, pass, segment))
    const backward = reserveBackward(plan, pass)
    const places = terms.map((term) => reserveTerm(plan, problem, term))
    this.#optimisers = optimisers.map((_, i) => new EngineOptimiser(plan, pass, problem, i))
    const scratch = plan.reserve(BACKWARD_SCRATCH)
    const memory = plan.allocate()
    this.#pass = pass
    this.#buffer = memory.buffer
    this.#kernels = memory.kernels
    this.#segments = segments.map((segment, i) => new EngineSegment(memory, pass, segment, offsets[i] ?? 0, xs[i] ?? 0))
    this.#terms = terms.flatMap((term, i) => {
      const segment = this.#segments[term.segment]
      const place = places[i]
      return segment === undefined || place === undefined ? [] : [new EngineTerm(memory, pass, term, segment, place)]
    })
    this.#backward = new BackwardPass(memory, pass, this.#terms, this.#optimisers, backward, scratch)
    pass.load(memory.buffer, parameters)
  }

  step(selections: ReadonlyArray<Selection>, rateFactor: number): void {
    this.differentiate(selections)
    for (let i = 0; i < this.#optimisers.length; i++) this.#optimisers[i]?.update(this.#kernels, rateFactor)
  }

  /** Losses, and every optimiser's gradient, at the present parameters. */
  differentiate(selections: ReadonlyArray<Selection>): void {
    const rows = this.#select(selections)
    this.#pass.run(this.#kernels, rows)
    for (let i = 0; i < this.#terms.length; i++) {
      const term = this.#terms[i]
      if (term === undefined) continue
      this.terms[i] = term.evaluate()
      const { observation } = term.term.evaluator
      if (observation !== undefined) this.observations[i] = observation.read()
    }
    for (let i = 0; i < this.#optimisers.length; i++) this.#backward.run(i, rows)
  }

  /** Brings the selected rows into place; returns the rows of the step, from the first segment's to the last's. */
  #select(selections: ReadonlyArray<Selection>): number {
    let rows = 0
    for (let s = 0; s < this.#segments.length; s++) {
      const segment = this.#segments[s]
      const selection = selections[s]
      if (segment === undefined || selection === undefined) continue
      segment.select(selection)
      rows = segment.offset + segment.rows
    }
    for (let t = 0; t < this.#terms.length; t++) this.#terms[t]?.load()
    return rows
  }

  replaceRows(segment: number, x: Float32Array): void {
    this.#segments[segment]?.replace(x)
  }

  penalties(): ReadonlyArray<number> {
    return this.#problem.penalties.map(({ objective, parameters }) => {
      let squares = 0
      this.#pass.parameters.forEach(({ floats, offset }, p) => {
        if (parameters[p]) squares += this.#kernels.sumOfSquares(this.#pass.parametersAt + offset, floats)
      })
      return 0.5 * objective.strength * squares
    })
  }

  parameters(): Record<string, Float32Tensor> {
    return this.#pass.read(this.#buffer)
  }

  /** Of one optimiser's terms, after `differentiate`; without penalties and clipping. */
  gradients(optimiser: number): Record<string, Float32Tensor> {
    return this.#pass.read(this.#buffer, this.#optimisers[optimiser]?.gradients ?? 0)
  }

  dispose(): void {
    // The memory goes with the session.
  }
}
