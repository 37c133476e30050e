/**
 * What is known of results that are in the other store alone: their traces came, their bytes come when they are read. The
 * traces are kept in the memo, so that they are known without the other store too.
 */
import { Effect, Option, Schema } from "effect"
import { ArtifactHash, type Key } from "../../domain/Hash.ts"
import { Trace } from "../../domain/RunRecord.ts"
import type { Stated } from "../ArtifactStore.ts"
import type { Memo } from "../Memo.ts"
import type { RecordOf } from "./Copies.ts"

const kind = "borrowed"

const Kept = Schema.fromJsonString(
  Schema.Struct({
    artifact: ArtifactHash,
    record: Schema.String,
    durationMs: Trace.fields.durationMs,
    at: Trace.fields.at,
    kind: Schema.String,
    size: Schema.Int
  })
)
const decode = Schema.decodeUnknownOption(Kept)

export interface Loan {
  readonly trace: Trace
  readonly stated: Stated
}

export interface Borrowed {
  readonly of: (key: Key) => Loan | undefined
  /** Those of an artifact. */
  readonly withArtifact: (hash: ArtifactHash) => ReadonlyArray<Loan>
  /** For this process and later ones. */
  readonly add: (loan: Loan) => Effect.Effect<void>
  /** What earlier processes knew of these keys. */
  readonly remembered: (keys: ReadonlyArray<Key>) => Effect.Effect<ReadonlyArray<Loan>>
  /** Its bytes came, or cannot come. */
  readonly drop: (hash: ArtifactHash) => Effect.Effect<void>
}

export const make = (memo: Memo["Service"], recordOf: RecordOf): Borrowed => {
  const byKey = new Map<Key, Loan>()
  const byArtifact = new Map<ArtifactHash, Map<Key, Loan>>()

  const note = (loan: Loan): void => {
    const { artifact, key } = loan.trace
    byKey.set(key, loan)
    byArtifact.set(artifact, (byArtifact.get(artifact) ?? new Map<Key, Loan>()).set(key, loan))
  }

  const remembered = (key: Key) =>
    Effect.map(
      Effect.orElseSucceed(memo.get(kind, key), () => undefined),
      (text): ReadonlyArray<Loan> => {
        const kept = Option.getOrUndefined(decode(text))
        if (kept === undefined || recordOf(key, kept.record) === undefined) return []
        const { artifact, at, durationMs, kind: format, record, size } = kept
        return [{ trace: { key, artifact, record, durationMs, at }, stated: { kind: format, size, bytes: undefined } }]
      }
    )

  return {
    of: (key) => byKey.get(key),
    withArtifact: (hash) => [...(byArtifact.get(hash)?.values() ?? [])],
    add: (loan) =>
      Effect.suspend(() => {
        note(loan)
        const { trace, stated } = loan
        const { artifact, at, durationMs, key, record } = trace
        return memo.set(
          kind,
          key,
          JSON.stringify({ artifact, record, durationMs, at, kind: stated.kind, size: stated.size })
        )
      }),
    remembered: (keys) =>
      Effect.map(Effect.forEach(keys, remembered), (found) => {
        const loans = found.flat()
        for (const loan of loans) note(loan)
        return loans
      }),
    drop: (hash) =>
      Effect.suspend(() => {
        const keys = [...(byArtifact.get(hash)?.keys() ?? [])]
        byArtifact.delete(hash)
        for (const key of keys) byKey.delete(key)
        return Effect.forEach(keys, (key) => memo.set(kind, key, "null"), { discard: true })
      })
  }
}
