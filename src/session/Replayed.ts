/** What came of computing a run again. */
import type { ArtifactHash } from "../domain/Hash.ts"
import type { RunRecord } from "../domain/RunRecord.ts"

/** A node that came out otherwise, before any that depends on it. */
export interface ReplayedNode {
  readonly node: string
  readonly stage: string
  readonly then: ArtifactHash
  /** Null where it failed: `failure` says how. */
  readonly now: ArtifactHash | null
  readonly failure: string | null
}

/** Whether one cell came out as it was recorded. */
export interface ReplayedCell {
  readonly cell: string
  /** `same`: every published output has the same bits, or it failed then and now. `unknown`: the run left nothing of it. */
  readonly status: "same" | "different" | "unknown"
  /** The first of its nodes that came out otherwise, where the store still knows what they were. */
  readonly first: ReplayedNode | null
  /** Outputs that differ by name, and failures: what differs, in words. */
  readonly differences: ReadonlyArray<string>
}

/** A run beside what it came to now. */
export interface Replayed {
  readonly run: RunRecord
  /** Whether every cell that can be compared is the same, and at least one can. */
  readonly isSame: boolean
  readonly cells: ReadonlyArray<ReplayedCell>
  readonly nodes: {
    readonly computed: number
    /** Of which the store still knows what they gave. */
    readonly compared: number
    readonly different: number
  }
  /** What the run had otherwise: the machine, Node, Ablate. None of it has to matter. */
  readonly surroundings: ReadonlyArray<string>
  /** Whether it was stopped before its end. */
  readonly isInterrupted: boolean
}
