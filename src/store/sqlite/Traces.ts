/** Traces: the table that look-ups go through, their records apart. */
import { Effect, Result, Schema } from "effect"
import type { ArtifactHash, Key } from "../../domain/Hash.ts"
import { Trace } from "../../domain/RunRecord.ts"
import { rowCheck } from "../RowCheck.ts"
import type { CommitEntry, CommitResult, TraceStore } from "../TraceStore.ts"
import type { Artifacts } from "./Artifacts.ts"
import type { Connection } from "./Connection.ts"

const columns =
  "t.key, t.artifact, r.record, t.duration_ms AS durationMs, t.at, t.row_check AS traceCheck, r.row_check AS recordCheck FROM traces t JOIN records r USING (key)"

export const make = (connection: Connection, artifacts: Artifacts): TraceStore["Service"] => {
  const { checked, read, readInBurst, readLatest, statement } = connection
  const find = statement<[string], [ArtifactHash, number]>(
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
  const ofStage = statement(`SELECT ${columns} WHERE t.stage = ? ORDER BY t.at DESC, t.key LIMIT ?`)
  const stages = statement<[], [string, number, number]>("SELECT stage, n, total_ms / n FROM stage_durations", "array")
  const pending = new Map<Key, CommitEntry>()

  const known = (key: Key): ArtifactHash | undefined => checked("traces", [key], find().get(key))

  const store = ({ artifact, execution, isCopy = false, isForced = false, trace }: CommitEntry): CommitResult => {
    if (isForced) remove().run(trace.key)
    const existing = known(trace.key)
    if (existing !== undefined)
      return { stored: existing === trace.artifact ? "same" : "different", artifact: existing }
    if (!isCopy) {
      addExecution().run(execution.runId, execution.key, execution.stage, execution.durationMs, execution.at)
      addDuration().run(execution.stage, execution.durationMs)
    }
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

  const decode = connection.decode(Schema.Struct({ ...Trace.fields, traceCheck: Schema.Int, recordCheck: Schema.Int }))

  /** A trace whose row and record check; undefined otherwise. */
  const wholeTrace = (row: unknown) =>
    Effect.map(decode(row), ({ recordCheck, traceCheck, ...trace }) => {
      const { artifact, key, record } = trace
      const holds =
        checked("traces", [key], [artifact, traceCheck]) !== undefined &&
        checked("records", [key], [record, recordCheck]) !== undefined
      return holds ? trace : undefined
    })

  const artifactOf = (key: Key): ArtifactHash | undefined => pending.get(key)?.trace.artifact ?? known(key)

  const lookupMany = (keys: ReadonlyArray<Key>): ReadonlyMap<Key, ArtifactHash> => {
    const found = new Map<Key, ArtifactHash>()
    for (const key of keys) {
      const artifact = artifactOf(key)
      if (artifact !== undefined) found.set(key, artifact)
    }
    return found
  }

  const submit = (entry: CommitEntry, flush: "now" | "soon") =>
    Effect.suspend(() => {
      const { key } = entry.trace
      // The first artifact of a key stays: a second one must not be seen in its place while it is queued. A database
      // that cannot be read tells so when it is written.
      const isKnown = Result.getOrElse(
        Result.try(() => artifactOf(key) !== undefined),
        () => false
      )
      if (entry.isForced === true || !isKnown) pending.set(key, entry)
      const release = artifacts.hold(entry.artifact)
      return connection.submit(() => store(entry), {
        flush,
        bytes: (entry.artifact.inline?.byteLength ?? 0) + entry.trace.record.length,
        settled: () => {
          if (pending.get(key) === entry) pending.delete(key)
          release()
        }
      })
    })

  return {
    lookup: (keys) => readInBurst(() => lookupMany(keys)),
    commit: (entry) => Effect.flatten(submit(entry, "now")),
    submit: (entry) => submit(entry, "soon"),
    flush: connection.flush,
    get: Effect.fnUntraced(function* (keys) {
      const rows = yield* readLatest(() => keys.flatMap((key) => one().get(key) ?? []))
      const traces = yield* Effect.forEach(rows, wholeTrace)
      return new Map(traces.flatMap((trace) => (trace === undefined ? [] : [[trace.key, trace]])))
    }),
    ofStage: Effect.fnUntraced(function* (stage, limit = 100) {
      const traces = yield* Effect.forEach(yield* readLatest(() => ofStage().all(stage, limit)), wholeTrace)
      return traces.filter((trace) => trace !== undefined)
    }),
    remove: (key) => connection.write(() => remove().run(key).changes > 0),
    durations: read(
      () =>
        new Map(
          stages()
            .all()
            .map(([stage, n, meanMs]) => [stage, { n, meanMs }])
        )
    ),
    damage: Effect.sync(connection.damage)
  }
}
