/**
 * Artifacts by content hash. Bytes are durable before anything says that they are there, and every read checks them
 * against their hash: what is missing or damaged is a miss that is told, never a wrong value.
 */
import { Context, type Effect, Schema } from "effect"
import { ArtifactHash } from "../domain/Hash.ts"
import type { ArtifactDamaged, ArtifactMissing } from "./ArtifactError.ts"
import type { PreparedArtifact } from "./Blobs.ts"
import type { StoreError } from "./StoreError.ts"
import type { TreeInvalid } from "./Trees.ts"

export const ArtifactInfo = Schema.Struct({
  hash: ArtifactHash,
  /** As first stored: equal bytes of two kinds are one artifact. */
  kind: Schema.String,
  /** Length in bytes. */
  size: Schema.Int,
  /** Milliseconds since the Unix epoch when it was last stored. */
  at: Schema.Finite,
  storage: Schema.Literals(["inline", "blob"])
})
export type ArtifactInfo = typeof ArtifactInfo.Type

/** What is known of an artifact that is there. */
export interface Stated extends Pick<ArtifactInfo, "kind" | "size"> {
  /** Those that are kept in the database and are short enough, checked. */
  readonly bytes: Uint8Array | undefined
}

export class ArtifactStore extends Context.Service<
  ArtifactStore,
  {
    /** Whether it is known, queued or stored; its bytes are only checked when they are read. */
    has(hash: ArtifactHash): Effect.Effect<boolean, StoreError>
    /**
     * The bytes, their hash checked. What is missing or damaged is forgotten at once with every trace that points to it
     * (not in a read-only store), so that the next plan sees a miss.
     */
    get(hash: ArtifactHash): Effect.Effect<Uint8Array, ArtifactMissing | ArtifactDamaged | StoreError>
    /** Copies a file or folder (or any other artifact, as the file of its bytes) out of the store, checked on the way, to be read only. */
    copyOut(hash: ArtifactHash, to: string): Effect.Effect<void, ArtifactMissing | ArtifactDamaged | StoreError>
    /** Checks the bytes without holding them, of a folder those of its files too; forgets what is missing or damaged. */
    verify(hash: ArtifactHash): Effect.Effect<void, ArtifactMissing | ArtifactDamaged | StoreError>
    stat(hash: ArtifactHash): Effect.Effect<ArtifactInfo, ArtifactMissing | StoreError>
    /**
     * Of those that are stored, asked for together: kind and size, and the bytes of those of at most `bytesUpTo` bytes that are
     * kept in the database. What is damaged is left out.
     */
    stats(
      hashes: ReadonlyArray<ArtifactHash>,
      bytesUpTo: number
    ): Effect.Effect<ReadonlyMap<ArtifactHash, Stated>, StoreError>
    /**
     * Brings here what is only known to be elsewhere, for those who read this store by themselves (worker threads). Nothing
     * to do where no other store is behind this one.
     */
    gather(hashes: ReadonlyArray<ArtifactHash>): Effect.Effect<void, ArtifactMissing | ArtifactDamaged | StoreError>
    /** The hashes that begin with `prefix` (hexadecimal), at most `limit` of them, 10 by default. */
    find(prefix: string, limit?: number): Effect.Effect<ReadonlyArray<ArtifactHash>, StoreError>
    /** Stores bytes that no trace points to; resolves when they are durable. */
    put(bytes: Uint8Array, kind: string): Effect.Effect<ArtifactHash, StoreError>
    /** As `put`, of what was prepared. */
    keep(artifact: PreparedArtifact): Effect.Effect<void, StoreError>
    /**
     * Hashes the bytes and makes large ones durable, without saying that they are there: that is done by the commit of
     * the trace that names them. So a worker, whose store is read-only, can write its results itself.
     */
    prepare(bytes: Uint8Array, kind: string): Effect.Effect<PreparedArtifact, StoreError>
    /** As `prepare`, for a file, which is streamed. */
    prepareFile(path: string): Effect.Effect<PreparedArtifact, StoreError | TreeInvalid>
    /** As `prepare`, for a folder: its list, with its files as parts. */
    prepareFolder(path: string): Effect.Effect<PreparedArtifact, StoreError | TreeInvalid>
  }
>()("ablate/store/ArtifactStore") {}
