/**
 * A task: one attempt at one node, as data. It holds everything that a worker has to know, on whatever thread or machine:
 * nothing in it is a function, or a place on this machine but for the files that the user gave. How often a node is tried is
 * not in it: that is the scheduler's to decide.
 */
import { Duration, Schema } from "effect"
import { ExternalRef } from "../domain/ExternalRef.ts"
import { ArtifactHash, Key, RunId } from "../domain/Hash.ts"
import { Resources } from "../domain/Resources.ts"
import { FailureInfo } from "../domain/RunEvent.ts"
import { Printed } from "./Printed.ts"

/** What an input is wired to: an artifact by hash, or something from outside. */
export const InputRef = Schema.Union([
  Schema.Struct({ name: Schema.String, artifact: ArtifactHash }),
  Schema.Struct({ name: Schema.String, external: ExternalRef })
])
export type InputRef = typeof InputRef.Type

export const ProgramRef = Schema.Struct({
  /** Of its content: by this it is found in the store. */
  hash: Schema.String,
  /** What it is called to a person: the experiment's file. */
  name: Schema.String,
  /** Environment variables that the experiment's layer may read by `Config`. */
  variables: Schema.Array(Schema.String)
})
export type ProgramRef = typeof ProgramRef.Type

/** What a stage has for all its attempts together, and what the earlier ones have used of it. */
export const TaskTime = Schema.Struct({ limitMs: Schema.Finite, spentMs: Schema.Finite })
export type TaskTime = typeof TaskTime.Type

export const Task = Schema.Struct({
  program: ProgramRef,
  stage: Schema.Struct({
    name: Schema.String,
    /** Where the program has it. */
    module: Schema.String,
    export: Schema.String,
    /** What kind of artifact its output is, for the store. */
    kind: Schema.String,
    /** Environment variables that it may read by `Config`, beside those that it is wired to. */
    variables: Schema.Array(Schema.String)
  }),
  /** The run that asks for it. */
  run: RunId,
  /** The node's id in its run. */
  node: Schema.String,
  /** What the result will be known by, and the record that this is the hash of, as JSON. */
  key: Key,
  record: Schema.String,
  /** It is computed although the store may know a result, which the new one replaces. */
  isForced: Schema.Boolean,
  /** What a worker must have for it. */
  needs: Resources,
  /** As the stage's schema encodes it. */
  config: Schema.Json,
  inputs: Schema.Array(InputRef),
  /** The numerics that the result's key names; null where it names none. */
  numerics: Schema.NullOr(Schema.String),
  time: Schema.NullOr(TaskTime)
})
export type Task = typeof Task.Type

/** What happens while a task is computed. */
export const TaskEvent = Schema.TaggedUnion({
  /** A worker has it. −1 is the run's own thread. `host`: the process that the worker is part of, where it is another one. */
  Started: { worker: Schema.Int, host: Schema.optionalKey(Schema.String) },
  Progress: {
    current: Schema.Finite,
    total: Schema.NullOr(Schema.Finite),
    unit: Schema.String,
    metrics: Schema.Record(Schema.String, Schema.Finite)
  },
  /** By the stage, or by what it left behind on its thread. */
  Printed: { printed: Printed },
  /** What the person should know although it stopped nothing; a fault is somebody's code that went wrong. */
  Noted: { text: Schema.String, kind: Schema.Literals(["note", "fault"]) }
})
export type TaskEvent = typeof TaskEvent.Type

const end = {
  /** What the stage left behind on its thread, in words. */
  left: Schema.NullOr(Schema.String),
  /** What it has used of the stage's time. */
  durationMs: Schema.Finite
}

/** An artifact, hashed. `inline` holds the bytes of a small one; a large one is in the store's blobs. */
const made = { hash: ArtifactHash, size: Schema.Int, inline: Schema.NullOr(Schema.Uint8Array) }

export const TaskOutcome = Schema.TaggedUnion({
  /** The output. `parts`: of a folder its files. */
  Succeeded: { ...made, parts: Schema.Array(Schema.Struct(made)), ...end },
  /** The output, which its worker has stored under the key already. `run`: the one whose task it was that was computed. */
  Stored: {
    run: RunId,
    hash: ArtifactHash,
    size: Schema.Int,
    /** Whether the key had another result before, which was kept, or replaced where the task was forced. */
    isUnlike: Schema.Boolean,
    ...end
  },
  Failed: { failure: FailureInfo, ...end }
})
export type TaskOutcome = typeof TaskOutcome.Type

/** The time of a stage's next attempt; null where there is no end to it. */
export const timeOf = (timeout: Duration.Input | undefined, spentMs: number): TaskTime | null => {
  const limitMs =
    timeout === undefined ? Number.POSITIVE_INFINITY : Duration.toMillis(Duration.fromInputUnsafe(timeout))
  return limitMs === Number.POSITIVE_INFINITY ? null : { limitMs, spentMs }
}
