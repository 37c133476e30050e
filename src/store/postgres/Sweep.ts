/**
 * Garbage collection of a store that many share. What a trace, a run or a memo still mentions stays; so does everything
 * young. No other process writes meanwhile: only so can no row for a blob appear between the look and the deletion.
 */
import { Effect } from "effect"
import type { ArtifactHash } from "../../domain/Hash.ts"
import type { SweepOptions, SweepReport } from "../Maintenance.ts"
import type { StoreError } from "../StoreError.ts"
import { readManifest } from "../Trees.ts"
import type { Statements } from "./Client.ts"
import type { Connection } from "./Connection.ts"
import { heardSql } from "./Heartbeats.ts"
import { nowSql } from "./Time.ts"

const hour = 3_600_000
const memoAgeMs = 30 * 24 * hour

const dropRuns = Effect.fnUntraced(function* (statements: Statements, keep: number, before: number) {
  const runs = yield* statements.execute(
    `DELETE FROM runs WHERE id IN (
       SELECT id FROM (
         SELECT id, (record::jsonb ->> 'startedAt')::float8 AS started_at,
           row_number() OVER (PARTITION BY experiment, file ORDER BY seq DESC) AS age
         FROM runs
       ) AS aged WHERE age > $1 AND started_at < $2) AND id NOT IN (SELECT run FROM tags)
       AND ${heardSql} IS NOT TRUE`,
    [keep, before]
  )
  yield* statements.execute("DELETE FROM executions WHERE run NOT IN (SELECT id FROM runs)")
  return runs
})

/** Drops the traces no run used. A run that did not record its keys might have used any: then all of them stay. */
const dropTraces = (statements: Statements, before: number) =>
  statements.execute(
    `DELETE FROM traces WHERE at < $1 AND NOT EXISTS (SELECT 1 FROM runs WHERE keys IS NULL)
       AND key NOT IN (SELECT key FROM executions)
       AND key NOT IN (
         SELECT encode(substr(value, 1 + 32 * i, 32), 'hex') FROM lists, generate_series(0, length(value) / 32 - 1) AS i
         WHERE id IN (SELECT keys FROM runs))`,
    [before]
  )

/** Every artifact hash that something mentions: by a trace, in its record (inputs, code), by a run or its cells, in a memo. */
const mentioned = `
  SELECT artifact AS hash FROM traces
  UNION SELECT record::jsonb ->> 'portable' FROM runs WHERE record::jsonb ->> 'portable' IS NOT NULL
  UNION SELECT (regexp_matches(record, '[0-9a-f]{64}', 'g'))[1] FROM records
  UNION SELECT (regexp_matches(convert_from(value, 'UTF8'), '[0-9a-f]{64}', 'g'))[1] FROM lists
    WHERE id IN (SELECT cells FROM runs)
  UNION SELECT (regexp_matches(record, '[0-9a-f]{64}', 'g'))[1] FROM ended_cells
  UNION SELECT (regexp_matches(json, '[0-9a-f]{64}', 'g'))[1] FROM memo`

interface Candidate {
  readonly hash: ArtifactHash
  readonly size: number
  readonly is_blob: boolean
}

/** The files of the folders among them. */
const filesOfFolders = Effect.fnUntraced(function* (
  { blobs }: Connection,
  statements: Statements,
  needed: ReadonlySet<string>
) {
  const folders = yield* statements.query<{ hash: ArtifactHash; size: number; inline: Uint8Array | null }>(
    "SELECT hash, size, inline FROM artifacts WHERE kind = 'folder'"
  )
  const files = yield* Effect.forEach(
    folders.filter(({ hash }) => needed.has(hash)),
    ({ hash, inline, size }) =>
      Effect.map(
        inline === null ? Effect.orElseSucceed(blobs.read(hash, size), () => new Uint8Array()) : Effect.succeed(inline),
        (bytes) => (readManifest(bytes)?.entries ?? []).flatMap((entry) => ("hash" in entry ? [entry.hash] : []))
      )
  )
  return files.flat()
})

