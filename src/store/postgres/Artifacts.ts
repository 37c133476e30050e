/** Artifacts: small ones in PostgreSQL, large ones where the store's blobs are. */
import { Effect, Schema } from "effect"
import type { ArtifactHash } from "../../domain/Hash.ts"
import { ArtifactMissing } from "../ArtifactError.ts"
import * as ArtifactReads from "../ArtifactReads.ts"
import { type StatedRow, statedOf } from "../ArtifactRows.ts"
import { ArtifactInfo, type ArtifactStore, type Stated } from "../ArtifactStore.ts"
import type { PreparedArtifact } from "../Blobs.ts"
import { absent, type Defect, failure, inlineDefect } from "../Defect.ts"
import { rowCheck } from "../RowCheck.ts"
import { damaged, StoreError, StoreReason } from "../StoreError.ts"
import { readManifest } from "../Trees.ts"
import type { Statements } from "./Client.ts"
import type { Connection } from "./Connection.ts"
import { nowSql } from "./Time.ts"

// A duplicate is made young again (at most once a minute), so that gc leaves it to whoever is about to use it. What stands
// there under its name and is something else is damage: who computed it again has mended it.
const add = `INSERT INTO artifacts (hash, kind, size, row_check, inline, at)
  SELECT hash, kind, size, row_check, inline, ${nowSql}
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bytea[]) AS u (hash, kind, size, row_check, inline)
  ON CONFLICT (hash) DO UPDATE SET at = excluded.at, kind = excluded.kind, size = excluded.size,
    row_check = excluded.row_check, inline = excluded.inline
  WHERE excluded.at - artifacts.at > 60000 OR artifacts.inline IS DISTINCT FROM excluded.inline
    OR artifacts.row_check <> excluded.row_check`

// Bytes that are not asked for stay there.
const stated = `SELECT hash, kind, size, row_check, CASE WHEN size <= $2 THEN inline END AS inline FROM artifacts
  WHERE hash = ANY($1::text[])`

interface Row extends ArtifactReads.StoredArtifact {
  readonly kind: string
}

export interface Artifacts {
  readonly service: ArtifactStore["Service"]
  readonly hold: ArtifactReads.ArtifactReads["hold"]
  /** In a transaction: checks again and, if the bytes are wrong, forgets them, the row, the traces, and what folders it is in. */
  forgetIfDefective(statements: Statements, hash: ArtifactHash): Effect.Effect<Defect | undefined, StoreError>
}

/** With the files of folders, each once, in the order of their hashes: two writers take their locks in one order. */
const flattened = (artifacts: ReadonlyArray<PreparedArtifact>): ReadonlyArray<PreparedArtifact> => {
  const all = new Map<ArtifactHash, PreparedArtifact>()
  for (const artifact of artifacts) {
    for (const part of artifact.parts ?? []) all.set(part.hash, part)
    all.set(artifact.hash, artifact)
  }
  return [...all.values()].sort((a, b) => (a.hash < b.hash ? -1 : 1))
}

/** Blobs that are looked for at a time: each is a round trip where they are in a bucket. */
const atATime = 16

/** In a transaction: the rows. Fails where a large artifact's bytes are not there. */
export const insert = Effect.fnUntraced(function* (
  { blobs, place }: Connection,
  statements: Statements,
  artifacts: ReadonlyArray<PreparedArtifact>
) {
  const all = flattened(artifacts)
  yield* Effect.forEach(
    all,
    ({ hash, inline, size }) =>
      inline === undefined
        ? Effect.flatMap(blobs.has(hash, size), (isThere) =>
            isThere
              ? Effect.void
              : Effect.fail(new StoreError({ path: place, reason: StoreReason.cases.BlobMissing.make({ hash }) }))
          )
        : Effect.void,
    { concurrency: atATime, discard: true }
  )
  yield* statements.execute(add, [
    all.map(({ hash }) => hash),
    all.map(({ kind }) => kind),
    all.map(({ size }) => size),
    all.map(({ hash, kind, size }) => rowCheck("artifacts", hash, kind, size)),
    all.map(({ inline }) => inline ?? null)
  ])
})

