/** Artifacts on their way out of a store, wherever rows and blobs are: checked, and what is queued is there already. */
import { Effect } from "effect"
import type { ArtifactHash } from "../domain/Hash.ts"
import type { ArtifactDamaged, ArtifactMissing } from "./ArtifactError.ts"
import type { ArtifactStore } from "./ArtifactStore.ts"
import type { PreparedArtifact } from "./Blobs.ts"
import { absent, type Defect, failure, inlineDefect } from "./Defect.ts"
import type { StoreError } from "./StoreError.ts"
import { makeReadOnly, readManifest, writeFolder, writeReadOnly } from "./Trees.ts"

type Unreadable = ArtifactMissing | ArtifactDamaged | StoreError

/** `inline` is null for a blob. */
export interface StoredArtifact {
  readonly size: number
  readonly inline: Uint8Array | null
}

export interface Source {
  row(hash: ArtifactHash): Effect.Effect<StoredArtifact | undefined, StoreError>
  /** Of what is stored. */
  kindOf(hash: ArtifactHash): Effect.Effect<string | undefined, StoreError>
  readBlob(hash: ArtifactHash, size: number): Effect.Effect<Uint8Array, Unreadable>
  copyBlob(hash: ArtifactHash, size: number, to: string): Effect.Effect<void, Unreadable>
  /** Checks again, where nobody writes, and forgets what is wrong; undefined where another process has mended it. */
  readonly forget: ((hash: ArtifactHash) => Effect.Effect<Defect | undefined, StoreError>) | undefined
}

export interface ArtifactReads extends Pick<ArtifactStore["Service"], "get" | "copyOut"> {
  /** The queued artifact of that hash. */
  held(hash: ArtifactHash): PreparedArtifact | undefined
  /** Makes a queued artifact readable; gives what ends that. */
  hold(artifact: PreparedArtifact): () => void
}

/** How an artifact is read, by where it is: a blob of so many bytes, or bytes that have been checked. */
interface Reading<A> {
  readonly blob: (size: number) => Effect.Effect<A, Unreadable>
  readonly inline: (bytes: Uint8Array) => Effect.Effect<A, StoreError>
}

export const make = (source: Source): ArtifactReads => {
  const pending = new Map<ArtifactHash, { readonly artifact: PreparedArtifact; holders: number }>()

  const hold = (artifact: PreparedArtifact): (() => void) => {
    const held = pending.get(artifact.hash) ?? { artifact, holders: 0 }
    held.holders++
    pending.set(artifact.hash, held)
    const parts = (artifact.parts ?? []).map(hold)
    return () => {
      for (const release of parts) release()
      held.holders--
      if (held.holders === 0) pending.delete(artifact.hash)
    }
  }

  const held = (hash: ArtifactHash) => pending.get(hash)?.artifact

  /** After a bad read: forget it, or find that another process has mended it meanwhile. */
  const heal = (hash: ArtifactHash, defect: Defect) =>
    source.forget === undefined
      ? Effect.fail(failure(hash, defect, false))
      : source.forget(hash).pipe(
          // On a full disk, say, the bad bytes are the news; healing can wait.
          Effect.catch(() => Effect.fail(failure(hash, defect, false))),
          Effect.flatMap((again) => (again === undefined ? Effect.void : Effect.fail(failure(hash, again, true))))
        )

  /** Reads by `blob` where it is a blob, else the checked bytes by `inline`. What was damaged and is mended is read again. */
  const stored = <A>(
    hash: ArtifactHash,
    { blob, inline }: Reading<A>,
    healing = true
  ): Effect.Effect<A, Unreadable> => {
    const again = (error: ArtifactMissing | ArtifactDamaged, tag: Defect["_tag"]) =>
      error.healed || !healing
        ? Effect.fail(error)
        : Effect.andThen(heal(hash, { _tag: tag, found: error.found }), stored(hash, { blob, inline }, false))
    return source.row(hash).pipe(
      Effect.flatMap((found): Effect.Effect<A, Unreadable> => {
        if (found === undefined) return Effect.fail(failure(hash, absent, false))
        if (found.inline === null) return blob(found.size)
        const defect = inlineDefect(hash, found.inline)
        return defect === undefined ? inline(found.inline) : Effect.fail(failure(hash, defect, false))
      }),
      Effect.catchTags({
        ArtifactMissing: (error) => again(error, "Missing"),
        ArtifactDamaged: (error) => again(error, "Damaged")
      })
    )
  }

  const reading = <A>(hash: ArtifactHash, how: Reading<A>): Effect.Effect<A, Unreadable> =>
    Effect.suspend(() => {
      const queued = held(hash)
      if (queued?.inline !== undefined) return how.inline(queued.inline.slice())
      return queued === undefined ? stored(hash, how) : how.blob(queued.size)
    })

  const get = (hash: ArtifactHash) =>
    reading<Uint8Array>(hash, { blob: (size) => source.readBlob(hash, size), inline: Effect.succeed })

  const copyFileOut = (hash: ArtifactHash, to: string) =>
    reading<void>(hash, {
      blob: (size) => Effect.andThen(source.copyBlob(hash, size, to), makeReadOnly(to)),
      inline: (bytes) => writeReadOnly(to, bytes)
    })

  const kindOf = (hash: ArtifactHash) =>
    Effect.suspend(() => {
      const queued = held(hash)?.kind
      return queued === undefined ? source.kindOf(hash) : Effect.succeed(queued)
    })

  return {
    held,
    hold,
    get,
    copyOut: Effect.fnUntraced(function* (hash, to) {
      const manifest = (yield* kindOf(hash)) === "folder" ? readManifest(yield* get(hash)) : undefined
      yield* manifest === undefined ? copyFileOut(hash, to) : writeFolder(manifest, to, copyFileOut)
    })
  }
}
