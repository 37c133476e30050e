/**
 * Large artifacts in a bucket, `blobs/ab/<hash>`. An object is there as a whole or not at all, so nothing has to be renamed;
 * names are hashes and every read is checked, so that putting one twice does nothing, and another's is never taken.
 */
import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { readFile } from "node:fs/promises"
import { Readable, Transform } from "node:stream"
import { Effect, Schedule } from "effect"
import { ArtifactHash } from "../../../domain/Hash.ts"
import { ArtifactDamaged, ArtifactMissing } from "../../ArtifactError.ts"
import type { BlobSpace } from "../../BlobSpace.ts"
import { hashFile, hashOf, inlineLimit, type PreparedArtifact, withFile } from "../../Blobs.ts"
import type { Defect } from "../../Defect.ts"
import { fileError, type StoreError } from "../../StoreError.ts"
import { fileBy, folderBy, TreeInvalid } from "../../Trees.ts"
import type { Bucket } from "./Bucket.ts"

const keyOf = (hash: ArtifactHash): string => `blobs/${hash.slice(0, 2)}/${hash}`
const isBlob = /^blobs\/[0-9a-f]{2}\/([0-9a-f]{64})$/

/** What is short enough to be held goes in one request. */
const mostAtOnce = 8 * 1024 * 1024

/** What was found of an object: its bytes' hash, how many there are. */
interface Looked {
  readonly hash: string
  readonly size: number
  readonly tag: string
}

/** Hashes on the way to `take`. */
const hashed = async (chunks: AsyncIterable<Uint8Array>, tag: string, take: (chunk: Uint8Array) => unknown) => {
  const hasher = createHash("sha256")
  let size = 0
  for await (const chunk of chunks) {
    hasher.update(chunk)
    await take(chunk)
    size += chunk.byteLength
  }
  return { hash: hasher.digest("hex"), size, tag } satisfies Looked
}

/** So long a bucket that does not answer is waited for, by default. */
const longPatienceMs = 300_000

