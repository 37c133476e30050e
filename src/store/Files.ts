/**
 * Content hashes of the user's files and folders, behind a cache keyed by what `stat` says. As in git, a stat is not
 * trusted when the file was modified so shortly before it was hashed that a later change could leave the stat as it is.
 */
import { createHash } from "node:crypto"
import { type BigIntStats, type Dirent, statSync } from "node:fs"
import { open, readdir, stat } from "node:fs/promises"
import { join, resolve } from "node:path"
import { Clock, Context, Effect, Layer } from "effect"
import type { FileRef } from "../domain/FileRef.ts"
import { ArtifactHash } from "../domain/Hash.ts"
import { FileProblem, FileReason } from "./FileProblem.ts"
import { fileState } from "./FileState.ts"
import { errnoOf } from "./StoreError.ts"

export interface FileHash {
  readonly hash: ArtifactHash
  /** Bytes; for a folder the sum over its files. */
  readonly size: number
}

export interface SourceHash extends FileHash {
  /** Of a folder the content hashes of its files by their paths below it. */
  readonly files?: ReadonlyMap<string, ArtifactHash>
}

/** Remembers hashes from one process to the next, each with what `stat` said. Asked for every file: it answers at once. */
export interface FileCache {
  find(path: string, state: string): ArtifactHash | undefined
  put(path: string, state: string, hash: ArtifactHash): void
}

/** The coarsest modification times in use (FAT) have steps of two seconds. */
const racyMs = 2000n

/** Files of a folder that are looked up between two turns of the event loop: some milliseconds. */
const lookedUpAtOnce = 1000

/** Files of a folder that are hashed at the same time. */
const concurrency = 8

const problem = (path: string, reason: FileReason) => new FileProblem({ path, reason })

const unreadable = (path: string) => (cause: unknown) => {
  const code = errnoOf(cause)
  if (code === "ENOENT" || code === "ENOTDIR") return problem(path, FileReason.cases.Missing.make({}))
  const detail = cause instanceof Error ? cause.message : String(cause)
  return problem(path, FileReason.cases.Unreadable.make({ detail }))
}

const kindOf = (entry: BigIntStats | Dirent): string => {
  if (entry.isFile()) return "file"
  if (entry.isDirectory()) return "folder"
  if (entry.isSymbolicLink()) return "symbolic link"
  if (entry.isSocket()) return "socket"
  return entry.isFIFO() ? "pipe" : "device"
}

/** What interpreters and editors leave in a folder of sources. */
const isLeft = (path: string): boolean => /(^|[\\/])(__pycache__|\.git|\.DS_Store|[^\\/]*\.pyc)([\\/]|$)/.test(path)

/** The files of a folder of sources that count, each by its path below it. */
export const isSourcePath = (path: string): boolean => !isLeft(path)

/** Reads in a fixed buffer, so that memory does not grow with the file. `stable` is false where it changed meanwhile. */
const hashContent = async (path: string) => {
  const file = await open(path, "r")
  const read = async () => {
    const before = await file.stat({ bigint: true })
    const hasher = createHash("sha256")
    const buffer = Buffer.allocUnsafeSlow(1024 * 1024)
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length)
      if (bytesRead === 0) break
      hasher.update(buffer.subarray(0, bytesRead))
    }
    const after = await file.stat({ bigint: true })
    return { hash: hasher.digest("hex"), stats: after, stable: fileState(before) === fileState(after) }
  }
  return read().finally(() => file.close())
}

