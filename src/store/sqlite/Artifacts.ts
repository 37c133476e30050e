import { readFileSync, statSync } from "node:fs"
import { Effect, Schema } from "effect"
import type { ArtifactHash } from "../../domain/Hash.ts"
import { ArtifactMissing } from "../ArtifactError.ts"
import type { StoredArtifact } from "../ArtifactReads.ts"
import * as ArtifactReads from "../ArtifactReads.ts"
import { type StatedRow, statedOf } from "../ArtifactRows.ts"
import { ArtifactInfo, type ArtifactStore, type Stated } from "../ArtifactStore.ts"
import { blobPath, copyBlob, type PreparedArtifact, prepareArtifact, readBlob } from "../Blobs.ts"
import { absent, blobDefect, type Defect, failure, inlineDefect } from "../Defect.ts"
import { rowCheck } from "../RowCheck.ts"
import { damaged, StoreError, StoreReason } from "../StoreError.ts"
import { prepareFile, prepareFolder, readManifest } from "../Trees.ts"
import type { Connection } from "./Connection.ts"
import { nowSql } from "./Time.ts"

export interface Artifacts {
  readonly service: ArtifactStore["Service"]
  /** In a write transaction: the row. Fails where a large artifact's file is not there. */
  insert(artifact: PreparedArtifact): void
  /** Makes a queued artifact readable; gives what ends that. */
  hold(artifact: PreparedArtifact): () => void
  /** In a write transaction: checks again and, if the bytes are wrong, forgets row, file and traces, and what folders it is in. */
  forgetIfDefective(hash: ArtifactHash): Defect | undefined
}

