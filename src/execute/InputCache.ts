/**
 * Decoded inputs that several nodes on one thread share. JSON values are frozen, so that a stage which writes to its
 * input fails loudly; tensors and bytes are handed out as copies, since typed arrays cannot be frozen.
 */
import { Effect } from "effect"
import type { Artifact, ArtifactInvalid } from "../declare/Artifact.ts"
import type { ArtifactHash } from "../domain/Hash.ts"

/** Encoded bytes kept at most, by the size of the artifacts. */
const capacity = 48 * 1024 * 1024

interface Entry {
  readonly value: unknown
  readonly size: number
}

const freeze = (value: unknown): void => {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const key in value) freeze((value as { readonly [key: string]: unknown })[key])
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
  const keep = (id: string, value: unknown, size: number) => {
    if (size > capacity) return
    entries.delete(id)
    entries.set(id, { value, size })
    held += size
    for (const [oldest, entry] of entries) {
      if (held <= capacity) break
      entries.delete(oldest)
      held -= entry.size
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
    get: (hash, artifact, read) => {
      const id = isBinary(artifact) ? hash : `${hash}/${number(artifact)}`
      const known = entries.get(id)
      if (known !== undefined) {
        entries.delete(id)
        entries.set(id, known)
        return known.value instanceof Uint8Array && isBinary(artifact)
          ? artifact.decode(known.value.slice())
          : Effect.succeed(known.value)
      }
      return Effect.flatMap(read(hash), (bytes) => {
        if (isBinary(artifact)) {
          keep(id, bytes, bytes.length)
          return artifact.decode(bytes.slice())
        }
        return Effect.tap(artifact.decode(bytes), (value) =>
          Effect.sync(() => {
            freeze(value)
            keep(id, value, bytes.length)
          })
        )
      })
    }
  }
}
