/**
 * Garbage collection. What a trace, a run or a memo still mentions stays; so does everything young, because another
 * process may just have written it and be about to mention it.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import type { Database } from "better-sqlite3"
import type { ArtifactHash } from "../../domain/Hash.ts"
import { blobPath } from "../Blobs.ts"
import type { SweepOptions, SweepReport } from "../Maintenance.ts"
import { readManifest } from "../Trees.ts"
import { nowSql } from "./Time.ts"

const hour = 3_600_000
const memoAgeMs = 30 * 24 * hour
const fileAgeMs = 90 * 24 * hour

const hashes = /[0-9a-f]{64}/g
const blobName = /^[0-9a-f]{64}$/

const dropRuns = (db: Database, keep: number, before: number): number => {
  const { changes } = db
    .prepare(
      `DELETE FROM runs WHERE id IN (
         SELECT id FROM (
           SELECT id, json_extract(record, '$.startedAt') AS started_at,
             row_number() OVER (PARTITION BY experiment, file ORDER BY seq DESC) AS age
           FROM runs
         ) WHERE age > ? AND started_at < ?) AND id NOT IN (SELECT run FROM tags)`
    )
    .run(keep, before)
  db.exec("DELETE FROM executions WHERE run NOT IN (SELECT id FROM runs)")
  return changes
}

/** Drops the traces no run used. A run that did not record its keys might have used any: then all of them stay. */
const dropTraces = (db: Database, before: number): number => {
  const unknown = db.prepare("SELECT 1 FROM runs WHERE keys IS NULL LIMIT 1").get()
  if (unknown !== undefined) return 0
  const used = new Set<string>(db.prepare<[], string>("SELECT key FROM executions").pluck().all())
  for (const keys of db
    .prepare<[], Buffer>("SELECT value FROM lists WHERE id IN (SELECT keys FROM runs)")
    .pluck()
    .all()) {
    const hex = keys.toString("hex")
    for (let i = 0; i < hex.length; i += 64) used.add(hex.slice(i, i + 64))
  }
  const remove = db.prepare("DELETE FROM traces WHERE key = ?")
  const old = db.prepare<[number], string>("SELECT key FROM traces WHERE at < ?").pluck().all(before)
  const unused = old.filter((key) => !used.has(key))
  for (const key of unused) remove.run(key)
  return unused.length
}

/** Memos of what a code hash stands for: no cache but history, as long as a key names the code. */
const codeKinds = "code-text/%"

/** Drops the codes that were noted last before that time and that nothing names any more. */
const dropCodes = (db: Database, needed: ReadonlySet<string>, before: number): void => {
  const remove = db.prepare(`DELETE FROM memo WHERE kind LIKE '${codeKinds}' AND id = ?`)
  const old = db.prepare<[number], string>(`SELECT id FROM memo WHERE kind LIKE '${codeKinds}' AND at < ?`).pluck()
  for (const id of old.all(before)) if (!needed.has(id)) remove.run(id)
}

/** The programs that runs ran, and those that experiments' files were compiled to last. */
const neededPrograms = (db: Database, dir: string): ReadonlySet<string> => {
  const found = new Set(
    db
      .prepare<[], string>(
        "SELECT DISTINCT json_extract(record, '$.program') FROM runs WHERE json_extract(record, '$.program') IS NOT NULL"
      )
      .pluck()
      .all()
  )
  for (const name of filesIn(join(dir, "programs")).filter((each) => each.endsWith(".json")))
    for (const [, hash] of readFileSync(join(dir, "programs", name), "utf8").matchAll(/"program":"([0-9a-f]{32})"/g))
      if (hash !== undefined) found.add(hash)
  return found
}

const programName = /^([0-9a-f]{32})\.mjs(\.map|\.unplaced)?$/

/** What runs ran, as any machine can run it. */
const portables =
  "SELECT json_extract(record, '$.portable') FROM runs WHERE json_extract(record, '$.portable') IS NOT NULL"

/** Every artifact hash that something mentions: by a trace, in its record (inputs, code), by a run or its cells, in a memo. */
const mentioned = (db: Database, dir: string): Set<string> => {
  const found = new Set<string>(db.prepare<[], string>("SELECT artifact FROM traces").pluck().all())
  const lists = "SELECT value FROM lists WHERE id IN (SELECT cells FROM runs)"
  const texts = [
    "SELECT record FROM records",
    lists,
    "SELECT record FROM ended_cells",
    "SELECT json FROM memo",
    portables
  ]
  for (const sql of texts) {
    for (const text of db.prepare<[], string>(sql).pluck().iterate()) {
      for (const [hash] of text.matchAll(hashes)) found.add(hash)
    }
  }
  for (const hash of filesOfFolders(db, dir, found)) found.add(hash)
  return found
}