export const make = (connection: Connection): Artifacts => {
  const { blobs, place, query, readOnly, submit, write } = connection
  const decodeInfo = connection.decode(Schema.Struct({ ...ArtifactInfo.fields, row_check: Schema.Int }))

  const rowOf = (statements: Pick<Statements, "query">, hash: ArtifactHash) =>
    Effect.map(
      statements.query<Row>("SELECT kind, size, inline FROM artifacts WHERE hash = $1", [hash]),
      ([row]) => row
    )

  const defectOf = Effect.fnUntraced(function* (statements: Statements, hash: ArtifactHash) {
    const row = yield* rowOf(statements, hash)
    if (row === undefined) return absent
    return row.inline === null ? yield* blobs.discardDamaged(hash, row.size) : inlineDefect(hash, row.inline)
  })

  /** The files of a stored folder whose list is whole. */
  const filesOf = Effect.fnUntraced(function* (statements: Statements, hash: ArtifactHash) {
    const row = yield* rowOf(statements, hash)
    if (row === undefined) return []
    const bytes = row.inline ?? (yield* Effect.orElseSucceed(blobs.read(hash, row.size), () => new Uint8Array()))
    return (readManifest(bytes)?.entries ?? []).flatMap((entry) => ("hash" in entry ? [entry] : []))
  })

  const forget = Effect.fnUntraced(function* (statements: Statements, hash: ArtifactHash) {
    yield* statements.execute("DELETE FROM traces WHERE artifact = $1", [hash])
    yield* statements.execute("DELETE FROM artifacts WHERE hash = $1", [hash])
  })

  const forgetItself = Effect.fnUntraced(function* (statements: Statements, hash: ArtifactHash) {
    const defect = yield* defectOf(statements, hash)
    if (defect === undefined) return undefined
    yield* forget(statements, hash)
    // A folder is as whole as its files are.
    const folders = yield* statements.query<{ hash: ArtifactHash }>("SELECT hash FROM artifacts WHERE kind = 'folder'")
    for (const { hash: folder } of folders)
      if ((yield* filesOf(statements, folder)).some((file) => file.hash === hash)) yield* forget(statements, folder)
    // The traces may have been lost with it: no trigger tells of that, and a plan that is kept would answer for ever.
    yield* statements.execute("UPDATE losses SET n = n + 1")
    yield* statements.execute("DELETE FROM plans")
    return defect
  })

  /** The first defect of an artifact or, where it is a folder, of its files. */
  const forgetIfDefective = Effect.fnUntraced(function* (statements: Statements, hash: ArtifactHash) {
    const defect = yield* forgetItself(statements, hash)
    if (defect !== undefined || (yield* rowOf(statements, hash))?.kind !== "folder") return defect
    for (const file of yield* filesOf(statements, hash)) {
      const found = yield* forgetItself(statements, file.hash)
      if (found !== undefined) return { ...found, found: `of its file ${file.path} ${found.found}` }
    }
    return undefined
  })

  const forgetNow = (hash: ArtifactHash) => write((statements) => forgetIfDefective(statements, hash))

  const { copyOut, get, held, hold } = ArtifactReads.make({
    row: (hash) => rowOf({ query }, hash),
    kindOf: (hash) => Effect.map(rowOf({ query }, hash), (row) => row?.kind),
    readBlob: blobs.read,
    copyBlob: blobs.copy,
    forget: readOnly ? undefined : forgetNow
  })

  const keep: ArtifactStore["Service"]["keep"] = (artifact) =>
    Effect.suspend(() => {
      const settled = hold(artifact)
      const bytes = artifact.inline?.byteLength ?? 0
      return Effect.flatten(
        submit((statements) => insert(connection, statements, [artifact]), { flush: "now", bytes, settled })
      )
    })

  const service: ArtifactStore["Service"] = {
    has: (hash) =>
      Effect.suspend(() =>
        held(hash) !== undefined
          ? Effect.succeed(true)
          : Effect.map(query("SELECT 1 FROM artifacts WHERE hash = $1", [hash]), (rows) => rows.length > 0)
      ),
    prepare: blobs.prepare,
    prepareFile: blobs.prepareFile,
    prepareFolder: blobs.prepareFolder,
    put: (bytes, kind) =>
      Effect.flatMap(blobs.prepare(bytes, kind), (artifact) => Effect.as(keep(artifact), artifact.hash)),
    keep,
    gather: () => Effect.void,
    stats: (hashes, bytesUpTo) =>
      Effect.map(
        hashes.length === 0
          ? Effect.succeed([])
          : query<StatedRow & { hash: ArtifactHash }>(stated, [hashes, bytesUpTo]),
        (rows) =>
          new Map(
            rows.flatMap((row): ReadonlyArray<readonly [ArtifactHash, Stated]> => {
              const found = statedOf(row.hash, row, bytesUpTo)
              return found === undefined ? [] : [[row.hash, found]]
            })
          )
      ),
    get,
    copyOut,
    verify: (hash) =>
      Effect.flatMap(forgetNow(hash), (defect) =>
        defect === undefined ? Effect.void : Effect.fail(failure(hash, defect, true))
      ),
    stat: Effect.fnUntraced(function* (hash) {
      const queued = held(hash)
      if (queued !== undefined) {
        const { inline, kind, size } = queued
        return { hash, kind, size, at: 0, storage: inline === undefined ? "blob" : "inline" }
      }
      const [found] = yield* query(
        `SELECT hash, kind, size, at, row_check, CASE WHEN inline IS NULL THEN 'blob' ELSE 'inline' END AS storage
         FROM artifacts WHERE hash = $1`,
        [hash]
      )
      if (found === undefined) return yield* new ArtifactMissing({ hash, found: absent.found, healed: true })
      const { row_check: check, ...stated } = yield* decodeInfo(found)
      if (check === rowCheck("artifacts", stated.hash, stated.kind, stated.size)) return stated
      return yield* damaged(place, `the row of the artifact ${hash.slice(0, 12)}… does not check`)
    }),
    find: (prefix, limit = 10) =>
      Effect.map(
        query<{ hash: ArtifactHash }>(
          `SELECT hash FROM artifacts WHERE starts_with(hash, $1) ORDER BY hash COLLATE "C" LIMIT $2`,
          [prefix, Number.isFinite(limit) ? limit : null]
        ),
        (rows) => rows.map(({ hash }) => hash)
      )
  }

  return { service, hold, forgetIfDefective }
}
