/** A store with another one behind it, both in folders of their own, and results that are what their keys say. */
import { Context, Effect, Layer } from "effect"
import { ArtifactHash, RunId } from "../../../src/domain/Hash.ts"
import type { KeyRecord } from "../../../src/domain/KeyRecord.ts"
import { keyOfRecord } from "../../../src/plan/Keys.ts"
import { recordOf } from "../../../src/session/LocalFirst.ts"
import {
  ArtifactStore,
  type CommitEntry,
  openBehind,
  type PreparedArtifact,
  Sqlite,
  TraceStore
} from "../../../src/store/index.ts"
import type { OpenFar, RemoteMode } from "../../../src/store/remote/Far.ts"
import * as Remote from "../../../src/store/remote/Remote.ts"
import { type OpenStore, ports, temporary } from "../rig.ts"

export interface Two {
  readonly near: string
  readonly far: string
}

export const two = Effect.gen(function* () {
  const both: Two = { near: yield* temporary, far: yield* temporary }
  yield* inFar(both, () => Effect.void)
  return both
})

export const inFar = <A, E>({ far }: Two, use: (store: OpenStore) => Effect.Effect<A, E>) =>
  Effect.provide(Effect.flatMap(ports, use), Sqlite.layer({ dir: far, mode: "read-write" }), { local: true })

/** The near store alone, as a worker thread sees it. */
export const inNear = <A, E>({ near }: Two, use: (store: OpenStore) => Effect.Effect<A, E>) =>
  Effect.provide(Effect.flatMap(ports, use), Sqlite.layer({ dir: near, mode: "read-only" }), { local: true })

export const layer = (
  { far, near }: Two,
  { mode = "read", open = openBehind({ dir: far }) }: { readonly mode?: RemoteMode; readonly open?: OpenFar } = {}
) => Remote.layer(Sqlite.layer({ dir: near, mode: "read-write" }), { place: far, open, mode, recordOf, mayWrite: true })

/** The near store with the far one behind it. */
export const inBoth = <A, E>(
  both: Two,
  use: (store: OpenStore) => Effect.Effect<A, E>,
  options?: { readonly mode?: RemoteMode; readonly open?: OpenFar }
) => Effect.provide(Effect.flatMap(ports, use), layer(both, options), { local: true })

/** What a node named `name` leaves, with the key that its record has. */
export const resultOf = (name: string, artifact: PreparedArtifact): CommitEntry => {
  const record: KeyRecord = { stage: "test/stage", code: "version:1", config: { name }, inputs: {} }
  const key = keyOfRecord(record)
  return {
    trace: { key, artifact: artifact.hash, record: JSON.stringify(record), durationMs: 5, at: 1000 },
    artifact,
    execution: { runId: RunId.make("20260101-000000-test"), key, stage: "test/stage", durationMs: 5, at: 1000 }
  }
}

/** The key of {@link resultOf}. */
export const keyOf = (name: string) =>
  resultOf(name, { hash: ArtifactHash.make("0".repeat(64)), kind: "json", size: 0 }).trace.key

/** What the far store was asked, in order. */
export const counting = (far: string) => {
  const calls: Array<string> = []
  const noted = <A>(call: string, answer: A): A => {
    calls.push(call)
    return answer
  }
  const open: OpenFar = (mode) =>
    Layer.effectContext(
      Effect.map(Layer.build(openBehind({ dir: far })(mode)), (context) => {
        const [traces, artifacts] = [Context.get(context, TraceStore), Context.get(context, ArtifactStore)]
        calls.push("open")
        return context.pipe(
          Context.add(TraceStore, { ...traces, get: (keys) => noted(`get ${keys.length} traces`, traces.get(keys)) }),
          Context.add(ArtifactStore, {
            ...artifacts,
            get: (hash) => noted("get an artifact", artifacts.get(hash)),
            stats: (hashes, upTo) => noted("stats", artifacts.stats(hashes, upTo))
          })
        )
      })
    )
  return { calls, open }
}
