/**
 * Large artifacts in a folder that all users of a shared store see. What it needs of the file system, NFS too: a rename
 * within the folder is atomic, and fsync returns when the server has the bytes. A file that another machine does not see
 * yet (a cached folder) is a miss there, never another file: names are hashes, and every read is checked.
 */
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Result } from "effect"
import { ArtifactHash } from "../../domain/Hash.ts"
import type { BlobSpace, FoundBlob } from "../BlobSpace.ts"
import { blobPath, checkBlob, copyBlob, prepareArtifact, readBlob, temporaryPath } from "../Blobs.ts"
import { blobDefect } from "../Defect.ts"
import { errnoOf, fileError, StoreError, StoreReason } from "../StoreError.ts"
import { prepareFile, prepareFolder } from "../Trees.ts"

const isHash = /^[0-9a-f]{64}$/

/** Names the store whose folder it is, so that a folder of another one, or one that is not mounted, is noticed. */
const markOf = (dir: string): string => join(dir, "ablate-store")

const filesIn = (folder: string): ReadonlyArray<string> =>
  statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : []

const inFolder = (dir: string): ReadonlyArray<FoundBlob> =>
  filesIn(join(dir, "blobs")).flatMap((folder) =>
    filesIn(join(dir, "blobs", folder)).flatMap((name) => {
      const stats = isHash.test(name)
        ? statSync(join(dir, "blobs", folder, name), { throwIfNoEntry: false })
        : undefined
      return stats === undefined ? [] : [{ hash: ArtifactHash.make(name), size: stats.size, at: stats.mtimeMs }]
    })
  )

export const make = (dir: string): BlobSpace => {
  const attempt = <A>(evaluate: () => A) => Effect.try({ try: evaluate, catch: fileError(dir) })
  return {
    prepare: (bytes, kind) => prepareArtifact(dir, bytes, kind),
    prepareFile: (path) => prepareFile(dir, path),
    prepareFolder: (path) => prepareFolder(dir, path),
    has: (hash, size) => attempt(() => statSync(blobPath(dir, hash), { throwIfNoEntry: false })?.size === size),
    read: (hash, size) => readBlob(dir, hash, size),
    copy: (hash, size, to) => copyBlob(dir, hash, size, to),
    check: (hash, size) => checkBlob(dir, hash, size),
    discardDamaged: (hash, size) => attempt(() => blobDefect(dir, hash, size)),
    remove: (hash) => attempt(() => rmSync(blobPath(dir, hash), { force: true })),
    now: attempt(() => {
      const path = temporaryPath(dir)
      writeFileSync(path, "")
      const { mtimeMs } = statSync(path)
      rmSync(path)
      return mtimeMs
    }),
    list: attempt(() => inFolder(dir)),
    sweepTemporary: (before, dryRun) =>
      attempt(() => {
        let [files, bytes] = [0, 0]
        for (const name of filesIn(join(dir, "tmp"))) {
          const path = join(dir, "tmp", name)
          const stats = statSync(path, { throwIfNoEntry: false })
          if (stats === undefined || !name.endsWith(".tmp") || stats.mtimeMs > before) continue
          files++
          bytes += stats.size
          if (!dryRun) rmSync(path, { force: true })
        }
        return { files, bytes }
      })
  }
}

/** Marks it as a whole or not at all, where nobody else has: two may be the first at a time. */
const markFirst = (mark: string, temporary: string, store: string): void => {
  writeFileSync(temporary, `${store}\n`)
  const linked = Result.try({ try: () => linkSync(temporary, mark), catch: errnoOf })
  if (Result.isFailure(linked) && linked.failure !== "EEXIST") renameSync(temporary, mark)
  else rmSync(temporary)
}

/**
 * Looks whether the folder is the store's. The first to use a new store marks it; afterwards one without the mark is
 * another folder, or the same one seen without its mount.
 */
export const claim = (location: string, dir: string, store: string, mayMark: boolean) =>
  Effect.try({
    try: () => {
      const elsewhere = (detail: string) =>
        new StoreError({ path: location, reason: StoreReason.cases.BlobsElsewhere.make({ place: dir, detail }) })
      const mark = markOf(dir)
      const stats = statSync(dir, { throwIfNoEntry: false })
      if (stats !== undefined && !stats.isDirectory()) throw elsewhere("that is a file")
      const isMarked = statSync(mark, { throwIfNoEntry: false }) !== undefined
      if (!isMarked && !mayMark)
        throw elsewhere(stats === undefined ? "there is no such folder here" : "that folder is not this store's")
      if (!isMarked) {
        mkdirSync(join(dir, "blobs"), { recursive: true })
        mkdirSync(join(dir, "tmp"), { recursive: true })
        markFirst(mark, temporaryPath(dir), store)
      }
      const found = readFileSync(mark, "utf8").trim()
      if (found !== store) throw elsewhere("that folder is another store's")
    },
    catch: fileError(dir)
  })
