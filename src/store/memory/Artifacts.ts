/** Artifacts in memory: their bytes apart from the rows that say they are there, and checked when they are read. */
import { Clock, Effect } from "effect"
import type { ArtifactHash } from "../../domain/Hash.ts"
import { ArtifactDamaged, ArtifactMissing } from "../ArtifactError.ts"
import type { ArtifactStore } from "../ArtifactStore.ts"
import { hashOf, inlineLimit, type PreparedArtifact } from "../Blobs.ts"
import { StoreError, StoreReason } from "../StoreError.ts"
import { type Disk, loseTrace } from "./Disk.ts"

export interface Artifacts {
  readonly service: ArtifactStore["Service"]
  /** Says that it is there. Fails where the bytes of a large one are not. */
  insert(artifact: PreparedArtifact): Effect.Effect<void, StoreError>
}

export const make = (disk: Disk, path: string): Artifacts => {
  const insert = Effect.fnUntraced(function* ({ hash, inline, kind, size }: PreparedArtifact) {
    if (inline !== undefined) disk.bytes.set(hash, inline.slice())
    else if (disk.bytes.get(hash)?.byteLength !== size)
      return yield* new StoreError({ path, reason: StoreReason.cases.BlobMissing.make({ hash }) })
    disk.artifacts.set(hash, { kind, size, at: yield* Clock.currentTimeMillis })
  })

  const prepare: ArtifactStore["Service"]["prepare"] = (bytes, kind) =>
    Effect.sync(() => {
      const artifact = { hash: hashOf(bytes), kind, size: bytes.byteLength }
      if (artifact.size <= inlineLimit) return { ...artifact, inline: bytes }
      disk.bytes.set(artifact.hash, bytes.slice())
      return artifact
    })

  const forget = (hash: ArtifactHash): void => {
    disk.artifacts.delete(hash)
    disk.bytes.delete(hash)
    for (const [key, { trace }] of disk.traces) if (trace.artifact === hash) loseTrace(disk, key)
  }

  return {
    insert,
    service: {
      has: (hash) => Effect.sync(() => disk.artifacts.has(hash)),
      prepare,
      get: Effect.fnUntraced(function* (hash) {
        const bytes = disk.artifacts.has(hash) ? disk.bytes.get(hash) : undefined
        if (bytes === undefined) {
          forget(hash)
          return yield* new ArtifactMissing({ hash, found: "the store has no such artifact", healed: true })
        }
        if (hashOf(bytes) === hash) return bytes.slice()
        forget(hash)
        return yield* new ArtifactDamaged({ hash, found: "its bytes have another hash", healed: true })
      }),
      stat: Effect.fnUntraced(function* (hash) {
        const row = disk.artifacts.get(hash)
        if (row === undefined)
          return yield* new ArtifactMissing({ hash, found: "the store has no such artifact", healed: true })
        return { hash, ...row, storage: row.size <= inlineLimit ? ("inline" as const) : ("blob" as const) }
      }),
      find: (prefix, limit = 10) =>
        Effect.sync(() =>
          [...disk.artifacts.keys()]
            .filter((hash) => hash.startsWith(prefix))
            .sort()
            .slice(0, limit)
        ),
      put: Effect.fnUntraced(function* (bytes, kind) {
        const artifact = yield* prepare(bytes, kind)
        yield* insert(artifact)
        return artifact.hash
      })
    }
  }
}
