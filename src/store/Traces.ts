/** Traces, key → artifact: what the plan looks up and what a finished node leaves behind. */
import { Effect, Schema } from "effect"
import type { ArtifactHash, Key } from "../domain/Hash.ts"
import { type Execution, Trace } from "../domain/RunRecord.ts"
import type { Artifacts } from "./Artifacts.ts"
import type { PreparedArtifact } from "./Blobs.ts"
import { rowCheck } from "./RowCheck.ts"
import type { Session } from "./Session.ts"
import type { StoreError } from "./StoreError.ts"

/** What a finished node leaves: the artifact, the trace that proves it, and one line of history. */
export interface CommitEntry {
  readonly trace: Trace
  readonly artifact: PreparedArtifact
  readonly execution: Execution
}

/**
 * `new`: the trace is stored. `same`: it was there already, with the same artifact.
 * `different`: it was there with another artifact, which is kept (`artifact` below); the stage is not
 * deterministic, or depends on something that it does not declare.
 */
export interface CommitResult {
  readonly stored: "new" | "same" | "different"
  /** The artifact that the key has now. */
  readonly artifact: ArtifactHash
}

/** Count and mean over every execution of a stage. */
export interface StageDuration {
  readonly n: number
  readonly meanMs: number
}

export interface Traces {
  /** The artifact of a key whose trace exists, queued or stored. Some 3 µs. */
  lookupUnsafe(key: Key): ArtifactHash | undefined
  submit(entry: CommitEntry, flush: "now" | "soon"): Effect.Effect<Effect.Effect<CommitResult, StoreError>>
  traceOf(key: Key): Effect.Effect<Trace | undefined, StoreError>
  /** The record alone, as it was committed. */
  recordOf(key: Key): Effect.Effect<string | undefined, StoreError>
  /** A stage's traces, newest first; at most `limit`, 100 by default. */
  tracesOf(stage: string, limit?: number): Effect.Effect<ReadonlyArray<Trace>, StoreError>
  /** Makes the key a miss; the artifact and the history stay. Whether there was a trace. */
  deleteTrace(key: Key): Effect.Effect<boolean, StoreError>
  /** By stage name, over every execution ever committed. One query of a small table. */
  durations(): ReadonlyMap<string, StageDuration>
  /** Milliseconds of the key's last execution. */
  durationOf(key: Key): number | undefined
}

const columns =
  "t.key, t.artifact, r.record, t.duration_ms AS durationMs, t.at, t.row_check AS traceCheck, r.row_check AS recordCheck FROM traces t JOIN records r USING (key)"

export const make = (session: Session, artifacts: Artifacts): Traces => {
  const { checked, read, readLatest, readUnsafe, statement } = session
  const lookup = statement<[string], [ArtifactHash, number]>(
    "SELECT artifact, row_check FROM traces WHERE key = ?",
    "array"
  )
  // What is there already was damaged, or it would have been found.
  const addTrace = statement(
    "INSERT OR REPLACE INTO traces (key, artifact, stage, duration_ms, at, row_check) VALUES (?, ?, ?, ?, ?, ?)"
  )
  const addRecord = statement("INSERT OR REPLACE INTO records (key, record, row_check) VALUES (?, ?, ?)")
  const addExecution = statement("INSERT INTO executions (run, key, stage, duration_ms, at) VALUES (?, ?, ?, ?, ?)")
  const addDuration = statement(`INSERT INTO stage_durations (stage, n, total_ms) VALUES (?, 1, ?)
     ON CONFLICT (stage) DO UPDATE SET n = n + 1, total_ms = total_ms + excluded.total_ms`)
  const remove = statement("DELETE FROM traces WHERE key = ?")
  const one = statement(`SELECT ${columns} WHERE t.key = ?`)
  const record = statement<[string], [string, number]>("SELECT record, row_check FROM records WHERE key = ?", "array")
  const ofStage = statement(`SELECT ${columns} WHERE t.stage = ? ORDER BY t.at DESC, t.key LIMIT ?`)
  const stages = statement<[], [string, number, number]>("SELECT stage, n, total_ms / n FROM stage_durations", "array")
  const duration = statement<[string], number>(
    "SELECT duration_ms FROM executions WHERE key = ? ORDER BY at DESC LIMIT 1",
    "value"
  )
  const pending = new Map<Key, CommitEntry>()

  const known = (key: Key): ArtifactHash | undefined => checked("traces", [key], lookup().get(key))

  const store = ({ artifact, execution, trace }: CommitEntry): CommitResult => {
    addExecution().run(execution.runId, execution.key, execution.stage, execution.durationMs, execution.at)
    addDuration().run(execution.stage, execution.durationMs)
    const existing = known(trace.key)
    if (existing !== undefined)
      return { stored: existing === trace.artifact ? "same" : "different", artifact: existing }
    artifacts.insert(artifact)
    addTrace().run(
      trace.key,
      trace.artifact,
      execution.stage,
      trace.durationMs,
      trace.at,
      rowCheck("traces", trace.key, trace.artifact)
    )
    addRecord().run(trace.key, trace.record, rowCheck("records", trace.key, trace.record))
    return { stored: "new", artifact: trace.artifact }
  }

  const decode = session.decode(Schema.Struct({ ...Trace.fields, traceCheck: Schema.Int, recordCheck: Schema.Int }))

  /** A trace whose row and record check; undefined otherwise. */
  const wholeTrace = (row: unknown) =>
    Effect.map(decode(row), ({ recordCheck, traceCheck, ...trace }) => {
      const { artifact, key, record } = trace
      const holds =
        checked("traces", [key], [artifact, traceCheck]) !== undefined &&
        checked("records", [key], [record, recordCheck]) !== undefined
      return holds ? trace : undefined
    })

  const lookupUnsafe = (key: Key): ArtifactHash | undefined => {
    const queued = pending.get(key)
    if (queued !== undefined) return queued.trace.artifact
    return readUnsafe(() => known(key))
  }

  return {
    lookupUnsafe,
    submit: (entry, flush) =>
      Effect.suspend(() => {
        const { key } = entry.trace
        // The first artifact of a key stays: a second one must not be seen in its place while it is queued.
        if (lookupUnsafe(key) === undefined) pending.set(key, entry)
        const release = artifacts.hold(entry.artifact)
        return session.submit(() => store(entry), {
          flush,
          bytes: (entry.artifact.inline?.byteLength ?? 0) + entry.trace.record.length,
          settled: () => {
            if (pending.get(key) === entry) pending.delete(key)
            release()
          }
        })
      }),
    traceOf: Effect.fnUntraced(function* (key) {
      const row = yield* readLatest(() => one().get(key))
      return row === undefined ? undefined : yield* wholeTrace(row)
    }),
    recordOf: (key) =>
      Effect.suspend(() => {
        const queued = pending.get(key)
        return queued === undefined
          ? read(() => checked("records", [key], record().get(key)))
          : Effect.succeed(queued.trace.record)
      }),
    tracesOf: Effect.fnUntraced(function* (stage, limit = 100) {
      const traces = yield* Effect.forEach(yield* readLatest(() => ofStage().all(stage, limit)), wholeTrace)
      return traces.filter((trace) => trace !== undefined)
    }),
    deleteTrace: (key) => session.write(() => remove().run(key).changes > 0),
    durations: () =>
      readUnsafe(
        () =>
          new Map(
            stages()
              .all()
              .map(([stage, n, meanMs]) => [stage, { n, meanMs }])
          )
      ),
    durationOf: (key) => readUnsafe(() => duration().get(key))
  }
}
