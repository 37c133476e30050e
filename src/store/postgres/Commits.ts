/** Finished nodes on their way into the tables: as many as there are, in the same few statements. */
import { Effect } from "effect"
import type { ArtifactHash, Key } from "../../domain/Hash.ts"
import type { Execution } from "../../domain/RunRecord.ts"
import { rowCheck } from "../RowCheck.ts"
import type { CommitEntry, CommitResult } from "../TraceStore.ts"
import { insert } from "./Artifacts.ts"
import type { Statements } from "./Client.ts"
import type { CommitAll, Connection } from "./Connection.ts"

export interface TraceRow {
  readonly key: Key
  readonly artifact: ArtifactHash
  readonly row_check: number
}

/** The artifacts of those of the keys that have a trace which checks. */
export const known = (connection: Connection, statements: Pick<Statements, "query">, keys: ReadonlyArray<Key>) =>
  Effect.map(
    statements.query<TraceRow>("SELECT key, artifact, row_check FROM traces WHERE key = ANY($1::text[])", [keys]),
    (rows) => {
      const found = new Map<Key, ArtifactHash>()
      for (const { artifact, key, row_check } of rows) {
        const checked = connection.checked("traces", [key], [artifact, row_check])
        if (checked !== undefined) found.set(key, checked)
      }
      return found
    }
  )

// What is there already and does not check was damaged, or it would have been found.
const addTraces = `INSERT INTO traces (key, artifact, stage, duration_ms, at, row_check)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::float8[], $6::bigint[])
  ON CONFLICT (key) DO UPDATE SET artifact = excluded.artifact, stage = excluded.stage,
    duration_ms = excluded.duration_ms, at = excluded.at, row_check = excluded.row_check
  WHERE traces.row_check <> row_check('traces', traces.key, traces.artifact)
  RETURNING key`

export const removeTraces = "DELETE FROM traces WHERE key = ANY($1::text[])"

const addRecords = `INSERT INTO records (key, record, row_check)
  SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])
  ON CONFLICT (key) DO UPDATE SET record = excluded.record, row_check = excluded.row_check`

const addExecutions = `INSERT INTO executions (run, key, stage, duration_ms, at)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::float8[])`

// In one order, so that two writers do not wait for each other; and last, since the rows are everybody's.
const addDurations = `INSERT INTO stage_durations (stage, n, total_ms)
  SELECT stage, count(*), sum(ms) FROM unnest($1::text[], $2::float8[]) AS u (stage, ms) GROUP BY stage ORDER BY stage
  ON CONFLICT (stage) DO UPDATE SET n = stage_durations.n + excluded.n,
    total_ms = stage_durations.total_ms + excluded.total_ms`

/** The first entry of each key that is not known yet, or the last that was forced. */
const freshOf = (entries: ReadonlyArray<CommitEntry>, existing: ReadonlyMap<Key, ArtifactHash>) => {
  const fresh = new Map<Key, CommitEntry>()
  for (const entry of entries) {
    const { key } = entry.trace
    if (!existing.has(key) && (entry.isForced === true || !fresh.has(key))) fresh.set(key, entry)
  }
  return [...fresh.values()].sort((a, b) => (a.trace.key < b.trace.key ? -1 : 1))
}

/** The lines of the history. */
const record = Effect.fnUntraced(function* (statements: Statements, executions: ReadonlyArray<Execution>) {
  yield* statements.execute(addExecutions, [
    executions.map(({ runId }) => runId),
    executions.map(({ key }) => key),
    executions.map(({ stage }) => stage),
    executions.map(({ durationMs }) => durationMs),
    executions.map(({ at }) => at)
  ])
  yield* statements.execute(addDurations, [
    executions.map(({ stage }) => stage),
    executions.map(({ durationMs }) => durationMs)
  ])
})

export const commitAll =
  (connection: Connection): CommitAll =>
  (statements, entries) =>
    Effect.gen(function* () {
      const forced = entries.flatMap(({ isForced, trace }) => (isForced === true ? [trace.key] : []))
      if (forced.length > 0) yield* statements.execute(removeTraces, [forced])
      const existing = yield* known(
        connection,
        statements,
        entries.map(({ trace }) => trace.key)
      )
      const fresh = freshOf(entries, existing)
      const firsts = new Set<CommitEntry>()
      if (fresh.length > 0) {
        yield* insert(
          connection,
          statements,
          fresh.map(({ artifact }) => artifact)
        )
        const rows = yield* statements.query<{ key: Key }>(addTraces, [
          fresh.map(({ trace }) => trace.key),
          fresh.map(({ trace }) => trace.artifact),
          fresh.map(({ execution }) => execution.stage),
          fresh.map(({ trace }) => trace.durationMs),
          fresh.map(({ trace }) => trace.at),
          fresh.map(({ trace }) => rowCheck("traces", trace.key, trace.artifact))
        ])
        const added = new Set(rows.map(({ key }) => key))
        for (const entry of fresh) if (added.has(entry.trace.key)) firsts.add(entry)
        const won = [...firsts].map(({ trace }) => trace)
        yield* statements.execute(addRecords, [
          won.map(({ key }) => key),
          won.map(({ record }) => record),
          won.map(({ key, record }) => rowCheck("records", key, record))
        ])
        for (const { artifact, key } of won) existing.set(key, artifact)
        const executions = [...firsts].flatMap(({ execution, isCopy }) => (isCopy === true ? [] : [execution]))
        if (executions.length > 0) yield* record(statements, executions)
        // Another process was first meanwhile.
        const others = fresh.filter(({ trace }) => !added.has(trace.key)).map(({ trace }) => trace.key)
        if (others.length > 0)
          for (const [key, artifact] of yield* known(connection, statements, others)) existing.set(key, artifact)
      }
      return entries.map((entry): CommitResult => {
        const { artifact: own, key } = entry.trace
        const artifact = existing.get(key) ?? own
        if (firsts.has(entry)) return { stored: "new", artifact }
        return { stored: artifact === own ? "same" : "different", artifact }
      })
    })
