/** What the store's tests share: a store in a folder of its own, and made-up nodes to commit to it. */
import { createHash } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { ArtifactHash, Key, RunId } from "../../src/domain/Hash.ts"
import type { RunRecord } from "../../src/domain/RunRecord.ts"
import {
  ArtifactStore,
  type CommitEntry,
  Files,
  Maintenance,
  Memo,
  type OpenOptions,
  type PreparedArtifact,
  RunHistory,
  RunJournal,
  Sqlite,
  StoreLocation,
  TraceStore
} from "../../src/store/index.ts"

/** An independent SHA-256: not the store's own. */
export const sha256 = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex")

export const keyOf = (name: string): Key => Key.make(sha256(`key ${name}`))
export const artifactHash = (content: string | Uint8Array): ArtifactHash => ArtifactHash.make(sha256(content))

/** A folder of its own for a test, deleted with the scope. */
export const temporary = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "ablate-store-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
)

/** The ports of the store that is open. */
export const ports = Effect.all({
  artifacts: ArtifactStore,
  traces: TraceStore,
  history: RunHistory,
  journal: RunJournal,
  memo: Memo,
  files: Files,
  maintenance: Maintenance,
  location: StoreLocation
})
export type OpenStore = Effect.Success<typeof ports>

/** Opens the store, runs `use` in it, closes it. */
export const inStore = <A, E>(
  dir: string,
  use: (store: OpenStore) => Effect.Effect<A, E>,
  options: Partial<OpenOptions> = {}
) => Effect.provide(Effect.flatMap(ports, use), Sqlite.layer({ dir, mode: "read-write", ...options }), { local: true })

/** The artifact of one key. */
export const find = ({ traces }: Pick<OpenStore, "traces">, key: Key) =>
  Effect.map(traces.lookup([key]), (found) => found.get(key))

/** A small artifact with `text` in it. */
export const inlineArtifact = (text: string): PreparedArtifact => {
  const inline = new TextEncoder().encode(text)
  return { hash: artifactHash(inline), kind: "json", size: inline.byteLength, inline }
}

/** The commit of a node named `name` of stage `stage` with `artifact`. */
export const commitOf = (name: string, artifact: PreparedArtifact, stage = "test/stage", at = 1000): CommitEntry => ({
  trace: {
    key: keyOf(name),
    artifact: artifact.hash,
    record: `{"stage":"${stage}","name":"${name}"}`,
    durationMs: 5,
    at
  },
  artifact,
  execution: { runId: RunId.make("20260101-000000-test"), key: keyOf(name), stage, durationMs: 5, at }
})

/** Bytes that do not compress or repeat, the same for the same seed. */
export const noise = (length: number, seed: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  let state = seed * 2654435761 + 1
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[i] = state >>> 24
  }
  return bytes
}

/** The output of the i-th node that several processes share: every fourth one is large enough for a blob file. */
export const contentOf = (i: number): Uint8Array => noise(i % 4 === 0 ? 70_000 + i : 100 + i, i)

/** A run of `experiment` that is going on. */
export const runRecord = (experiment: string, fields: Partial<RunRecord> = {}): RunRecord => ({
  id: RunId.make(`run of ${experiment}`),
  experiment,
  file: `experiments/${experiment}.ts`,
  settings: { "words.source": "glove" },
  only: "",
  startedAt: 1000,
  durationMs: null,
  status: "running",
  nodes: 3,
  executed: 0,
  cached: 0,
  failed: 0,
  skipped: 0,
  environment: { ablate: "0.1.0", node: "24.0.0", platform: "linux", arch: "x64", cpu: "a cpu", cores: 2 },
  ...fields
})
