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
