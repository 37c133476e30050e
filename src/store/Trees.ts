/** Files and folders on their way into the store and out of it: streamed, so that memory does not grow with them. */
import type { Dirent } from "node:fs"
import { chmod, lstat, mkdir, readdir, readFile, readlink, realpath, symlink, writeFile } from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import { Effect, Option, Schema } from "effect"
import { type FolderEntry, FolderManifest } from "../domain/FolderManifest.ts"
import type { ArtifactHash } from "../domain/Hash.ts"
import {
  hashFile,
  hashOf,
  inlineLimit,
  isAbsent,
  type PreparedArtifact,
  place,
  prepareArtifact,
  withFile
} from "./Blobs.ts"
import { fileError, type StoreError } from "./StoreError.ts"

/** What a stage gave for a file or folder, and cannot be stored. */
export class TreeInvalid extends Schema.TaggedError<TreeInvalid>()("TreeInvalid", {
  path: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `${this.path}: ${this.problem}`
  }
}

const isTreeInvalid = Schema.is(TreeInvalid)

const kindOf = (entry: Awaited<ReturnType<typeof lstat>> | Dirent): string => {
  if (entry.isFile()) return "file"
  if (entry.isDirectory()) return "folder"
  return entry.isSymbolicLink() ? "symbolic link" : "socket, pipe or device"
}

const foundAt = async (path: string, wanted: "file" | "folder"): Promise<number> => {
  const stats = await lstat(path).catch((cause: unknown) => {
    if (isAbsent(cause)) return undefined
    throw cause
  })
  if (stats === undefined) throw new TreeInvalid({ path, problem: `there is no such ${wanted}` })
  const found = kindOf(stats)
  if (found !== wanted) throw new TreeInvalid({ path, problem: `found a ${found}, expected a ${wanted}` })
  return stats.size
}

const taking = <A>(dir: string, take: () => Promise<A>): Effect.Effect<A, StoreError | TreeInvalid> =>
  Effect.tryPromise({ try: take, catch: (cause) => (isTreeInvalid(cause) ? cause : fileError(dir)(cause)) })

/** How one file of so many bytes is taken. */
type Take = (path: string, size: number) => Promise<PreparedArtifact>

const takeFile = async (dir: string, path: string, size: number): Promise<PreparedArtifact> => {
  if (size <= inlineLimit) {
    const inline = await readFile(path)
    if (inline.byteLength <= inlineLimit)
      return { hash: hashOf(inline), kind: "file", size: inline.byteLength, inline: Uint8Array.from(inline) }
  }
  let taken = 0
  const hash = await place(dir, (temporary) =>
    withFile(temporary, "wx", async (to) => {
      const copied = await hashFile(path, to)
      taken = copied.size
      await to.sync()
      return copied.hash
    })
  )
  return { hash, kind: "file", size: taken }
}

/** Takes a file by `take` into the store in `at`. */
export const fileBy = (at: string, path: string, take: Take) =>
  taking(at, async () => take(path, await foundAt(path, "file")))

/** Takes a file into the store; its row is to be committed. */
export const prepareFile = (dir: string, path: string) => fileBy(dir, path, (from, size) => takeFile(dir, from, size))

const encodeManifest = (entries: ReadonlyArray<FolderEntry>): Uint8Array =>
  new TextEncoder().encode(
    JSON.stringify({ format: "ablate-folder-1", entries: entries.toSorted((a, b) => (a.path < b.path ? -1 : 1)) })
  )

const manifestOf = Schema.decodeUnknownOption(Schema.fromJsonString(FolderManifest))

/** The list of a stored folder; undefined where the bytes are something else. */
export const readManifest = (bytes: Uint8Array): FolderManifest | undefined =>
  Option.getOrUndefined(manifestOf(new TextDecoder().decode(bytes)))

/** Where a link leads, if that is within the folder. */
const linkWithin = async (folder: string, path: string): Promise<string> => {
  const link = await readlink(path)
  const target = await realpath(path).catch(() => undefined)
  const way = target === undefined ? ".." : relative(await realpath(folder), target)
  if (link.startsWith("/") || way.startsWith(".."))
    throw new TreeInvalid({
      path,
      problem: `found a symbolic link out of the folder (to ${link}): write a copy instead`
    })
  return link
}

const takeFolder = async (folder: string, take: Take) => {
  await foundAt(folder, "folder")
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const entries: Array<FolderEntry> = []
  const parts = new Map<ArtifactHash, PreparedArtifact>()
  const filled = new Set(found.map(({ parentPath }) => parentPath))
  for (const entry of found) {
    const full = join(entry.parentPath, entry.name)
    const path = relative(folder, full).replaceAll("\\", "/")
    if (entry.isSymbolicLink()) entries.push({ path, link: await linkWithin(folder, full) })
    else if (entry.isDirectory()) {
      if (!filled.has(full)) entries.push({ path, folder: "empty" })
    } else if (entry.isFile()) {
      const { mode, size } = await lstat(full)
      const part = await take(full, size)
      parts.set(part.hash, part)
      entries.push({ path, hash: part.hash, size: part.size, executable: (mode & 0o100) !== 0 })
    } else throw new TreeInvalid({ path: full, problem: `found a ${kindOf(entry)}, expected files and folders` })
  }
  return { bytes: encodeManifest(entries), parts: [...parts.values()] }
}

/** Takes the files of a folder by `take` into the store in `at`; gives them with the bytes of its list. */
export const folderBy = (at: string, folder: string, take: Take) => taking(at, () => takeFolder(folder, take))

/** Takes a folder into the store, file by file; its rows are to be committed together. */
export const prepareFolder = Effect.fnUntraced(function* (dir: string, folder: string) {
  const { bytes, parts } = yield* folderBy(dir, folder, (path, size) => takeFile(dir, path, size))
  const manifest: PreparedArtifact = { ...(yield* prepareArtifact(dir, bytes, "folder")), parts }
  return manifest
})

/** Writes a folder as its list says; `copy` writes one file of it. What is written is to be read only. */
export const writeFolder = <E>(
  { entries }: FolderManifest,
  to: string,
  copy: (hash: ArtifactHash, path: string) => Effect.Effect<void, E>
): Effect.Effect<void, E | StoreError> => {
  const doing = (work: () => Promise<unknown>) => Effect.tryPromise({ try: work, catch: fileError(to) })
  return Effect.andThen(
    doing(() => mkdir(to, { recursive: true })),
    Effect.forEach(
      entries,
      (entry) => {
        const path = join(to, entry.path)
        const above = doing(() => mkdir("folder" in entry ? path : dirname(path), { recursive: true }))
        if ("folder" in entry) return above
        if ("link" in entry)
          return Effect.andThen(
            above,
            doing(() => symlink(entry.link, path))
          )
        const mode = entry.executable ? 0o555 : 0o444
        return above.pipe(Effect.andThen(copy(entry.hash, path)), Effect.andThen(doing(() => chmod(path, mode))))
      },
      { discard: true }
    )
  )
}

/** Writes bytes as a file that is to be read only. */
export const writeReadOnly = (to: string, bytes: Uint8Array): Effect.Effect<void, StoreError> =>
  Effect.tryPromise({ try: () => writeFile(to, bytes, { mode: 0o444 }), catch: fileError(to) })

/** Makes a file one that is to be read only. */
export const makeReadOnly = (path: string): Effect.Effect<void, StoreError> =>
  Effect.tryPromise({ try: () => chmod(path, 0o444), catch: fileError(path) })
