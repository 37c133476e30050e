/** Traces, key → artifact: what the plan looks up and what a finished node leaves behind. A trace is the only proof of a result. */
import { Context, type Effect } from "effect"
import type { ArtifactHash, Key } from "../domain/Hash.ts"
import type { Execution, Trace } from "../domain/RunRecord.ts"
import type { PreparedArtifact } from "./Blobs.ts"
import type { StoreError } from "./StoreError.ts"

/**
 * What a finished node leaves: the artifact, the trace that proves it, and one line of history. That line is kept with the
 * trace alone: where the key has one already, nothing was gained by computing it again, and nobody counts it.
 */
export interface CommitEntry {
  readonly trace: Trace
  readonly artifact: PreparedArtifact
  readonly execution: Execution
  /** Another store's: nothing was executed here, so it is no line of the history. Default false. */
  readonly isCopy?: boolean
  /** What was forced takes the place of the trace that its key has; at no moment is there none. Default false. */
  readonly isForced?: boolean
}

/**
 * `new`: the trace is stored. `same`: it was there already, with the same artifact.
 * `different`: it was there with another artifact, which is kept (`artifact` below); the stage is not
 * deterministic, or depends on something that it does not declare.
 */
export interface CommitResult {
  readonly stored: "new" | "same" | "different"
  /** The artifact that the key has now. */
  readonly artifact: ArtifactHash
}

/** Count and mean over every execution of a stage that gave a trace. */
export interface StageDuration {
  readonly n: number
  readonly meanMs: number
}

export class TraceStore extends Context.Service<
  TraceStore,
  {
    /**
     * The artifacts of those of the keys that have a trace, queued or stored. Asked once for all that a plan can ask at a
     * time, so that an answer over a network costs one round trip and one from a file one lock.
     */
    lookup(keys: ReadonlyArray<Key>): Effect.Effect<ReadonlyMap<Key, ArtifactHash>, StoreError>
    /**
     * Stores a finished node; resolves when it is durable. Found by `lookup` in this process as soon as it is queued.
     * Fails (`BlobMissing`) where the bytes of a large artifact are not there.
     */
    commit(entry: CommitEntry): Effect.Effect<CommitResult, StoreError>
    /**
     * As `commit`, in two steps: the outer effect queues and never waits, the inner one completes when it is durable,
     * which may be some milliseconds later than with `commit`, for company.
     */
    submit(entry: CommitEntry): Effect.Effect<Effect.Effect<CommitResult, StoreError>>
    /** Waits until everything queued is durable; fails with the first failure since the last flush. */
    readonly flush: Effect.Effect<void, StoreError>
    /** The traces of the keys that have one. */
    get(keys: ReadonlyArray<Key>): Effect.Effect<ReadonlyMap<Key, Trace>, StoreError>
    /** A stage's traces, newest first; at most `limit`, 100 by default. */
    ofStage(stage: string, limit?: number): Effect.Effect<ReadonlyArray<Trace>, StoreError>
    /** Makes the key a miss; the artifact and the history stay. Whether there was a trace. */
    remove(key: Key): Effect.Effect<boolean, StoreError>
    /** By stage name, over every execution that ever gave a trace. */
    readonly durations: Effect.Effect<ReadonlyMap<string, StageDuration>, StoreError>
    /** The damage that was met so far and did not stop anything, a sentence each: what did not check and counts as a miss. */
    readonly damage: Effect.Effect<ReadonlyArray<string>>
  }
>()("ablate/store/TraceStore") {}