export const make = (bucket: Bucket, patienceMs = longPatienceMs): BlobSpace => {
  const patiently = <A, E>(effect: Effect.Effect<A, E | StoreError>): Effect.Effect<A, E | StoreError> =>
    Effect.retry(effect, {
      while: (error) => typeof error === "object" && error !== null && "reason" in error && isUnreachable(error.reason),
      schedule: Schedule.spaced("250 millis").pipe(Schedule.upTo({ duration: patienceMs }))
    })

  const where = (hash: ArtifactHash) => `${bucket.shown}/${keyOf(hash)}`

  const defectIn = (looked: Looked | undefined, hash: ArtifactHash, size: number): Defect | undefined => {
    if (looked === undefined) return { _tag: "Missing", found: `its object ${where(hash)} is gone` }
    if (looked.hash === hash) return undefined
    const found = looked.size === size ? "has other content" : `has ${looked.size} bytes of ${size}`
    return { _tag: "Damaged", found: `its object ${where(hash)} ${found}` }
  }

  const look = (hash: ArtifactHash, take: (chunk: Uint8Array) => unknown = () => undefined) =>
    bucket.read(keyOf(hash), (chunks, tag) => hashed(chunks, tag, take))

  /** Fails where the object is not what its name says. */
  const checked = Effect.fnUntraced(function* (hash: ArtifactHash, size: number, looked: Looked | undefined) {
    const defect = defectIn(looked, hash, size)
    if (defect === undefined) return
    const { found } = defect
    return yield* defect._tag === "Missing"
      ? new ArtifactMissing({ hash, found, healed: false })
      : new ArtifactDamaged({ hash, found, healed: false })
  })

  const put = (hash: ArtifactHash, bytes: Uint8Array) =>
    patiently(
      bytes.byteLength <= mostAtOnce
        ? bucket.put(keyOf(hash), bytes)
        : bucket.upload(keyOf(hash), () => Readable.from(parts(bytes), { objectMode: false }))
    )

  const prepare = (bytes: Uint8Array, kind: string): Effect.Effect<PreparedArtifact, StoreError> =>
    Effect.suspend(() => {
      const artifact = { hash: hashOf(bytes), kind, size: bytes.byteLength }
      return artifact.size <= inlineLimit
        ? Effect.succeed({ ...artifact, inline: bytes })
        : Effect.as(Effect.uninterruptible(put(artifact.hash, bytes)), artifact)
    })

  /** A file may change between the two looks at it: what is in the bucket then is not what its name says, and goes. */
  const takeLarge = async (path: string, run: <A>(effect: Effect.Effect<A, StoreError>) => Promise<A>) => {
    const { hash, size } = await hashFile(path)
    let sent = createHash("sha256")
    const body = () => {
      sent = createHash("sha256")
      return createReadStream(path).pipe(
        new Transform({
          transform: (chunk: Uint8Array, _, done) => {
            sent.update(chunk)
            done(null, chunk)
          }
        })
      )
    }
    await run(patiently(bucket.upload(keyOf(hash), body)))
    if (sent.digest("hex") !== hash) {
      await run(bucket.remove(keyOf(hash)))
      throw new TreeInvalid({ path, problem: "it changed while it was read" })
    }
    return { hash, kind: "file", size } satisfies PreparedArtifact
  }

  const take = async (path: string, size: number): Promise<PreparedArtifact> => {
    if (size > inlineLimit) return takeLarge(path, Effect.runPromise)
    const inline = Uint8Array.from(await readFile(path))
    return Effect.runPromise(prepare(inline, "file"))
  }

  return {
    prepare,
    prepareFile: (path) => fileBy(bucket.shown, path, take),
    prepareFolder: Effect.fnUntraced(function* (folder) {
      const { bytes, parts: files } = yield* folderBy(bucket.shown, folder, take)
      return { ...(yield* prepare(bytes, "folder")), parts: files }
    }),
    has: (hash, size) => Effect.map(patiently(bucket.head(keyOf(hash))), (head) => head?.size === size),
    read: (hash, size) =>
      patiently(
        Effect.suspend(() => {
          const bytes = new Uint8Array(size)
          let filled = 0
          const keep = (chunk: Uint8Array) => {
            if (filled + chunk.byteLength <= size) bytes.set(chunk, filled)
            filled += chunk.byteLength
          }
          return Effect.flatMap(look(hash, keep), (looked) => Effect.as(checked(hash, size, looked), bytes))
        })
      ),
    copy: (hash, size, to) =>
      patiently(
        Effect.flatMap(
          bucket.read(keyOf(hash), (chunks, tag) =>
            withFile(to, "w", (file) => hashed(chunks, tag, (chunk) => file.writeFile(chunk))).catch((cause) => {
              throw "path" in Object(cause) ? fileError(to)(cause) : cause
            })
          ),
          (looked) => checked(hash, size, looked)
        )
      ),
    check: (hash, size) => patiently(Effect.flatMap(look(hash), (looked) => checked(hash, size, looked))),
    discardDamaged: Effect.fnUntraced(function* (hash, size) {
      const looked = yield* patiently(look(hash))
      const defect = defectIn(looked, hash, size)
      if (defect?._tag !== "Damaged") return defect
      // One that was put anew meanwhile is a good one.
      const head = yield* patiently(bucket.head(keyOf(hash)))
      if (head?.tag === looked?.tag) yield* patiently(bucket.remove(keyOf(hash)))
      return defect
    }),
    remove: (hash) => patiently(bucket.remove(keyOf(hash))),
    now: patiently(
      Effect.map(Effect.andThen(bucket.put("clock", new Uint8Array()), bucket.head("clock")), (head) => head?.at ?? 0)
    ),
    list: Effect.map(patiently(bucket.list("blobs/")), (objects) =>
      objects.flatMap(({ at, key, size }) => {
        const [, hash] = isBlob.exec(key) ?? []
        return hash === undefined ? [] : [{ hash: ArtifactHash.make(hash), size, at }]
      })
    ),
    sweepTemporary: (before, dryRun) =>
      Effect.map(patiently(bucket.abandon(before, dryRun)), (files) => ({ files, bytes: 0 }))
  }
}

const isUnreachable = (reason: unknown): boolean =>
  typeof reason === "object" && reason !== null && "_tag" in reason && reason._tag === "Unreachable"

function* parts(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += mostAtOnce) yield bytes.subarray(at, at + mostAtOnce)
}
