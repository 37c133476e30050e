/**
 * The store that many machines share: PostgreSQL for rows, a folder that all see for large artifacts. What is known of
 * this machine's files is kept on this machine. Loaded only where an address names it.
 */
import { Context, Effect, Layer } from "effect"
import { ArtifactStore } from "../ArtifactStore.ts"
import { Files } from "../Files.ts"
import { Maintenance } from "../Maintenance.ts"
import { Memo } from "../Memo.ts"
import { RunHistory } from "../RunHistory.ts"
import { RunJournal } from "../RunJournal.ts"
import type { StoreError } from "../StoreError.ts"
import { StoreLocation } from "../StoreLocation.ts"
import * as Sqlite from "../sqlite/Sqlite.ts"
import { TraceStore } from "../TraceStore.ts"
import * as Address from "./Address.ts"
import * as Artifacts from "./Artifacts.ts"
import * as Blobs from "./Blobs.ts"
import { commitAll } from "./Commits.ts"
import * as Connection from "./Connection.ts"
import * as Heartbeats from "./Heartbeats.ts"
import * as Journal from "./Journal.ts"
import * as Upkeep from "./Maintenance.ts"
import * as MemoTable from "./Memo.ts"
import { open } from "./Open.ts"
import * as Plans from "./Plans.ts"
import * as Runs from "./Runs.ts"
import * as Tags from "./Tags.ts"
import * as Traces from "./Traces.ts"

export interface OpenOptions {
  /** `postgres://user@host/database?blobs=/a/folder/that/all/see`; `schema=` names the tables' schema, `ablate` by default. */
  readonly url: string
  /** The folder for what stays on this machine: hashes of its files, and of the code in them. Without one none are kept. */
  readonly localDir?: string | undefined
  /** `read-only` never creates or changes anything; where there is no store it gives an empty view. */
  readonly mode: "read-write" | "read-only"
  /** So long the server is waited for, in milliseconds, where it is or goes away. Default: minutes, for whose only store it is. */
  readonly patienceMs?: number | undefined
}

/** Keeps nothing. */
const nowhere = Layer.merge(
  Layer.succeed(Memo, { get: () => Effect.succeed(undefined), set: () => Effect.void }),
  Files.layer({ find: () => undefined, put: () => undefined })
)

/** So long the end of a process waits for what is queued. */
const flushMs = 15_000

const make = Effect.fnUntraced(function* ({ localDir, mode, patienceMs, url }: OpenOptions) {
  const address = yield* Address.parse(url)
  const opened = yield* open(address, mode, patienceMs)
  const blobs = yield* Blobs.open(address, patienceMs)
  if (opened !== undefined && (opened.isMarked || mode === "read-write")) {
    yield* blobs.claim(opened.store, !opened.isMarked)
    if (!opened.isMarked)
      yield* opened.client.execute("INSERT INTO meta VALUES ('blobs', 'marked') ON CONFLICT (name) DO NOTHING")
  }
  const connection = Connection.make({
    client: opened?.client,
    place: address.shown,
    readOnly: mode === "read-only",
    blobs: blobs.space,
    commitAll
  })
  // Whoever stops while the server is away does not wait for it: what is lost is computed again.
  yield* Effect.addFinalizer(() => connection.flush.pipe(Effect.timeout(flushMs), Effect.ignore))
  const local: Context.Context<Memo | Files> = yield* Layer.build(
    localDir === undefined ? nowhere : Sqlite.layer({ dir: localDir, mode })
  )
  const artifacts = Artifacts.make(connection)
  const runs = Runs.make(connection, yield* Heartbeats.make(connection))
  return Context.make(StoreLocation, address.shown).pipe(
    Context.add(ArtifactStore, artifacts.service),
    Context.add(TraceStore, Traces.make(connection, artifacts)),
    Context.add(RunHistory, { ...runs.service, ...Plans.make(connection, runs), ...Tags.make(connection) }),
    Context.add(RunJournal, Journal.make(connection)),
    Context.add(Memo, MemoTable.make(connection, Context.get(local, Memo))),
    Context.add(Maintenance, Upkeep.make(connection, artifacts)),
    Context.add(Files, Context.get(local, Files))
  )
})

/**
 * Opens the store at `url`, creating its tables in mode `read-write`. Everything queued is flushed when the scope closes.
 * Fails with one {@link StoreError} that says what is wrong with the address, the server or the folder.
 */
export const layer = (options: OpenOptions): Layer.Layer<Sqlite.Ports, StoreError> => Layer.effectContext(make(options))
