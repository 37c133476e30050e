/** Where a shared store keeps large artifacts: one interface, whatever holds the bytes. */
import type { Effect } from "effect"
import type { ArtifactHash } from "../domain/Hash.ts"
import type { ArtifactDamaged, ArtifactMissing } from "./ArtifactError.ts"
import type { ArtifactStore } from "./ArtifactStore.ts"
import type { Defect } from "./Defect.ts"
import type { StoreError } from "./StoreError.ts"

/** A blob that is there, and when it was written, in milliseconds since the Unix epoch. */
export interface FoundBlob {
  readonly hash: ArtifactHash
  readonly size: number
  readonly at: number
}

type Unreadable = ArtifactMissing | ArtifactDamaged | StoreError

export interface BlobSpace extends Pick<ArtifactStore["Service"], "prepare" | "prepareFile" | "prepareFolder"> {
  /** Whether a blob of that size is there; its bytes are not read. */
  has(hash: ArtifactHash, size: number): Effect.Effect<boolean, StoreError>
  /** The bytes, checked. */
  read(hash: ArtifactHash, size: number): Effect.Effect<Uint8Array, Unreadable>
  /** Copies into a file, which is checked. */
  copy(hash: ArtifactHash, size: number, to: string): Effect.Effect<void, Unreadable>
  /** Checks without holding the bytes. */
  check(hash: ArtifactHash, size: number): Effect.Effect<void, Unreadable>
  /** What is wrong with it; what is not whole is gone afterwards. */
  discardDamaged(hash: ArtifactHash, size: number): Effect.Effect<Defect | undefined, StoreError>
  remove(hash: ArtifactHash): Effect.Effect<void, StoreError>
  /** The present by the clock that dates the blobs, which need not be the database's. */
  readonly now: Effect.Effect<number, StoreError>
  /** Every blob that is there. */
  readonly list: Effect.Effect<ReadonlyArray<FoundBlob>, StoreError>
  /** Deletes what writers that died left half written before that time; gives how many and their bytes. */
  sweepTemporary(
    before: number,
    dryRun: boolean
  ): Effect.Effect<{ readonly files: number; readonly bytes: number }, StoreError>
}
