import type { PreparedRows } from "./PreparedRows.ts"

/** The name of the training batch's segment. */
export const MAIN = ""

/** Rows that share a step: the training batch, or an extra one. */
export interface Segment {
  readonly name: string
  readonly rows: PreparedRows
  /** The most rows of a step. */
  readonly rowsPerStep: number
  /** Whether every step sees all rows in their order. */
  readonly fixed: boolean
}
