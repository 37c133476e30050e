/** Artifacts and traces from one open store into another. What is there already is not moved. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { type ArtifactHash, type Key, RunId } from "../../domain/Hash.ts"
import type { KeyRecord } from "../../domain/KeyRecord.ts"
import type { Trace } from "../../domain/RunRecord.ts"
import type { ArtifactDamaged, ArtifactMissing } from "../ArtifactError.ts"
import type { Stated } from "../ArtifactStore.ts"
import { inlineLimit, type PreparedArtifact } from "../Blobs.ts"
import { fileError, type StoreError } from "../StoreError.ts"
import type { CommitEntry } from "../TraceStore.ts"
import type { Side } from "./Far.ts"

/** The record whose hash the key is; undefined where it is not. */
export type RecordOf = (key: Key, record: string) => KeyRecord | undefined

export type Pair = {
  readonly from: Pick<Side, "artifacts" | "traces">
  readonly to: Pick<Side, "artifacts" | "traces">
}

/** Keys of which is asked together. */
const page = 256
/** What is larger goes by the disk. */
const mostInMemory = 16 * 1024 * 1024

/** Bytes that can be committed as they are: of a folder the files have to come too. */
export const isWhole = ({ bytes, kind }: Stated): boolean => bytes !== undefined && kind !== "folder"

export const inline = (hash: ArtifactHash, { bytes, kind, size }: Stated): PreparedArtifact => ({
  hash,
  kind,
  size,
  ...(bytes === undefined ? {} : { inline: bytes })
})

const temporaryFolder = Effect.acquireRelease(
  Effect.tryPromise({ try: () => mkdtemp(join(tmpdir(), "ablate-copy-")), catch: fileError(tmpdir()) }),
  (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
)

/** Makes the bytes durable in the other store, checked on the way. */
export const carry = (
  { from, to }: Pair,
  hash: ArtifactHash,
  { kind, size }: Pick<Stated, "kind" | "size">
): Effect.Effect<PreparedArtifact, ArtifactMissing | ArtifactDamaged | StoreError> => {
  if (kind !== "folder" && size <= mostInMemory)
    return Effect.flatMap(from.artifacts.get(hash), (bytes) => to.artifacts.prepare(bytes, kind))
  return Effect.gen(function* () {
    const path = join(yield* temporaryFolder, "copy")
    yield* from.artifacts.copyOut(hash, path)
    // What was just written by the store is a file or folder as it can be stored.
    const prepared = yield* (
      kind === "folder" ? to.artifacts.prepareFolder(path) : to.artifacts.prepareFile(path)
    ).pipe(Effect.catchTag("TreeInvalid", ({ message }) => Effect.fail(fileError(path)(new Error(message)))))
    return { ...prepared, kind }
  }).pipe(Effect.scoped)
}

/** As {@link carry}; nothing is moved where it is there. */
const carried = Effect.fnUntraced(function* (pair: Pair, hash: ArtifactHash, stated: Stated) {
  if (isWhole(stated)) return inline(hash, stated)
  if (stated.size > inlineLimit && (yield* pair.to.artifacts.has(hash)))
    return { hash, kind: stated.kind, size: stated.size }
  return yield* carry(pair, hash, stated)
})

const elsewhere = RunId.make("elsewhere")

/** What commits a trace of another store. */
export const copyOf = (trace: Trace, { stage }: KeyRecord, artifact: PreparedArtifact): CommitEntry => ({
  trace,
  artifact,
  execution: { runId: elsewhere, key: trace.key, stage, durationMs: trace.durationMs, at: trace.at },
  isCopy: true
})

export interface Copied {
  readonly results: number
  readonly bytes: number
  /** What did not check, or could not be read, and was left. */
  readonly damaged: number
  /** The code that gave them, by its hash. */
  readonly codes: ReadonlySet<string>
}

export const nothing: Copied = { results: 0, bytes: 0, damaged: 0, codes: new Set() }

export const sum = (a: Copied, b: Copied): Copied => ({
  results: a.results + b.results,
  bytes: a.bytes + b.bytes,
  damaged: a.damaged + b.damaged,
  codes: new Set([...a.codes, ...b.codes])
})

const codeOf = ({ code }: KeyRecord): ReadonlyArray<string> =>
  code.startsWith("code:") ? [code.slice("code:".length)] : []

const copyOne = Effect.fnUntraced(
  function* (pair: Pair, trace: Trace, stated: Stated | undefined, recordOf: RecordOf) {
    const record = recordOf(trace.key, trace.record)
    if (record === undefined || stated === undefined) return { ...nothing, damaged: 1 }
    const artifact = yield* carried(pair, trace.artifact, stated)
    yield* pair.to.traces.commit(copyOf(trace, record, artifact))
    return { ...nothing, results: 1, bytes: stated.size, codes: new Set(codeOf(record)) }
  },
  Effect.catchTags({
    ArtifactMissing: () => Effect.succeed({ ...nothing, damaged: 1 }),
    ArtifactDamaged: () => Effect.succeed({ ...nothing, damaged: 1 })
  })
)

/** Copies the traces of those keys that have one, with their artifacts. Interrupted, what is copied stays. */
export const copyTraces = Effect.fnUntraced(function* (
  pair: Pair,
  keys: ReadonlyArray<Key>,
  recordOf: RecordOf,
  told: (copied: Copied) => void = () => undefined
) {
  let all = nothing
  for (let at = 0; at < keys.length; at += page) {
    const some = keys.slice(at, at + page)
    const there = yield* pair.to.traces.lookup(some)
    const traces = yield* pair.from.traces.get(some.filter((key) => !there.has(key)))
    const stats = yield* pair.from.artifacts.stats(
      [...new Set([...traces.values()].map(({ artifact }) => artifact))],
      inlineLimit
    )
    const copied = yield* Effect.forEach(
      traces.values(),
      (trace) =>
        Effect.tap(copyOne(pair, trace, stats.get(trace.artifact), recordOf), (one) => Effect.sync(() => told(one))),
      // Commits of one moment are one transaction.
      { concurrency: 64 }
    )
    all = copied.reduce(sum, all)
  }
  return all
})

/** Copies artifacts that no trace names any more. */
export const copyArtifacts = Effect.fnUntraced(function* (pair: Pair, hashes: ReadonlyArray<ArtifactHash>) {
  const there = yield* pair.to.artifacts.stats(hashes, 0)
  const missing = hashes.filter((hash) => !there.has(hash))
  const stats = yield* pair.from.artifacts.stats(missing, inlineLimit)
  const copied = yield* Effect.forEach(
    stats,
    ([hash, stated]) =>
      carried(pair, hash, stated).pipe(
        Effect.flatMap((artifact) => pair.to.artifacts.keep(artifact)),
        Effect.as({ ...nothing, bytes: stated.size }),
        Effect.catchTags({
          ArtifactMissing: () => Effect.succeed({ ...nothing, damaged: 1 }),
          ArtifactDamaged: () => Effect.succeed({ ...nothing, damaged: 1 })
        })
      ),
    { concurrency: 4 }
  )
  return copied.reduce(sum, nothing)
})
