/**
 * Everything that happens in a run, as one union. The engine never prints: terminal UI, line log and
 * NDJSON are readers of this stream. Times are milliseconds since the Unix epoch.
 */
import { Schema } from "effect"
import { ArtifactHash, Key, RunId } from "./Hash.ts"

/** One point of the grid as the readers see it. */
export const CellInfo = Schema.Struct({
  /** `axis=value,axis=value`, with the seed. */
  id: Schema.String,
  /** The cell without its seed; cells of one variant share it. */
  variant: Schema.String,
  /** Axis name to printed value, in axis order (the seed axis is not among them). */
  labels: Schema.Record(Schema.String, Schema.String),
  seed: Schema.NullOr(Schema.Int)
})
export type CellInfo = typeof CellInfo.Type

/** One node of the plan as the readers see it. */
export const NodeInfo = Schema.Struct({
  /** Unique in the run: stage name, `#`, index in the DAG. */
  id: Schema.String,
  stage: Schema.String,
  /** Indices into `RunStarted.cells` of the cells that need this node. */
  cells: Schema.Array(Schema.Int),
  /** Expected duration in milliseconds from history; null where there is none. */
  estimateMs: Schema.NullOr(Schema.Finite)
})
export type NodeInfo = typeof NodeInfo.Type

/** A failure told to a person: a tag, one message, optional longer detail (a stack is only for defects). */
export const FailureInfo = Schema.Struct({
  tag: Schema.String,
  message: Schema.String,
  /** `file:line:column` in the source from which it comes, where that is known. */
  place: Schema.optionalKey(Schema.String),
  detail: Schema.optionalKey(Schema.String)
})
export type FailureInfo = typeof FailureInfo.Type

const node = { node: Schema.String, stage: Schema.String, at: Schema.Finite }

/** What happened: when (`at`), to which node of which stage. `--ui json` prints one a line. */
export const RunEvent = Schema.TaggedUnion({
  RunStarted: {
    runId: RunId,
    experiment: Schema.String,
    at: Schema.Finite,
    jobs: Schema.Int,
    /** Axis names in order (without the seed). */
    axes: Schema.Array(Schema.String),
    cells: Schema.Array(CellInfo),
    nodes: Schema.Array(NodeInfo)
  },
  /** `reason` says in a word or line why the node runs: `new`, `forced`, `damaged artifact …`, `inputs changed`. */
  NodeStarted: {
    ...node,
    /** Which worker of its process has it; −1 is the run's own thread. */
    worker: Schema.Int,
    /** The name of that process, where it is not the run's own. */
    host: Schema.optionalKey(Schema.String),
    attempt: Schema.Int,
    reason: Schema.String
  },
  /** A report from inside a stage, at most ten a second a node: epoch 12 of 200, loss 0.31. */
  NodeProgress: {
    ...node,
    current: Schema.Finite,
    total: Schema.NullOr(Schema.Finite),
    unit: Schema.String,
    metrics: Schema.Record(Schema.String, Schema.Finite)
  },
  NodeCached: { ...node, key: Key, artifact: ArtifactHash },
  NodeSucceeded: { ...node, key: Key, artifact: ArtifactHash, durationMs: Schema.Finite, bytes: Schema.Int },
  /** `willRetry`: another attempt follows; only the last failure of a node has it false. */
  NodeFailed: {
    ...node,
    failure: FailureInfo,
    attempt: Schema.Int,
    willRetry: Schema.Boolean,
    durationMs: Schema.Finite
  },
  /** Not run because the node `because` failed (or the run was interrupted: null). */
  NodeSkipped: { ...node, because: Schema.NullOr(Schema.String) },
  RunFinished: {
    runId: RunId,
    at: Schema.Finite,
    status: Schema.Literals(["succeeded", "failed", "interrupted"]),
    nodes: Schema.Int,
    executed: Schema.Int,
    cached: Schema.Int,
    failed: Schema.Int,
    skipped: Schema.Int,
    durationMs: Schema.Finite
  }
})
/** See {@link RunEvent}. */
export type RunEvent = typeof RunEvent.Type
export type RunEventOf<Tag extends RunEvent["_tag"]> = Extract<RunEvent, { readonly _tag: Tag }>