const sweepAll = Effect.fnUntraced(function* (
  connection: Connection,
  statements: Statements,
  { graceMs = hour, keepRuns }: SweepOptions
) {
  const { blobs } = connection
  const [clock] = yield* statements.query<{ now: number }>(`SELECT ${nowSql} AS now`)
  const now = clock?.now ?? 0
  const before = now - graceMs
  const runs = keepRuns === undefined ? 0 : yield* dropRuns(statements, keepRuns, before)
  const traces = keepRuns === undefined ? 0 : yield* dropTraces(statements, before)
  yield* statements.execute(
    `DELETE FROM lists WHERE NOT EXISTS (SELECT 1 FROM runs WHERE cells = lists.id OR keys = lists.id)`
  )
  yield* statements.execute("DELETE FROM memo WHERE at < $1 AND kind NOT LIKE 'code-text/%'", [now - memoAgeMs])

  const rows = yield* statements.query<{ hash: string }>(mentioned)
  const needed = new Set(rows.map(({ hash }) => hash))
  for (const hash of yield* filesOfFolders(connection, statements, needed)) needed.add(hash)
  // What a code hash stands for is no cache but history, as long as a key names the code.
  yield* statements.execute(
    "DELETE FROM memo WHERE at < $1 AND kind LIKE 'code-text/%' AND NOT (id = ANY($2::text[]))",
    [now - memoAgeMs, [...needed]]
  )

  const there = yield* blobs.list
  // Blobs are dated by another clock than rows are.
  const blobsBefore = (yield* blobs.now) - graceMs
  const young = new Set(there.flatMap(({ at, hash }) => (at > blobsBefore ? [hash] : [])))
  const old = yield* statements.query<Candidate>(
    "SELECT hash, size, inline IS NULL AS is_blob FROM artifacts WHERE at <= $1",
    [before]
  )
  const dropped = old.filter(({ hash, is_blob }) => !needed.has(hash) && !(is_blob && young.has(hash)))
  yield* statements.execute("DELETE FROM artifacts WHERE hash = ANY($1::text[])", [dropped.map(({ hash }) => hash)])
  const known = new Set(
    (yield* statements.query<{ hash: ArtifactHash }>("SELECT hash FROM artifacts WHERE inline IS NULL")).map(
      ({ hash }) => hash
    )
  )
  const gone = new Set(dropped.map(({ hash }) => hash))
  const orphans = there.filter(({ at, hash }) => at <= blobsBefore && !known.has(hash) && !gone.has(hash))
  const unneeded = [...dropped.filter(({ is_blob }) => is_blob), ...orphans].map(({ hash }) => hash)
  const bytes = [...dropped, ...orphans].reduce((sum, { size }) => sum + size, 0)
  const report = { runs, traces, artifacts: dropped.length, orphanBlobs: orphans.length, programs: 0 }
  return { report, bytes, unneeded, blobsBefore }
})

export const sweep = (connection: Connection, options: SweepOptions): Effect.Effect<SweepReport, StoreError> =>
  connection.write(
    Effect.fnUntraced(function* (statements) {
      yield* statements.execute("SAVEPOINT sweep")
      const { blobsBefore, bytes, report, unneeded } = yield* sweepAll(connection, statements, options)
      if (options.dryRun) yield* statements.execute("ROLLBACK TO sweep")
      // Under the lock: a writer that makes such a blob anew comes after its deletion. Where the commit fails then, a row is
      // left whose blob is gone: a miss that is told.
      else yield* Effect.forEach(unneeded, connection.blobs.remove, { concurrency: 16, discard: true })
      const temporary = yield* connection.blobs.sweepTemporary(blobsBefore, options.dryRun)
      return { ...report, temporaryFiles: temporary.files, bytes: bytes + temporary.bytes }
    }),
    "alone"
  )
