/** A run that was watched to its end. */
import type { RunRecord } from "../domain/RunRecord.ts"

/** How a run ended that was followed. */
export interface Followed {
  /** As it is recorded in the end. */
  readonly run: RunRecord
  /** The process that ran it has died: it ended without a word. */
  readonly isGone: boolean
  /** Parts of its journal that were damaged and left out. */
  readonly lost: number
}