/** The files of the folders among them. */
const filesOfFolders = (db: Database, dir: string, hashes: ReadonlySet<string>): ReadonlyArray<ArtifactHash> =>
  db
    .prepare<[], { readonly hash: ArtifactHash; readonly inline: Uint8Array | null }>(
      "SELECT hash, inline FROM artifacts WHERE kind = 'folder'"
    )
    .all()
    .flatMap(({ hash, inline }) => {
      if (!hashes.has(hash)) return []
      const path = blobPath(dir, hash)
      const bytes = inline ?? (existsSync(path) ? readFileSync(path) : new Uint8Array())
      return (readManifest(bytes)?.entries ?? []).flatMap((entry) => ("hash" in entry ? [entry.hash] : []))
    })

interface Candidate {
  readonly hash: ArtifactHash
  readonly size: number
  readonly isBlob: 0 | 1
}

/** The size of a file that was last modified by `before`; undefined for a younger one, and for none: others move files meanwhile. */
const sizeIfOld = (path: string, before: number): number | undefined => {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats !== undefined && stats.mtimeMs <= before ? stats.size : undefined
}

const isYoung = (path: string, before: number): boolean =>
  (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? before) > before

const filesIn = (folder: string): ReadonlyArray<string> =>
  statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : []

/** Must run in a write transaction: only so can no row for a file appear between the look and the deletion. */
export const sweep = (db: Database, dir: string, { dryRun, graceMs = hour, keepRuns }: SweepOptions): SweepReport => {
  const now = Number(db.prepare(`SELECT ${nowSql}`).pluck().get())
  const before = now - graceMs
  const discard = (path: string): void => {
    if (!dryRun) rmSync(path, { force: true })
  }
  let bytes = 0

  const runs = keepRuns === undefined ? 0 : dropRuns(db, keepRuns, before)
  const traces = keepRuns === undefined ? 0 : dropTraces(db, before)
  db.prepare(`DELETE FROM memo WHERE at < ? AND kind NOT LIKE '${codeKinds}'`).run(now - memoAgeMs)
  db.prepare("DELETE FROM files WHERE at < ?").run(now - fileAgeMs)

  const needed = mentioned(db, dir)
  dropCodes(db, needed, now - memoAgeMs)
  const remove = db.prepare("DELETE FROM artifacts WHERE hash = ?")
  let artifacts = 0
  const candidates = db
    .prepare<[number], Candidate>("SELECT hash, size, inline IS NULL AS isBlob FROM artifacts WHERE at <= ?")
    .all(before)
  for (const { hash, isBlob, size } of candidates) {
    const path = blobPath(dir, hash)
    if (needed.has(hash) || (isBlob === 1 && isYoung(path, before))) continue
    remove.run(hash)
    if (isBlob === 1) discard(path)
    artifacts++
    bytes += size
  }

  // Counted apart from the above: in a dry run those files are still there.
  const known = db.prepare<[string], number>("SELECT 1 FROM artifacts WHERE hash = ?").pluck()
  const dropped = new Set<string>(dryRun ? candidates.map(({ hash }) => hash) : [])
  let orphanBlobs = 0
  for (const folder of filesIn(join(dir, "blobs"))) {
    for (const name of filesIn(join(dir, "blobs", folder))) {
      if (!blobName.test(name) || name.slice(0, 2) !== folder || dropped.has(name) || known.get(name) === 1) continue
      const path = join(dir, "blobs", folder, name)
      const size = sizeIfOld(path, before)
      if (size === undefined) continue
      bytes += size
      discard(path)
      orphanBlobs++
    }
  }

  let temporaryFiles = 0
  for (const name of filesIn(join(dir, "tmp"))) {
    const path = join(dir, "tmp", name)
    const size = name.endsWith(".tmp") ? sizeIfOld(path, before) : undefined
    if (size === undefined) continue
    bytes += size
    discard(path)
    temporaryFiles++
  }
  let programs = 0
  const kept = neededPrograms(db, dir)
  for (const name of filesIn(join(dir, "programs"))) {
    const [, hash, beside] = programName.exec(name) ?? []
    if (hash === undefined || kept.has(hash)) continue
    const path = join(dir, "programs", name)
    const size = sizeIfOld(path, before)
    if (size === undefined) continue
    bytes += size
    discard(path)
    if (beside === undefined) programs++
  }
  return { runs, traces, artifacts, orphanBlobs, temporaryFiles, programs, bytes }
}
