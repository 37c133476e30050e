/** Takes results from the other store into this one: traces as soon as they are asked for, large artifacts when they are read. */
import { Deferred, Effect } from "effect"
import type { ArtifactHash, Key } from "../../domain/Hash.ts"
import type { KeyRecord } from "../../domain/KeyRecord.ts"
import type { Trace } from "../../domain/RunRecord.ts"
import type { Stated } from "../ArtifactStore.ts"
import { inlineLimit } from "../Blobs.ts"
import type { StoreError } from "../StoreError.ts"
import type { Borrowed } from "./Borrowed.ts"
import { carry, copyOf, inline, isWhole, type RecordOf } from "./Copies.ts"
import type { Far, Side } from "./Far.ts"

/** Keys of which is asked together. */
const page = 1024
/** Bytes of an artifact that come along with its trace: metrics, not data. */
const mostAlong = 16 * 1024

export interface Taken {
  /** The artifacts of those of the keys that are known there. */
  lookup(keys: ReadonlyArray<Key>): Effect.Effect<ReadonlyMap<Key, ArtifactHash>, StoreError>
  /** Brings an artifact's bytes here. Whether they are here now. */
  bring(hash: ArtifactHash): Effect.Effect<boolean, StoreError>
  /** How many were known there. */
  readonly results: () => number
  readonly problems: () => ReadonlyArray<string>
}

export interface Parts {
  readonly near: Side
  readonly far: Far
  readonly borrowed: Borrowed
  readonly recordOf: RecordOf
  /** Whether this store may be written to. */
  readonly mayWrite: boolean
}

export const make = ({ borrowed, far, mayWrite, near, recordOf }: Parts): Taken => {
  /** Not there when it was asked. */
  const unknown = new Set<Key>()
  /** What is there and cannot be read. */
  const unreadable = new Set<ArtifactHash>()
  const flights = new Map<ArtifactHash, Deferred.Deferred<boolean, StoreError>>()
  let [results, damaged] = [0, 0]

  /** What can be committed at once: its bytes came along, or are here already. */
  const readyOf = Effect.fnUntraced(function* (hash: ArtifactHash, stated: Stated) {
    if (isWhole(stated)) return inline(hash, stated)
    const isHere = stated.size > inlineLimit && (yield* near.artifacts.has(hash))
    return isHere ? inline(hash, stated) : undefined
  })

  const adopt = Effect.fnUntraced(function* (trace: Trace, stated: Stated, record: KeyRecord) {
    results++
    const artifact = mayWrite ? yield* readyOf(trace.artifact, stated) : undefined
    if (artifact === undefined) return yield* borrowed.add({ trace, stated })
    yield* near.traces.submit(copyOf(trace, record, artifact))
  })

  const foundIn = Effect.fnUntraced(function* ({ artifacts, traces }: Side, keys: ReadonlyArray<Key>) {
    const known = yield* traces.get(keys)
    const stats = yield* artifacts.stats([...new Set([...known.values()].map(({ artifact }) => artifact))], mostAlong)
    for (const key of keys) if (!known.has(key)) unknown.add(key)
    return { known, stats }
  })

  const lookupPage = Effect.fnUntraced(function* (keys: ReadonlyArray<Key>) {
    const answer = yield* far.ask((side) => foundIn(side, keys))
    const found = new Map<Key, ArtifactHash>()
    if (answer === undefined) {
      for (const { trace } of yield* borrowed.remembered(keys))
        if (!unreadable.has(trace.artifact)) found.set(trace.key, trace.artifact)
      return found
    }
    for (const [key, trace] of answer.known) {
      const [record, stated] = [recordOf(key, trace.record), answer.stats.get(trace.artifact)]
      if (record === undefined || stated === undefined) {
        damaged++
        unknown.add(key)
      } else if (!unreadable.has(trace.artifact)) {
        yield* adopt(trace, stated, record)
        found.set(key, trace.artifact)
      }
    }
    return found
  })

  const fetched = (hash: ArtifactHash) =>
    far.ask((side) =>
      Effect.gen(function* () {
        const loans = borrowed.withArtifact(hash)
        const stated = loans[0]?.stated ?? (yield* side.artifacts.stats([hash], 0)).get(hash)
        if (stated === undefined) return "it is not there any more"
        return { loans, artifact: yield* carry({ from: side, to: near }, hash, stated) }
      }).pipe(
        Effect.catchTags({
          ArtifactMissing: ({ found }) => Effect.succeed(found),
          ArtifactDamaged: ({ found }) => Effect.succeed(found)
        })
      )
    )

  const bringNow = Effect.fnUntraced(function* (hash: ArtifactHash) {
    if (yield* near.artifacts.has(hash)) return true
    if (unreadable.has(hash)) return false
    const got = yield* fetched(hash)
    if (got === undefined || typeof got === "string") {
      unreadable.add(hash)
      if (got !== undefined && borrowed.withArtifact(hash).length > 0) {
        damaged++
        yield* borrowed.drop(hash)
      }
      return false
    }
    const { artifact, loans } = got
    // With the traces that wait for it; they are the same for all of them.
    yield* Effect.forEach(
      loans,
      ({ trace }) => {
        const record = recordOf(trace.key, trace.record)
        return record === undefined ? Effect.void : near.traces.commit(copyOf(trace, record, artifact))
      },
      { concurrency: "unbounded", discard: true }
    )
    if (loans.length === 0) yield* near.artifacts.keep(artifact)
    yield* borrowed.drop(hash)
    return true
  })

  /** Many may ask for one artifact at a time: it comes once. */
  const bring = (hash: ArtifactHash) =>
    Effect.suspend(() => {
      const flying = flights.get(hash)
      if (flying !== undefined) return Deferred.await(flying)
      const done = Deferred.makeUnsafe<boolean, StoreError>()
      flights.set(hash, done)
      return bringNow(hash).pipe(
        Effect.onExit((exit) =>
          Effect.sync(() => {
            flights.delete(hash)
            Deferred.doneUnsafe(done, exit)
          })
        )
      )
    })

  return {
    lookup: Effect.fnUntraced(function* (keys) {
      const found = new Map<Key, ArtifactHash>()
      const open: Array<Key> = []
      for (const key of keys) {
        const loan = borrowed.of(key)
        if (loan !== undefined && !unreadable.has(loan.trace.artifact)) found.set(key, loan.trace.artifact)
        else if (!unknown.has(key)) open.push(key)
      }
      for (let at = 0; at < open.length; at += page)
        for (const [key, artifact] of yield* lookupPage(open.slice(at, at + page))) found.set(key, artifact)
      return found
    }),
    bring,
    results: () => results,
    problems: () => [
      ...far.problems(),
      ...(damaged === 0
        ? []
        : [
            `${damaged} result${damaged === 1 ? "" : "s"} of the remote store did not check, or could not be read, and ${damaged === 1 ? "was" : "were"} not used`
          ])
    ]
  }
}
