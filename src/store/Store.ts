/** The store of an experiment project: traces and artifacts, runs, history, file hashes. See `StoreService`. */
import { Context, Effect, Layer } from "effect"
import * as Artifacts from "./Artifacts.ts"
import { type OpenOptions, open } from "./Database.ts"
import * as Files from "./Files.ts"
import * as Maintenance from "./Maintenance.ts"
import * as Memo from "./Memo.ts"
import * as Plans from "./Plans.ts"
import * as Runs from "./Runs.ts"
import * as Session from "./Session.ts"
import type { StoreService } from "./StoreService.ts"
import * as Traces from "./Traces.ts"

const make = Effect.fnUntraced(function* (options: OpenOptions) {
  const { db, exists } = yield* open(options)
  const session = Session.make(db, options.dir, options.mode === "read-only")
  yield* Effect.addFinalizer(() => Effect.ignore(session.flush))
  const artifacts = Artifacts.make(session)
  const traces = Traces.make(session, artifacts)
  const runs = Runs.make(session)
  const service: StoreService = {
    dir: options.dir,
    mode: options.mode,
    exists,
    lookupUnsafe: traces.lookupUnsafe,
    hasArtifactUnsafe: artifacts.hasUnsafe,
    putArtifact: artifacts.put,
    getArtifact: artifacts.get,
    copyArtifact: artifacts.copyOut,
    verifyArtifact: artifacts.verify,
    statArtifact: artifacts.stat,
    findArtifacts: artifacts.find,
    commit: (entry) => Effect.flatten(traces.submit(entry, "now")),
    submit: (entry) => traces.submit(entry, "soon"),
    flush: session.flush,
    traceOf: traces.traceOf,
    recordOf: traces.recordOf,
    tracesOf: traces.tracesOf,
    deleteTrace: traces.deleteTrace,
    durations: traces.durations,
    durationOf: traces.durationOf,
    memo: Memo.make(session),
    damage: session.damage,
    ...runs,
    ...Plans.make(session, runs),
    ...Files.make(session),
    ...Maintenance.make(session, artifacts)
  }
  return service
})

export class Store extends Context.Service<Store, StoreService>()("ablate/store/Store") {
  /**
   * Opens the store in `dir`, creating it in mode `read-write`. Everything queued is flushed when the scope closes.
   * Fails with one {@link StoreError} that says what is wrong with the path and what to do.
   */
  static readonly layer = (options: OpenOptions) => Layer.effect(Store, Effect.map(make(options), Store.of))
}
