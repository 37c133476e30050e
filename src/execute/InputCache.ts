/**
 * Decoded inputs that several nodes on one thread share. JSON values are frozen, so that a stage which writes to its
 * input fails loudly; what cannot be frozen (tensors, bytes, maps, sets, dates) is decoded anew for every reader.
 */
import { Effect } from "effect"
import type { Artifact, ArtifactInvalid } from "../declare/Artifact.ts"
import type { ArtifactHash } from "../domain/Hash.ts"

/** Bytes of memory kept at most on a thread. */
const capacity = 48 * 1024 * 1024

/** Decoded JSON takes about this many times the memory of its text: measured on tables of short strings. */
const decodedGrowth = 8

type Entry =
  | { readonly value: unknown; readonly size: number }
  | { readonly encoded: Uint8Array; readonly size: number }

const isFreezable = (value: object) =>
  !(ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set || value instanceof Date)

/** Freezes a decoded value; false where some part of it can be written to nevertheless. */
const freeze = (value: unknown): boolean => {
  if (typeof value !== "object" || value === null) return true
  if (!isFreezable(value)) return false
  if (Object.isFrozen(value)) return true
  Object.freeze(value)
  let isWhole = true
  for (const part of Object.values(value)) if (!freeze(part)) isWhole = false
  return isWhole
}

export interface InputCache {
  /** Reads and decodes an artifact. */
  readonly get: <E>(
    hash: ArtifactHash,
    artifact: Artifact<unknown>,
    read: (hash: ArtifactHash) => Effect.Effect<Uint8Array, E>
  ) => Effect.Effect<unknown, E | ArtifactInvalid>
}

export const make = (): InputCache => {
  const entries = new Map<string, Entry>()
  let held = 0
  const drop = (id: string) => {
    held -= entries.get(id)?.size ?? 0
    entries.delete(id)
  }
  const keep = (id: string, entry: Entry) => {
    if (entry.size > capacity) return
    drop(id)
    entries.set(id, entry)
    held += entry.size
    for (const oldest of entries.keys()) {
      if (held <= capacity) break
      drop(oldest)
    }
  }
  const isBinary = (artifact: Artifact<unknown>) => artifact.kind === "tensors" || artifact.kind === "bytes"
  const schemas = new Map<Artifact<unknown>, number>()
  const number = (artifact: Artifact<unknown>) => {
    const known = schemas.get(artifact) ?? schemas.size
    schemas.set(artifact, known)
    return known
  }
  return {
    get: (hash, artifact, read) =>
      Effect.suspend(() => {
        const id = isBinary(artifact) ? hash : `${hash}/${number(artifact)}`
        const known = entries.get(id)
        if (known !== undefined) {
          entries.delete(id)
          entries.set(id, known)
          return "encoded" in known ? artifact.decode(known.encoded.slice()) : Effect.succeed(known.value)
        }
        return Effect.flatMap(read(hash), (bytes) => {
          const size = bytes.length
          if (isBinary(artifact)) {
            keep(id, { encoded: bytes, size })
            return artifact.decode(bytes.slice())
          }
          return Effect.tap(artifact.decode(bytes), (value) =>
            Effect.sync(() =>
              keep(id, freeze(value) ? { value, size: size * decodedGrowth } : { encoded: bytes, size })
            )
          )
        })
      })
  }
}
