/** What a back end offers to a training: its parameters, and the step that moves them. */
import type { Float32Tensor } from "../domain/Tensor.ts"

/** The rows of one segment in one step: `rows[start .. start + count)`. Reused and changed from step to step. */
export interface Selection {
  rows: Int32Array
  start: number
  count: number
}

export interface Session {
  /** The last step's weighted losses, one an objective on a head, at the parameters before the update. */
  readonly terms: Float64Array
  /** The last step's observations, in the same order; 0 where the objective has none. */
  readonly observations: Float64Array
  /** One step of every optimiser, at `rateFactor` times its learning rate. One selection a segment. */
  step(selections: ReadonlyArray<Selection>, rateFactor: number): void
  /** Replaces the rows of a segment: x [count, inputs], as many as it has. */
  replaceRows(segment: number, x: Float32Array): void
  /** The penalties (L2) at the present parameters, weighted. */
  penalties(): ReadonlyArray<number>
  parameters(): Record<string, Float32Tensor>
  dispose(): void
}
