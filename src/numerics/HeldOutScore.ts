import { f32 } from "../domain/Tensor.ts"
import type { Parameters } from "./Network.ts"
import type { ObjectiveBatch } from "./objectives/Evaluator.ts"
import type { HeadResult, Predictor } from "./Predictor.ts"
import type { PreparedRows } from "./PreparedRows.ts"
import type { Problem } from "./Problem.ts"
import type { Rows, Validation } from "./Training.ts"

/** A training's held-out rows, and what scores them. */
export interface Held {
  readonly validation: Validation
  readonly heldOut: Rows
  readonly prepared: PreparedRows
  readonly predictor: Predictor
}

/** The held-out rows' figure: the metric, or the loss of the objectives on the training batch. */
export class HeldOutScore {
  readonly #problem: Problem
  readonly #held: Held
  readonly #gradient: Float32Array

  constructor(problem: Problem, held: Held) {
    this.#problem = problem
    this.#held = held
    this.#gradient = new Float32Array(
      held.prepared.count * Math.max(...problem.network.heads.map((head) => head.units))
    )
  }

  score(parameters: Parameters): number {
    const { heldOut, predictor, prepared, validation } = this.#held
    const { network, segments, terms } = this.#problem
    const results = predictor.run(parameters, prepared)
    if (validation.metric !== undefined) {
      const outputs = Object.fromEntries(
        network.heads.map((head, i) => [
          head.name,
          f32([prepared.count, head.units], results[i]?.outputs ?? new Float32Array(0))
        ])
      )
      return validation.metric.evaluate(outputs, heldOut)
    }
    let loss = 0
    for (const term of terms) {
      if (term.segment !== segments.length - 1) continue
      const batch = this.#batch(results[term.head], network.heads[term.head]?.units ?? 0)
      loss += term.weight * term.evaluator.evaluate(batch, this.#gradient)
    }
    return loss
  }

  #batch(result: HeadResult | undefined, width: number): ObjectiveBatch {
    const none = new Float32Array(0)
    return {
      rows: this.#held.prepared.count,
      width,
      outputs: result?.outputs ?? none,
      logits: result?.logits ?? none,
      targets: Object.fromEntries(Object.entries(this.#held.prepared.targets).map(([name, { data }]) => [name, data]))
    }
  }
}
