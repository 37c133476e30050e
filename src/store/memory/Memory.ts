/** The store in memory: for tests, and for whoever wants to keep nothing. Stages must run on this thread, since no worker sees it. */
import { Context, Effect, Layer } from "effect"
import { ArtifactStore } from "../ArtifactStore.ts"
import { Files } from "../Files.ts"
import { Memo } from "../Memo.ts"
import { RunHistory } from "../RunHistory.ts"
import { RunJournal } from "../RunJournal.ts"
import { StoreLocation } from "../StoreLocation.ts"
import { TraceStore } from "../TraceStore.ts"
import * as Artifacts from "./Artifacts.ts"
import * as Disk from "./Disk.ts"
import * as Journal from "./Journal.ts"
import * as Runs from "./Runs.ts"
import * as Traces from "./Traces.ts"

export type { Disk } from "./Disk.ts"
export { empty } from "./Disk.ts"

const location = "memory"

const context = (disk: Disk.Disk) => {
  const artifacts = Artifacts.make(disk, location)
  const name = (kind: string, id: string) => `${kind}\0${id}`
  return Context.make(StoreLocation, location).pipe(
    Context.add(ArtifactStore, artifacts.service),
    Context.add(TraceStore, Traces.make(disk, artifacts)),
    Context.add(RunHistory, Runs.make(disk, location)),
    Context.add(RunJournal, Journal.make(disk)),
    Context.add(Memo, {
      get: (kind, id) => Effect.sync(() => disk.memo.get(name(kind, id))),
      set: (kind, id, json) => Effect.sync(() => void disk.memo.set(name(kind, id), json))
    })
  )
}

/** A store on `disk`, which outlives it; by default one of its own. */
export const layer = (disk: Disk.Disk = Disk.empty()) =>
  Layer.merge(Layer.succeedContext(context(disk)), Files.layer({ find: () => undefined, put: () => undefined }))
