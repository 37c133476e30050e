/** The store in a folder: SQLite for rows, files for large artifacts. Everything of one connection. */
import { Context, Effect, Layer } from "effect"
import { ArtifactStore } from "../ArtifactStore.ts"
import { Files } from "../Files.ts"
import { Maintenance } from "../Maintenance.ts"
import { Memo } from "../Memo.ts"
import { RunHistory } from "../RunHistory.ts"
import { RunJournal } from "../RunJournal.ts"
import type { StoreError } from "../StoreError.ts"
import { StoreLocation } from "../StoreLocation.ts"
import { TraceStore } from "../TraceStore.ts"
import * as Artifacts from "./Artifacts.ts"
import * as Connection from "./Connection.ts"
import { type OpenOptions, open } from "./Database.ts"
import * as FileCache from "./FileCache.ts"
import * as Journal from "./Journal.ts"
import * as Upkeep from "./Maintenance.ts"
import * as MemoTable from "./Memo.ts"
import * as Plans from "./Plans.ts"
import * as Runs from "./Runs.ts"
import * as Traces from "./Traces.ts"

/** What an open store gives. Who uses it asks for the parts. */
export type Ports = ArtifactStore | TraceStore | RunHistory | RunJournal | Memo | Files | Maintenance | StoreLocation

const make = Effect.fnUntraced(function* (options: OpenOptions) {
  const db = yield* open(options)
  const connection = Connection.make(db, options.dir, options.mode === "read-only")
  yield* Effect.addFinalizer(() => Effect.ignore(connection.flush))
  const artifacts = Artifacts.make(connection)
  const runs = Runs.make(connection)
  return Context.make(StoreLocation, options.dir).pipe(
    Context.add(ArtifactStore, artifacts.service),
    Context.add(TraceStore, Traces.make(connection, artifacts)),
    Context.add(RunHistory, { ...runs.service, ...Plans.make(connection, runs) }),
    Context.add(RunJournal, Journal.make(connection)),
    Context.add(Memo, MemoTable.make(connection)),
    Context.add(Maintenance, Upkeep.make(connection, artifacts)),
    Context.merge(yield* Layer.build(Files.layer(FileCache.make(connection))))
  )
})

/**
 * Opens the store in `dir`, creating it in mode `read-write`. Everything queued is flushed when the scope closes.
 * Fails with one {@link StoreError} that says what is wrong with the path and what to do.
 */
export const layer = (options: OpenOptions): Layer.Layer<Ports, StoreError> => Layer.effectContext(make(options))
