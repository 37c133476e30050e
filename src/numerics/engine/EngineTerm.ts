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
  const target = term.objective._tag === "BinaryCrossEntropy" ? plan.floats(size) : 0
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
    const { objective } = term
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
      objective._tag === "BinaryCrossEntropy"
        ? {
            from: segment.targets[objective.target ?? objective.head] ?? new Float32Array(0),
            to: block(place.target)
          }
        : undefined
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
    const { objective } = term
    if (objective._tag !== "BinaryCrossEntropy") return term.weight * term.evaluator.evaluate(batch, gradient)
    const slope = 1 / ((objective.labels === "mean" ? head.units : 1) * (objective.rows === "sum" ? 1 : batch.rows))
    const sum = this.#kernels.binaryCrossEntropy(
      place.logits,
      place.outputs,
      place.target,
      batch.rows * head.units,
      slope,
      objective.limit ?? Number.POSITIVE_INFINITY,
      place.gradient
    )
    return term.weight * slope * sum
  }
}
