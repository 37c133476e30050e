/** What a cell of the grid came to: what a table is built from. */
import type { Contributions } from "../domain/Contributions.ts"
import type { Metrics } from "../domain/Metrics.ts"

/** One cell of the grid with what it produced. */
export interface CellOutcome {
  /** Axis name to printed value, in axis order, without the seed. */
  readonly labels: Readonly<Record<string, string>>
  readonly seed: number | null
  /** Null where the cell failed or was skipped. */
  readonly metrics: Metrics | null
  /** Why there are no metrics, in one line. */
  readonly failure?: string
  /** True where it has no metrics because its run did not reach it. */
  readonly unreached?: boolean
  /** The metric artifact's hash; anything (`""`) for a failed cell. */
  readonly outputs: string
  /** What the groups of its test rows add to its figures, where it publishes that. */
  readonly contributions?: Contributions
}