export const make = ({ decode, dir, read, readOnly, statement, submit, write }: Connection): Artifacts => {
  const has = statement<[string], number>("SELECT 1 FROM artifacts WHERE hash = ?", "value")
  const row = statement<[string], StoredArtifact>("SELECT size, inline FROM artifacts WHERE hash = ?")
  const whole = statement<[string], StatedRow>("SELECT kind, size, inline, row_check FROM artifacts WHERE hash = ?")
  const info = statement(
    "SELECT hash, kind, size, at, row_check, CASE WHEN inline IS NULL THEN 'blob' ELSE 'inline' END AS storage FROM artifacts WHERE hash = ?"
  )
  // A duplicate is made young again (at most once a minute), so that gc leaves it to whoever is about to use it. What stands
  // there under its name and is something else is damage: who computed it again has mended it.
  const add =
    statement(`INSERT INTO artifacts (hash, kind, size, row_check, at, inline) VALUES (?, ?, ?, ?, ${nowSql}, ?)
     ON CONFLICT (hash) DO UPDATE SET at = excluded.at, kind = excluded.kind, size = excluded.size,
       row_check = excluded.row_check, inline = excluded.inline
     WHERE excluded.at - at > 60000 OR inline IS NOT excluded.inline OR row_check IS NOT excluded.row_check`)
  const kind = statement<[string], string>("SELECT kind FROM artifacts WHERE hash = ?", "value")
  const folders = statement<[], ArtifactHash>("SELECT hash FROM artifacts WHERE kind = 'folder'", "value")
  const remove = statement("DELETE FROM artifacts WHERE hash = ?")
  // Without an index: one that is damaged hides rows, and a trace that stays would be a hit for ever.
  const removeTraces = statement("DELETE FROM traces WHERE +artifact = ?")
  const countLoss = statement("UPDATE losses SET n = n + 1")
  const dropPlans = statement("DELETE FROM plans")
  const beginning = statement<[string, string, number], ArtifactHash>(
    "SELECT hash FROM artifacts WHERE hash >= ? AND hash < ? ORDER BY hash LIMIT ?",
    "value"
  )
  const decodeInfo = decode(Schema.Struct({ ...ArtifactInfo.fields, row_check: Schema.Int }))

  const insert = (artifact: PreparedArtifact): void => {
    const { hash, kind, size } = artifact
    for (const part of artifact.parts ?? []) insert(part)
    add().run(hash, kind, size, rowCheck("artifacts", hash, kind, size), artifact.inline ?? null)
    if (artifact.inline !== undefined || row().get(artifact.hash)?.inline != null) return
    if (statSync(blobPath(dir, artifact.hash), { throwIfNoEntry: false })?.size === artifact.size) return
    throw new StoreError({ path: dir, reason: StoreReason.cases.BlobMissing.make({ hash: artifact.hash }) })
  }

  const defectOf = (hash: ArtifactHash): Defect | undefined => {
    const found = row().get(hash)
    if (found === undefined) return absent
    return found.inline === null ? blobDefect(dir, hash, found.size) : inlineDefect(hash, found.inline)
  }

  /** The files of a stored folder whose list is whole. */
  const filesOf = (hash: ArtifactHash): ReadonlyArray<{ readonly path: string; readonly hash: ArtifactHash }> => {
    const bytes = row().get(hash)?.inline ?? readFileSync(blobPath(dir, hash))
    return (readManifest(bytes)?.entries ?? []).flatMap((entry) => ("hash" in entry ? [entry] : []))
  }

  const forget = (hash: ArtifactHash): void => {
    remove().run(hash)
    removeTraces().run(hash)
  }

  /** A folder is as whole as its files are. */
  const forgetFoldersOf = (hash: ArtifactHash): void => {
    for (const folder of folders().all())
      if (defectOf(folder) === undefined && filesOf(folder).some((file) => file.hash === hash)) forget(folder)
  }

  /** The first defect of an artifact or, where it is a folder, of its files. */
  const forgetIfDefective = (hash: ArtifactHash): Defect | undefined => {
    const defect = forgetItself(hash)
    if (defect !== undefined || kind().get(hash) !== "folder") return defect
    for (const file of filesOf(hash)) {
      const found = forgetItself(file.hash)
      if (found !== undefined) return { ...found, found: `of its file ${file.path} ${found.found}` }
    }
    return undefined
  }

  const forgetItself = (hash: ArtifactHash): Defect | undefined => {
    const defect = defectOf(hash)
    if (defect === undefined) return undefined
    forget(hash)
    forgetFoldersOf(hash)
    // The traces may have been lost with it: no trigger tells of that, and a plan that is kept would answer for ever.
    countLoss().run()
    dropPlans().run()
    return defect
  }

  const { copyOut, get, held, hold } = ArtifactReads.make({
    row: (hash) => read(() => row().get(hash)),
    kindOf: (hash) => read(() => kind().get(hash)),
    readBlob: (hash, size) => readBlob(dir, hash, size),
    copyBlob: (hash, size, to) => copyBlob(dir, hash, size, to),
    forget: readOnly ? undefined : (hash) => write(() => forgetIfDefective(hash))
  })

  const keep: ArtifactStore["Service"]["keep"] = (artifact) =>
    Effect.suspend(() => {
      const settled = hold(artifact)
      const bytes = artifact.inline?.byteLength ?? 0
      return Effect.flatten(submit(() => insert(artifact), { flush: "now", bytes, settled }))
    })

  const service: ArtifactStore["Service"] = {
    has: (hash) => read(() => held(hash) !== undefined || has().get(hash) !== undefined),
    prepare: (bytes, kind) => prepareArtifact(dir, bytes, kind),
    prepareFile: (path) => prepareFile(dir, path),
    prepareFolder: (path) => prepareFolder(dir, path),
    put: (bytes, kind) =>
      Effect.flatMap(prepareArtifact(dir, bytes, kind), (artifact) => Effect.as(keep(artifact), artifact.hash)),
    keep,
    gather: () => Effect.void,
    stats: (hashes, bytesUpTo) =>
      read(
        () =>
          new Map(
            hashes.flatMap((hash): ReadonlyArray<readonly [ArtifactHash, Stated]> => {
              const found = whole().get(hash)
              const stated = found && statedOf(hash, found, bytesUpTo)
              return stated === undefined ? [] : [[hash, stated]]
            })
          )
      ),
    get,
    copyOut,
    verify: (hash) =>
      Effect.flatMap(
        write(() => forgetIfDefective(hash)),
        (defect) => (defect === undefined ? Effect.void : Effect.fail(failure(hash, defect, true)))
      ),
    stat: Effect.fnUntraced(function* (hash) {
      const queued = held(hash)
      if (queued !== undefined) {
        const { inline, kind, size } = queued
        return { hash, kind, size, at: 0, storage: inline === undefined ? "blob" : "inline" }
      }
      const found = yield* read(() => info().get(hash))
      if (found === undefined) return yield* new ArtifactMissing({ hash, found: absent.found, healed: true })
      const { row_check: check, ...stated } = yield* decodeInfo(found)
      if (check === rowCheck("artifacts", stated.hash, stated.kind, stated.size)) return stated
      return yield* damaged(dir, `the row of the artifact ${hash.slice(0, 12)}… does not check`)
    }),
    // "g" stands after every hexadecimal digit.
    find: (prefix, limit = 10) => read(() => beginning().all(prefix, `${prefix}g`, limit))
  }

  return { service, insert, hold, forgetIfDefective }
}
