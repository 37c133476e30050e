/** What outlives an open store in memory: a second layer on the same disk sees what the first left. */
import type { ArtifactHash, Key, RunId } from "../../domain/Hash.ts"
import type { JournalEntry } from "../../domain/RunDetail.ts"
import type { RunCell, RunRecord, Trace } from "../../domain/RunRecord.ts"

export interface StoredRun {
  record: RunRecord
  cells: ReadonlyArray<RunCell> | undefined
  keys: ReadonlyArray<Key> | undefined
  /** Cells of a run that goes on, by their ids. */
  readonly ended: Map<string, RunCell>
  /** What happened in it, in parts. */
  readonly journal: Array<ReadonlyArray<JournalEntry>>
}

export interface StoredPlan {
  readonly artifacts: Uint8Array
  readonly cells: ReadonlyArray<RunCell>
  readonly keys: ReadonlyArray<Key>
}

export interface Disk {
  /** The bytes of what is known, and of what was prepared and is not known yet. */
  readonly bytes: Map<ArtifactHash, Uint8Array>
  /** What is known. */
  readonly artifacts: Map<ArtifactHash, { readonly kind: string; readonly size: number; readonly at: number }>
  readonly traces: Map<Key, { readonly stage: string; readonly trace: Trace }>
  readonly durations: Map<string, { readonly n: number; readonly meanMs: number }>
  /** In the order in which they were recorded. */
  readonly runs: Map<RunId, StoredRun>
  readonly plans: Map<string, StoredPlan>
  readonly memo: Map<string, string>
  /** How many traces were ever lost. */
  losses: number
}

export const empty = (): Disk => ({
  bytes: new Map(),
  artifacts: new Map(),
  traces: new Map(),
  durations: new Map(),
  runs: new Map(),
  plans: new Map(),
  memo: new Map(),
  losses: 0
})

/** Takes a trace away; what was known of whole plans goes with it. */
export const loseTrace = (disk: Disk, key: Key): boolean => {
  if (!disk.traces.delete(key)) return false
  disk.losses++
  disk.plans.clear()
  return true
}
