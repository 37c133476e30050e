/** Artifacts: small ones in the database, large ones in blob files. */
import { randomUUID } from "node:crypto"
import { readFileSync, renameSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { Effect, Schema } from "effect"
import type { ArtifactHash } from "../../domain/Hash.ts"
import { ArtifactDamaged, ArtifactMissing } from "../ArtifactError.ts"
import { ArtifactInfo, type ArtifactStore } from "../ArtifactStore.ts"
import { blobPath, copyBlob, hashFileSync, hashOf, type PreparedArtifact, prepareArtifact, readBlob } from "../Blobs.ts"
import { damaged, StoreError, StoreReason } from "../StoreError.ts"
import { makeReadOnly, prepareFile, prepareFolder, readManifest, writeFolder, writeReadOnly } from "../Trees.ts"
import type { Connection } from "./Connection.ts"
import { rowCheck } from "./RowCheck.ts"
import { nowSql } from "./Time.ts"

/** A statement's row for the hot paths; `inline` is null for a blob. */
interface Row {
  readonly size: number
  readonly inline: Uint8Array | null
}

/** How an artifact is read, by where it is: a file of so many bytes, or bytes that have been checked. */
interface Reading<A> {
  readonly blob: (size: number) => Effect.Effect<A, ArtifactMissing | ArtifactDamaged | StoreError>
  readonly inline: (bytes: Uint8Array) => Effect.Effect<A, StoreError>
}

/** The bytes are wrong or gone: what was found. `undefined` from a check means that they are right. */
export type Defect = { readonly _tag: "Missing" | "Damaged"; readonly found: string }

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
  const row = statement<[string], Row>("SELECT size, inline FROM artifacts WHERE hash = ?")
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
  const pending = new Map<ArtifactHash, { readonly artifact: PreparedArtifact; holders: number }>()

  const insert = (artifact: PreparedArtifact): void => {
    const { hash, kind, size } = artifact
    for (const part of artifact.parts ?? []) insert(part)
    add().run(hash, kind, size, rowCheck("artifacts", hash, kind, size), artifact.inline ?? null)
    if (artifact.inline !== undefined || row().get(artifact.hash)?.inline != null) return
    if (statSync(blobPath(dir, artifact.hash), { throwIfNoEntry: false })?.size === artifact.size) return
    throw new StoreError({ path: dir, reason: StoreReason.cases.BlobMissing.make({ hash: artifact.hash }) })
  }

  const hold = (artifact: PreparedArtifact): (() => void) => {
    const held = pending.get(artifact.hash) ?? { artifact, holders: 0 }
    held.holders++
    pending.set(artifact.hash, held)
    const parts = (artifact.parts ?? []).map(hold)
    return () => {
      for (const release of parts) release()
      held.holders--
      if (held.holders === 0) pending.delete(artifact.hash)
    }
  }

  const absent: Defect = { _tag: "Missing", found: "the store has no such artifact" }

  const inlineDefect = (hash: ArtifactHash, bytes: Uint8Array): Defect | undefined => {
    const found = hashOf(bytes)
    return found === hash
      ? undefined
      : { _tag: "Damaged", found: `its ${bytes.byteLength} bytes in the database have sha256 ${found.slice(0, 12)}…` }
  }

  // The file is moved away before it is judged: a writer that replaces it meanwhile keeps its own, good one.
  const blobDefect = (hash: ArtifactHash, size: number): Defect | undefined => {
    const path = blobPath(dir, hash)
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats === undefined) return { _tag: "Missing", found: `its file ${path} is gone` }
    if (stats.isDirectory()) {
      rmSync(path, { recursive: true })
      return { _tag: "Missing", found: `its file ${path} is a folder` }
    }
    const aside = join(dir, "tmp", `${hash.slice(0, 16)}-${randomUUID()}.tmp`)
    renameSync(path, aside)
    const read = hashFileSync(aside)
    if (read.hash === hash) {
      renameSync(aside, path)
      return undefined
    }
    rmSync(aside)
    const found = read.size === size ? "has other content" : `has ${read.size} bytes of ${size}`
    return { _tag: "Damaged", found: `its file ${path} ${found}` }
  }

  const defectOf = (hash: ArtifactHash): Defect | undefined => {
    const found = row().get(hash)
    if (found === undefined) return absent
    return found.inline === null ? blobDefect(hash, found.size) : inlineDefect(hash, found.inline)
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

  const failure = (hash: ArtifactHash, { _tag, found }: Defect, healed: boolean) =>
    _tag === "Missing" ? new ArtifactMissing({ hash, found, healed }) : new ArtifactDamaged({ hash, found, healed })

  /** After a bad read: forget it, or find that another process has mended it meanwhile. */
  const heal = (hash: ArtifactHash, defect: Defect) =>
    readOnly
      ? Effect.fail(failure(hash, defect, false))
      : write(() => forgetIfDefective(hash)).pipe(
          // On a full disk, say, the bad bytes are the news; healing can wait.
          Effect.catch(() => Effect.fail(failure(hash, defect, false))),
          Effect.flatMap((again) => (again === undefined ? Effect.void : Effect.fail(failure(hash, again, true))))
        )

  type Unreadable = ArtifactMissing | ArtifactDamaged | StoreError

  /** Reads by `blob` where it is a file, else the checked bytes by `inline`. What was damaged and is mended is read again. */
  const stored = <A>(
    hash: ArtifactHash,
    { blob, inline }: Reading<A>,
    healing = true
  ): Effect.Effect<A, Unreadable> => {
    const again = (error: ArtifactMissing | ArtifactDamaged, tag: Defect["_tag"]) =>
      error.healed || !healing
        ? Effect.fail(error)
        : Effect.andThen(heal(hash, { _tag: tag, found: error.found }), stored(hash, { blob, inline }, false))
    return read(() => row().get(hash)).pipe(
      Effect.flatMap((found): Effect.Effect<A, Unreadable> => {
        if (found === undefined) return Effect.fail(failure(hash, absent, false))
        if (found.inline === null) return blob(found.size)
        const defect = inlineDefect(hash, found.inline)
        return defect === undefined ? inline(found.inline) : Effect.fail(failure(hash, defect, false))
      }),
      Effect.catchTags({
        ArtifactMissing: (error) => again(error, "Missing"),
        ArtifactDamaged: (error) => again(error, "Damaged")
      })
    )
  }

  const reading = <A>(hash: ArtifactHash, how: Reading<A>): Effect.Effect<A, Unreadable> =>
    Effect.suspend(() => {
      const held = pending.get(hash)?.artifact
      if (held?.inline !== undefined) return how.inline(held.inline.slice())
      return held === undefined ? stored(hash, how) : how.blob(held.size)
    })

  const get = (hash: ArtifactHash) =>
    reading<Uint8Array>(hash, { blob: (size) => readBlob(dir, hash, size), inline: Effect.succeed })

  const copyFileOut = (hash: ArtifactHash, to: string) =>
    reading<void>(hash, {
      blob: (size) => Effect.andThen(copyBlob(dir, hash, size, to), makeReadOnly(to)),
      inline: (bytes) => writeReadOnly(to, bytes)
    })

  const kindOf = (hash: ArtifactHash) =>
    Effect.suspend(() => {
      const held = pending.get(hash)?.artifact.kind
      return held === undefined ? read(() => kind().get(hash)) : Effect.succeed(held)
    })

  const service: ArtifactStore["Service"] = {
    has: (hash) => read(() => pending.has(hash) || has().get(hash) !== undefined),
    prepare: (bytes, kind) => prepareArtifact(dir, bytes, kind),
    prepareFile: (path) => prepareFile(dir, path),
    prepareFolder: (path) => prepareFolder(dir, path),
    put: Effect.fnUntraced(function* (bytes, kind) {
      const artifact = yield* prepareArtifact(dir, bytes, kind)
      const settled = hold(artifact)
      const bytesHeld = artifact.inline?.byteLength ?? 0
      yield* Effect.flatten(submit(() => insert(artifact), { flush: "now", bytes: bytesHeld, settled }))
      return artifact.hash
    }),
    get,
    copyOut: Effect.fnUntraced(function* (hash, to) {
      const manifest = (yield* kindOf(hash)) === "folder" ? readManifest(yield* get(hash)) : undefined
      yield* manifest === undefined ? copyFileOut(hash, to) : writeFolder(manifest, to, copyFileOut)
    }),
    verify: (hash) =>
      Effect.flatMap(
        write(() => forgetIfDefective(hash)),
        (defect) => (defect === undefined ? Effect.void : Effect.fail(failure(hash, defect, true)))
      ),
    stat: Effect.fnUntraced(function* (hash) {
      const held = pending.get(hash)?.artifact
      if (held !== undefined) {
        const { inline, kind, size } = held
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