const make = (cache: FileCache): Files["Service"] => {
  /** Of this process, so that a file is not read twice before the cache has it. */
  const known = new Map<string, { readonly state: string; readonly hash: ArtifactHash }>()

  const cached = (path: string, state: string): ArtifactHash | undefined => {
    const entry = known.get(path)
    return entry?.state === state ? entry.hash : cache.find(path, state)
  }

  const remember = (path: string, stats: BigIntStats, hash: ArtifactHash, startedAt: number): void => {
    const changedNs = stats.mtimeNs > stats.ctimeNs ? stats.mtimeNs : stats.ctimeNs
    if (changedNs / 1_000_000n + racyMs > BigInt(Math.floor(startedAt))) return
    const state = fileState(stats)
    known.set(path, { state, hash })
    cache.put(path, state, hash)
  }

  const statOf = (path: string) =>
    Effect.tryPromise({ try: () => stat(path, { bigint: true }), catch: unreadable(path) })

  const rehash = Effect.fnUntraced(function* (path: string) {
    const startedAt = yield* Clock.currentTimeMillis
    const content = yield* Effect.tryPromise({ try: () => hashContent(path), catch: unreadable(path) })
    if (!content.stable) return yield* problem(path, FileReason.cases.Unstable.make({}))
    const hash = ArtifactHash.make(content.hash)
    remember(path, content.stats, hash, startedAt)
    return { hash, size: Number(content.stats.size) }
  })

  const fileHash = Effect.fnUntraced(function* (given: string) {
    const path = resolve(given)
    const stats = yield* statOf(path)
    if (!stats.isFile()) {
      return yield* problem(path, FileReason.cases.WrongKind.make({ wanted: "file", found: kindOf(stats) }))
    }
    const hash = cached(path, fileState(stats))
    return hash === undefined ? yield* rehash(path) : { hash, size: Number(stats.size) }
  })

  const entriesOf = Effect.fnUntraced(function* (folder: string, counts: (path: string) => boolean) {
    const all = yield* Effect.tryPromise({
      try: () => readdir(folder, { recursive: true, withFileTypes: true }),
      catch: unreadable(folder)
    })
    const entries = all.filter((entry) => counts(join(entry.parentPath, entry.name).slice(folder.length + 1)))
    const odd = entries.find((entry) => !entry.isFile() && !entry.isDirectory())
    if (odd !== undefined) {
      const entry = join(odd.parentPath, odd.name)
      return yield* problem(folder, FileReason.cases.OddEntry.make({ entry, found: kindOf(odd) }))
    }
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => ({ path, name: path.slice(folder.length + 1).replaceAll("\\", "/") }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  })

  /** What is known of unchanged files, without an asynchronous call for each: a folder may have a hundred thousand. */
  const lookedUp = Effect.fnUntraced(function* (entries: ReadonlyArray<{ readonly path: string }>) {
    const found: Array<FileHash | undefined> = []
    while (found.length < entries.length) {
      const slice = entries.slice(found.length, found.length + lookedUpAtOnce)
      const hashes = yield* Effect.try(() => slice.map(({ path }) => unchanged(path))).pipe(
        // Looked at one by one, the file that cannot be says why.
        Effect.orElseSucceed(() => slice.map(() => undefined))
      )
      found.push(...hashes)
      yield* Effect.yieldNow
    }
    return found
  })

  const unchanged = (path: string): FileHash | undefined => {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
    const hash = stats?.isFile() === true ? cached(path, fileState(stats)) : undefined
    return hash === undefined ? undefined : { hash, size: Number(stats?.size ?? 0n) }
  }

  const folderHash = Effect.fnUntraced(function* (given: string, counts: (path: string) => boolean = () => true) {
    const folder = resolve(given)
    const stats = yield* statOf(folder)
    if (!stats.isDirectory()) {
      return yield* problem(folder, FileReason.cases.WrongKind.make({ wanted: "folder", found: kindOf(stats) }))
    }
    const entries = yield* entriesOf(folder, counts)
    const remembered = yield* lookedUp(entries)
    const hashes = yield* Effect.forEach(
      entries,
      ({ path }, index) => {
        const hash = remembered[index]
        return hash === undefined ? fileHash(path) : Effect.succeed(hash)
      },
      { concurrency }
    )
    // Length-prefixed, so that no two folders have the same text.
    const hasher = createHash("sha256").update(`folder:${entries.length};`)
    const files = new Map<string, ArtifactHash>()
    let size = 0
    for (const [index, { name }] of entries.entries()) {
      const content = hashes[index]
      if (content === undefined) continue
      hasher.update(`${Buffer.byteLength(name)}:${name}${content.hash}`)
      files.set(name, content.hash)
      size += content.size
    }
    return { hash: ArtifactHash.make(hasher.digest("hex")), size, files }
  })

  const sourceHash = Effect.fnUntraced(function* (path: string) {
    const stats = yield* statOf(resolve(path))
    const hashed: SourceHash = yield* stats.isDirectory() ? folderHash(path, isSourcePath) : fileHash(path)
    return hashed
  })

  const verifyFile = Effect.fnUntraced(function* ({ hash, isSource = false, path }: FileRef) {
    const stats = yield* statOf(resolve(path))
    const now = yield* isSource ? sourceHash(path) : stats.isDirectory() ? folderHash(path) : fileHash(path)
    if (now.hash === hash) return
    return yield* problem(path, FileReason.cases.Changed.make({ expected: hash, found: now.hash }))
  })

  return { fileHash, folderHash: (path) => folderHash(path), sourceHash, verifyFile }
}

export class Files extends Context.Service<
  Files,
  {
    /** SHA-256 of a file's content; symbolic links are followed. */
    fileHash(path: string): Effect.Effect<FileHash, FileProblem>
    /** SHA-256 over the relative paths (with `/`, sorted) and content hashes of all files below; empty folders do not count. */
    folderHash(path: string): Effect.Effect<SourceHash, FileProblem>
    /** Of a program's file, or of its folder without what interpreters leave in it; executable or not is no part of it. */
    sourceHash(path: string): Effect.Effect<SourceHash, FileProblem>
    /** Fails (`Changed`) if the file or folder does not have the content any more that `ref` was made from. */
    verifyFile(ref: FileRef): Effect.Effect<void, FileProblem>
  }
>()("ablate/store/Files") {
  static readonly layer = (cache: FileCache) => Layer.sync(Files, () => make(cache))
}
