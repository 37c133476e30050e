/** An objective on a head on the engine: its batch, its loss and its gradient at the head. */

import type { ObjectiveBatch } from "../objectives/Evaluator.ts"
import type { Problem, Term } from "../Problem.ts"
import type { EngineSegment } from "./EngineSegment.ts"
import type { ForwardPass } from "./ForwardPass.ts"
import type { Kernels, MemoryPlan } from "./Kernels.ts"

/** Addresses of [rowsPerStep, units] blocks. */
interface TermPlace {
  readonly size: number
  readonly outputs: number
  readonly logits: number
  readonly gradient: number
  /** The target's copy, for objectives that have a kernel; else 0. */
  readonly target: number
}

export const reserveTerm = (plan: MemoryPlan, { network, segments }: Problem, term: Term): TermPlace => {
  const size = (segments[term.segment]?.rowsPerStep ?? 0) * (network.heads[term.head]?.units ?? 0)
  const target = term.objective.fused === undefined ? 0 : plan.floats(size)
  return { size, outputs: plan.floats(size), logits: plan.floats(size), gradient: plan.floats(size), target }
}

export class EngineTerm {
  readonly term: Term
  readonly segment: EngineSegment
  readonly batch: ObjectiveBatch
  /** Of the unweighted loss, at the outputs or the logits as the evaluator says. */
  readonly gradient: Float32Array
  readonly #pass: ForwardPass
  readonly #kernels: Kernels
  readonly #place: TermPlace
  readonly #target: { readonly from: Float32Array; readonly to: Float32Array } | undefined

  constructor(
    { buffer, kernels }: { readonly buffer: ArrayBuffer; readonly kernels: Kernels },
    pass: ForwardPass,
    term: Term,
    segment: EngineSegment,
    place: TermPlace
  ) {
    const block = (address: number) => new Float32Array(buffer, address, place.size)
    const { fused } = term.objective
    this.term = term
    this.segment = segment
    this.batch = {
      rows: segment.segment.rowsPerStep,
      width: pass.heads[term.head]?.units ?? 0,
      outputs: block(place.outputs),
      logits: block(place.logits),
      targets: segment.targets
    }
    this.gradient = block(place.gradient)
    this.#pass = pass
    this.#kernels = kernels
    this.#place = place
    this.#target =
      fused === undefined
        ? undefined
        : { from: segment.targets[fused.target] ?? new Float32Array(0), to: block(place.target) }
  }

  /** After a selection of the segment's rows. */
  load(): void {
    const { batch, segment } = this
    batch.rows = segment.rows
    if (!segment.changed || this.#target === undefined) return
    const { from, to } = this.#target
    for (let i = 0; i < segment.rows * batch.width; i++) to[i] = from[i] ?? 0
  }

  /** The weighted loss after the forward pass; writes the gradient. */
  evaluate(): number {
    const { batch, gradient, term } = this
    const head = this.#pass.heads[term.head]
    if (head === undefined) return 0
    const place = this.#place
    const { headUnits, logits, outputs } = this.#pass
    const { offset } = this.segment
    this.#kernels.panelsToRows(outputs, headUnits, head.first, head.units, offset, batch.rows, place.outputs)
    this.#kernels.panelsToRows(logits, headUnits, head.first, head.units, offset, batch.rows, place.logits)
    const { fused } = term.objective
    if (fused === undefined) return term.weight * term.evaluator.evaluate(batch, gradient)
    const slope = fused.slope(batch.rows, head.units)
    return term.weight * slope * fused.sum(this.#kernels, place, batch.rows * head.units, slope)
  }
}
