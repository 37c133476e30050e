/** Traces: a level of a plan is looked up in one round trip. */
import { Effect, Schema } from "effect"
import type { ArtifactHash, Key } from "../../domain/Hash.ts"
import { Trace } from "../../domain/RunRecord.ts"
import type { CommitEntry, TraceStore } from "../TraceStore.ts"
import type { Artifacts } from "./Artifacts.ts"
import { known, removeTraces } from "./Commits.ts"
import type { Connection } from "./Connection.ts"

const columns = `SELECT t.key, t.artifact, r.record, t.duration_ms AS "durationMs", t.at, t.row_check AS "traceCheck",
  r.row_check AS "recordCheck" FROM traces t JOIN records r USING (key)`

export const make = (connection: Connection, artifacts: Artifacts): TraceStore["Service"] => {
  const { checked, query, queryLatest } = connection
  const pending = new Map<Key, CommitEntry>()
  const decode = connection.decode(Schema.Struct({ ...Trace.fields, traceCheck: Schema.Int, recordCheck: Schema.Int }))

  /** A trace whose row and record check; none otherwise. */
  const wholeTrace = (row: unknown) =>
    Effect.map(decode(row), ({ recordCheck, traceCheck, ...trace }): ReadonlyArray<Trace> => {
      const { artifact, key, record } = trace
      const holds =
        checked("traces", [key], [artifact, traceCheck]) !== undefined &&
        checked("records", [key], [record, recordCheck]) !== undefined
      return holds ? [trace] : []
    })

  const wholeTraces = (rows: ReadonlyArray<unknown>) =>
    Effect.map(Effect.forEach(rows, wholeTrace), (traces) => traces.flat())

  /**
   * What is stored stays, so it comes before what is queued, but for what was forced. The queue was seen before, since what
   * is in it may be stored meanwhile.
   */
  const lookup = Effect.fnUntraced(function* (keys: ReadonlyArray<Key>) {
    const found = new Map<Key, ArtifactHash>()
    if (keys.length === 0) return found
    const queued = keys.flatMap((key) => pending.get(key) ?? [])
    const stored = yield* known(connection, { query }, keys)
    for (const [key, artifact] of stored) found.set(key, artifact)
    for (const { isForced, trace } of queued)
      if (isForced === true || !stored.has(trace.key)) found.set(trace.key, trace.artifact)
    return found
  })

  const submit = (entry: CommitEntry, flush: "now" | "soon") =>
    Effect.suspend(() => {
      const { key } = entry.trace
      if (entry.isForced === true || !pending.has(key)) pending.set(key, entry)
      const release = artifacts.hold(entry.artifact)
      return connection.submitCommit(entry, {
        flush,
        bytes: (entry.artifact.inline?.byteLength ?? 0) + entry.trace.record.length,
        settled: () => {
          if (pending.get(key) === entry) pending.delete(key)
          release()
        }
      })
    })

  return {
    lookup,
    commit: (entry) => Effect.flatten(submit(entry, "now")),
    submit: (entry) => submit(entry, "soon"),
    flush: connection.flush,
    get: Effect.fnUntraced(function* (keys) {
      const traces = yield* wholeTraces(yield* queryLatest(`${columns} WHERE t.key = ANY($1::text[])`, [keys]))
      const byKey = new Map(traces.map((trace) => [trace.key, trace]))
      return new Map(
        keys.flatMap((key) => {
          const trace = byKey.get(key)
          return trace === undefined ? [] : [[key, trace]]
        })
      )
    }),
    ofStage: (stage, limit = 100) =>
      Effect.flatMap(
        queryLatest(`${columns} WHERE t.stage = $1 ORDER BY t.at DESC, t.key COLLATE "C" LIMIT $2`, [
          stage,
          Number.isFinite(limit) ? limit : null
        ]),
        wholeTraces
      ),
    remove: (key) =>
      connection.write((statements) => Effect.map(statements.execute(removeTraces, [[key]]), (rows) => rows > 0)),
    durations: Effect.map(
      query<{ stage: string; n: number; mean: number }>(
        "SELECT stage, n, total_ms / n AS mean FROM stage_durations ORDER BY stage"
      ),
      (rows) => new Map(rows.map(({ mean, n, stage }) => [stage, { n, meanMs: mean }]))
    ),
    damage: Effect.sync(connection.damage)
  }
}
