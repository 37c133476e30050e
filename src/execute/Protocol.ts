/** The messages between the main thread and a worker thread. Both sides parse what they receive. */
import { Schema } from "effect"
import { Task, TaskEvent, TaskOutcome } from "./Task.ts"

/** How a worker thread starts: which program to import, by which name to tell of it, which store to read. */
export const WorkerInit = Schema.Struct({
  programUrl: Schema.String,
  programName: Schema.String,
  place: Schema.Struct({ storeDir: Schema.String, storeUrl: Schema.optional(Schema.String) }),
  /** Environment variables that the experiment's layer may read by `Config`. */
  variables: Schema.Array(Schema.String)
})
export type WorkerInit = typeof WorkerInit.Type

export const ToWorker = Schema.TaggedUnion({
  Run: { task: Task },
  /** Interrupt what is running. */
  Interrupt: {},
  /** Release the experiment's layer and end. */
  Release: {}
})
export type ToWorker = typeof ToWorker.Type

export const FromWorker = Schema.TaggedUnion({
  /** The program is loaded. */
  Ready: {},
  /** Of the task that runs, or between two. */
  Happened: { event: TaskEvent },
  Ended: { outcome: TaskOutcome },
  /** What was asked for that is in no key. */
  Hidden: {
    owner: Schema.String,
    stage: Schema.String,
    inputs: Schema.Array(Schema.Struct({ what: Schema.String, place: Schema.NullOr(Schema.String) }))
  },
  /** What a stage, or the experiment's layer, did that fails nobody. */
  Told: { owner: Schema.String, what: Schema.String }
})
export type FromWorker = typeof FromWorker.Type
