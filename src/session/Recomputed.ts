/** What came of computing stored results again. */
export interface Recomputed {
  /** Experiments whose latest run was looked at. */
  readonly experiments: ReadonlyArray<string>
  /** One line for each that could not be, with the reason. */
  readonly unopened: ReadonlyArray<string>
  /** Nodes with a known result, and how many of them were computed again. */
  readonly known: number
  readonly computed: number
  /** One line for each that came out otherwise, or failed. */
  readonly different: ReadonlyArray<string>
}

/** What came of computing some of a run's cells again. */
export interface RecomputedCells {
  readonly cells: number
  /** Cells of the run that have metrics. */
  readonly of: number
  /** One line for each node that came out otherwise, or failed. */
  readonly different: ReadonlyArray<string>
  /** Cells whose metrics are not what the run recorded. */
  readonly changed: ReadonlyArray<string>
  /** Cells with nodes that the present code has not computed: their code, config or files changed since. */
  readonly unknown: ReadonlyArray<string>
}
