/** The messages between the main thread and a worker. Both sides parse what they receive. */
import { Schema } from "effect"
import { ExternalRef } from "../domain/ExternalRef.ts"
import { ArtifactHash } from "../domain/Hash.ts"
import { FailureInfo } from "../domain/RunEvent.ts"

/** How a worker starts: which program to import, by which name to tell of it, which store to read. */
export const WorkerInit = Schema.Struct({
  programUrl: Schema.String,
  programName: Schema.String,
  storeDir: Schema.String,
  /** Environment variables that the experiment's layer may read by `Config`. */
  variables: Schema.Array(Schema.String)
})
export type WorkerInit = typeof WorkerInit.Type

const Input = Schema.Union([
  Schema.Struct({ name: Schema.String, artifact: ArtifactHash }),
  Schema.Struct({ name: Schema.String, external: ExternalRef })
])

export const ToWorker = Schema.TaggedUnion({
  /** Run a stage, found by its module and export; `time` is what it has for all attempts, and what earlier ones took. */
  Run: {
    stage: Schema.String,
    node: Schema.String,
    module: Schema.String,
    export: Schema.String,
    config: Schema.Unknown,
    inputs: Schema.Array(Input),
    variables: Schema.Array(Schema.String),
    time: Schema.NullOr(Schema.Struct({ limitMs: Schema.Number, spentMs: Schema.Finite }))
  },
  /** Interrupt what is running. */
  Interrupt: {},
  /** Release the experiment's layer and end. */
  Release: {}
})
export type ToWorker = typeof ToWorker.Type

const stored = { hash: ArtifactHash, size: Schema.Int, inline: Schema.NullOr(Schema.Uint8Array) }

const Left = Schema.NullOr(Schema.String)

export const FromWorker = Schema.TaggedUnion({
  Ready: {},
  /** The program could not be imported, or the store not opened. */
  Unusable: { message: Schema.String },
  Report: {
    current: Schema.Finite,
    total: Schema.NullOr(Schema.Finite),
    unit: Schema.String,
    metrics: Schema.Record(Schema.String, Schema.Finite)
  },
  /**
   * `inline` holds the bytes of a small output; a large one has been written as a blob. `parts`: of a folder its files.
   * `left`: what the stage left behind on the thread, in words.
   */
  Succeeded: { ...stored, parts: Schema.Array(Schema.Struct(stored)), left: Left },
  Failed: { failure: FailureInfo, left: Left },
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

/** A report in the shape of the protocol; its figures are finite. */
export const report = (each: {
  readonly current: number
  readonly total?: number
  readonly unit: string
  readonly metrics?: { readonly [name: string]: number }
}) =>
  FromWorker.cases.Report.make({
    current: each.current,
    total: each.total ?? null,
    unit: each.unit,
    metrics: each.metrics ?? {}
  })
