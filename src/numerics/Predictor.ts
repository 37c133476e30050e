import type { Parameters } from "./Network.ts"
import type { PreparedRows } from "./PreparedRows.ts"

/** One head on some rows; both row-major [rows, units]. */
export interface HeadResult {
  readonly outputs: Float32Array
  /** Before the head's activation. */
  readonly logits: Float32Array
}

/** A back end's inference. */
export interface Predictor {
  /** One result a head, in the network's order. */
  run(parameters: Parameters, rows: PreparedRows): ReadonlyArray<HeadResult>
  dispose(): void
}
