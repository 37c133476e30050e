/** What copying runs from store to store came to. */

export interface CopiedRuns {
  /** Results that came, and the bytes of their artifacts. */
  readonly results: number
  readonly bytes: number
  /** Results that did not check, or could not be read, and were left. */
  readonly damaged: number
  /** Runs that came, and those that were there already. */
  readonly runs: number
  readonly there: number
  /** Those that still go on. */
  readonly running: number
  /** Tags that came with their runs, and those that another run has there. */
  readonly tags: number
  readonly takenTags: ReadonlyArray<string>
}
