/** Artifacts in memory: their bytes apart from the rows that say they are there, and checked when they are read. */
import { readFile } from "node:fs/promises"
import { Clock, Effect } from "effect"
import type { ArtifactHash } from "../../domain/Hash.ts"
import { ArtifactDamaged, ArtifactMissing } from "../ArtifactError.ts"
import type { ArtifactStore, Stated } from "../ArtifactStore.ts"
import { hashOf, inlineLimit, type PreparedArtifact } from "../Blobs.ts"
import { StoreError, StoreReason } from "../StoreError.ts"
import { fileBy, folderBy, readManifest, writeFolder, writeReadOnly } from "../Trees.ts"
import { type Disk, loseTrace } from "./Disk.ts"

export interface Artifacts {
  readonly service: ArtifactStore["Service"]
  /** Says that it is there. Fails where the bytes of a large one are not. */
  insert(artifact: PreparedArtifact): Effect.Effect<void, StoreError>
}

export const make = (disk: Disk, path: string): Artifacts => {
  const insert: Artifacts["insert"] = Effect.fnUntraced(function* ({ hash, inline, kind, parts = [], size }) {
    for (const part of parts) yield* insert(part)
    if (inline !== undefined) disk.bytes.set(hash, inline.slice())
    else if (disk.bytes.get(hash)?.byteLength !== size)
      return yield* new StoreError({ path, reason: StoreReason.cases.BlobMissing.make({ hash }) })
    disk.artifacts.set(hash, { kind, size, at: yield* Clock.currentTimeMillis })
  })

  const hold = (bytes: Uint8Array, kind: string): PreparedArtifact => {
    const artifact = { hash: hashOf(bytes), kind, size: bytes.byteLength }
    if (artifact.size <= inlineLimit) return { ...artifact, inline: bytes }
    disk.bytes.set(artifact.hash, bytes.slice())
    return artifact
  }

  const prepare: ArtifactStore["Service"]["prepare"] = (bytes, kind) => Effect.sync(() => hold(bytes, kind))

  const take = async (from: string) => hold(Uint8Array.from(await readFile(from)), "file")

  /** The files of a folder that is known and whole. */
  const filesOf = (folder: ArtifactHash): ReadonlyArray<ArtifactHash> => {
    const bytes = disk.artifacts.get(folder)?.kind === "folder" ? disk.bytes.get(folder) : undefined
    const entries = (bytes === undefined ? undefined : readManifest(bytes))?.entries ?? []
    return entries.flatMap((entry) => ("hash" in entry ? [entry.hash] : []))
  }

  /** A folder is as whole as its files are. */
  const forget = (hash: ArtifactHash): void => {
    const folders = [...disk.artifacts.keys()].filter((folder) => filesOf(folder).includes(hash))
    disk.artifacts.delete(hash)
    disk.bytes.delete(hash)
    for (const [key, { trace }] of disk.traces) if (trace.artifact === hash) loseTrace(disk, key)
    for (const folder of folders) forget(folder)
  }

  const get = Effect.fnUntraced(function* (hash: ArtifactHash) {
    const bytes = disk.artifacts.has(hash) ? disk.bytes.get(hash) : undefined
    if (bytes === undefined) {
      forget(hash)
      return yield* new ArtifactMissing({ hash, found: "the store has no such artifact", healed: true })
    }
    if (hashOf(bytes) === hash) return bytes.slice()
    forget(hash)
    return yield* new ArtifactDamaged({ hash, found: "its bytes have another hash", healed: true })
  })

  const copyFileOut = (hash: ArtifactHash, to: string) => Effect.flatMap(get(hash), (bytes) => writeReadOnly(to, bytes))

  return {
    insert,
    service: {
      has: (hash) => Effect.sync(() => disk.artifacts.has(hash)),
      prepare,
      prepareFile: (file) => fileBy(path, file, take),
      prepareFolder: Effect.fnUntraced(function* (folder) {
        const { bytes, parts } = yield* folderBy(path, folder, take)
        return { ...hold(bytes, "folder"), parts }
      }),
      get,
      copyOut: Effect.fnUntraced(function* (hash, to) {
        const isFolder = disk.artifacts.get(hash)?.kind === "folder"
        const manifest = isFolder ? readManifest(yield* get(hash)) : undefined
        yield* manifest === undefined ? copyFileOut(hash, to) : writeFolder(manifest, to, copyFileOut)
      }),
      verify: Effect.fnUntraced(function* (hash) {
        yield* get(hash)
        yield* Effect.forEach(filesOf(hash), get, { discard: true })
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
      keep: insert,
      gather: () => Effect.void,
      stats: (hashes, bytesUpTo) =>
        Effect.sync(
          () =>
            new Map(
              hashes.flatMap((hash): ReadonlyArray<readonly [ArtifactHash, Stated]> => {
                const [row, bytes] = [disk.artifacts.get(hash), disk.bytes.get(hash)]
                if (row === undefined || bytes === undefined) return []
                const { kind, size } = row
                if (size > inlineLimit) return [[hash, { kind, size, bytes: undefined }]]
                if (hashOf(bytes) !== hash) return []
                return [[hash, { kind, size, bytes: size > bytesUpTo ? undefined : bytes.slice() }]]
              })
            )
        ),
      put: Effect.fnUntraced(function* (bytes, kind) {
        const artifact = yield* prepare(bytes, kind)
        yield* insert(artifact)
        return artifact.hash
      })
    }
  }
}
