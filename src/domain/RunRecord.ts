/** What the store keeps of a run: its plan's request, its environment and its outcome. */
import { Schema } from "effect"
import { ArtifactHash, Key, RunId } from "./Hash.ts"

/** The machine and the versions a run was made with. Never part of a key. */
export const Environment = Schema.Struct({
  ablate: Schema.String,
  node: Schema.String,
  platform: Schema.String,
  arch: Schema.String,
  cpu: Schema.String,
  cores: Schema.Int
})
export type Environment = typeof Environment.Type

/** The state of the project's git repository when a run began. Never part of a key: code is known by its own hashes. */
export const GitState = Schema.Struct({
  /** The commit that was checked out, in full. */
  revision: Schema.String,
  /** Whether tracked files differed from it; absent where nobody asked, as in a run that computes nothing. */
  isChanged: Schema.optionalKey(Schema.Boolean)
})
export type GitState = typeof GitState.Type

/** What became of a run. */
export const RunStatus = Schema.Literals(["running", "succeeded", "failed", "interrupted"])
export type RunStatus = typeof RunStatus.Type

/** A run as the store keeps it. */
export const RunRecord = Schema.Struct({
  id: RunId,
  experiment: Schema.String,
  /** The experiment file, relative to the project. */
  file: Schema.String,
  /** The settings that were given and the selection of cells, each as it can be typed. */
  settings: Schema.Record(Schema.String, Schema.String),
  only: Schema.String,
  startedAt: Schema.Finite,
  durationMs: Schema.NullOr(Schema.Finite),
  status: RunStatus,
  nodes: Schema.Int,
  executed: Schema.Int,
  cached: Schema.Int,
  failed: Schema.Int,
  skipped: Schema.Int,
  environment: Environment,
  /** By name, what its numbers depend on besides settings: code of stages, content of files, numerics. Absent before format 3. */
  basis: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  /** The hash of the compiled program that it ran: by this the store has it, and the run can be computed again. */
  program: Schema.optionalKey(Schema.String),
  /** The same as one that any machine can run: an artifact of a shared store. Absent where the store is none, or it cannot be made. */
  portable: Schema.optionalKey(ArtifactHash),
  /** Absent where the project is in no git repository. */
  git: Schema.optionalKey(GitState)
})
/** See {@link RunRecord}. */
export type RunRecord = typeof RunRecord.Type

/** What a run leaves of one cell. */
export const RunCell = Schema.Struct({
  cell: Schema.String,
  /** Published outputs: name to artifact. Those that were not computed are missing. */
  outputs: Schema.Record(Schema.String, ArtifactHash),
  /** The nodes it needs, as indices into the keys that the run recorded. */
  nodes: Schema.Array(Schema.Int),
  /** Why an output is missing. */
  failure: Schema.optionalKey(Schema.String)
})
export type RunCell = typeof RunCell.Type

/** One execution of a node, for history and estimates. */
export const Execution = Schema.Struct({
  runId: RunId,
  key: Key,
  stage: Schema.String,
  durationMs: Schema.Finite,
  at: Schema.Finite
})
export type Execution = typeof Execution.Type

/** key → artifact, with the record that the key hashes. */
export const Trace = Schema.Struct({
  key: Key,
  artifact: ArtifactHash,
  record: Schema.String,
  durationMs: Schema.Finite,
  at: Schema.Finite
})
export type Trace = typeof Trace.Type
