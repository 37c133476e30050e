/**
 * Large artifacts as files, `blobs/ab/<hash>`. A file gets its final name only when it is complete and durable:
 * written under `tmp/`, fsynced, renamed, the folder fsynced. Its row in the database comes after that.
 */
import { createHash, hash as digest, randomUUID } from "node:crypto"
import { closeSync, constants, openSync, readSync } from "node:fs"
import { copyFile, type FileHandle, mkdir, open, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import { Context, Effect } from "effect"
import type { ArtifactHash } from "../domain/Hash.ts"
import { ArtifactDamaged, ArtifactMissing } from "./ArtifactError.ts"
import { errnoOf, fileError, type StoreError } from "./StoreError.ts"

/** Artifacts up to this size in bytes are kept inside the database. */
export const inlineLimit = 64 * 1024

/** Content hash of `bytes`. */
// The digest is 64 hexadecimal digits by construction; checking it for every small artifact costs more than making it.
export const hashOf = (bytes: Uint8Array): ArtifactHash => digest("sha256", bytes) as ArtifactHash

/** Where the blob file of an artifact is, in the store's folder. */
export const blobPath = (dir: string, hash: ArtifactHash): string => join(dir, "blobs", hash.slice(0, 2), hash)

export const withFile = async <A>(path: string, flags: string, use: (file: FileHandle) => Promise<A>): Promise<A> => {
  const file = await open(path, flags)
  return use(file).finally(() => file.close())
}

const syncFolder = (path: string): Promise<void> =>
  // Windows cannot open a folder as a file, and does not need it.
  process.platform === "win32" ? Promise.resolve() : withFile(path, "r", (folder) => folder.sync())

/** Writes a file and waits until its bytes are on the disk. A service, so that a full disk can be tested. */
export const WriteThrough = Context.Reference<(path: string, bytes: Uint8Array) => Promise<void>>(
  "ablate/store/WriteThrough",
  {
    defaultValue: () => (path, bytes) =>
      withFile(path, "wx", async (file) => {
        await file.writeFile(bytes)
        await file.sync()
      })
  }
)

const isFolder = (cause: unknown): boolean => ["EISDIR", "ENOTEMPTY", "EEXIST"].includes(errnoOf(cause))

/** A name of its own for a file that is not complete yet. */
export const temporaryPath = (dir: string): string => join(dir, "tmp", `${randomUUID()}.tmp`)

/** Gives a durable file below `tmp/` its final name. */
export const settle = async (dir: string, hash: ArtifactHash, temporary: string): Promise<void> => {
  const path = blobPath(dir, hash)
  const folder = join(path, "..")
  const created = await mkdir(folder, { recursive: true })
  await rename(temporary, path)
    // A folder in the file's place is damage too, and it cannot be replaced by a rename.
    .catch(async (cause: unknown) => {
      if (!isFolder(cause)) throw cause
      await rm(path, { recursive: true })
      await rename(temporary, path)
    })
  await syncFolder(folder)
  if (created !== undefined) await syncFolder(join(folder, ".."))
}

/** Writes below `tmp/` by `write`, which says the hash, and settles it there; leaves nothing behind when it fails. */
export const place = async (dir: string, write: (path: string) => Promise<ArtifactHash>): Promise<ArtifactHash> => {
  const temporary = temporaryPath(dir)
  await mkdir(join(dir, "tmp"), { recursive: true })
  const settled = write(temporary).then((hash) => settle(dir, hash, temporary).then(() => hash))
  return settled.catch(async (cause: unknown) => {
    await rm(temporary, { force: true })
    throw cause
  })
}

/**
 * Writes `bytes` as a blob file of the store in `dir` and resolves when it is durable. It needs no open store, so a
 * worker can write its large results itself; the row is the main process's to commit. Replaces a file that is there,
 * which also mends a damaged one. The bytes are not copied; they must not change meanwhile.
 */
export const writeBlob = Effect.fnUntraced(function* (dir: string, bytes: Uint8Array) {
  const write = yield* WriteThrough
  const hash = hashOf(bytes)
  yield* Effect.tryPromise({
    try: () => place(dir, (path) => write(path, bytes).then(() => hash)),
    catch: fileError(dir)
  }).pipe(Effect.uninterruptible)
  return hash
})

/** An artifact ready to be committed: its bytes are inline, or durable in a blob file. */
export interface PreparedArtifact {
  readonly hash: ArtifactHash
  /** The format of its bytes, as its codec names it: `json`, `safetensors`, … */
  readonly kind: string
  /** Length in bytes. */
  readonly size: number
  /** The bytes themselves where they are at most {@link inlineLimit}. */
  readonly inline?: Uint8Array
  /** Of a folder: the artifacts of its files. */
  readonly parts?: ReadonlyArray<PreparedArtifact>
}

/** Hashes `bytes` and, where they are large, writes the blob file. Usable from a worker; plain data, so it can be posted. */
export const prepareArtifact = (
  dir: string,
  bytes: Uint8Array,
  kind: string
): Effect.Effect<PreparedArtifact, StoreError> =>
  bytes.byteLength <= inlineLimit
    ? Effect.sync(() => ({ hash: hashOf(bytes), kind, size: bytes.byteLength, inline: bytes }))
    : Effect.map(writeBlob(dir, bytes), (hash) => ({ hash, kind, size: bytes.byteLength }))

const chunk = 4 * 1024 * 1024

/** The hash of a file's bytes and how many there are, without holding them. Given `to`, they are written there as well. */
export const hashFile = (path: string, to?: FileHandle) =>
  withFile(path, "r", async (file) => {
    const hasher = createHash("sha256")
    const buffer = Buffer.allocUnsafeSlow(chunk)
    let size = 0
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunk)
      if (bytesRead === 0) break
      hasher.update(buffer.subarray(0, bytesRead))
      size += bytesRead
      if (to !== undefined) await to.writeFile(buffer.subarray(0, bytesRead))
    }
    return { hash: hasher.digest("hex") as ArtifactHash, size }
  })

/** As {@link hashFile}, for what may not give way to anything else meanwhile. */
export const hashFileSync = (path: string) => {
  const file = openSync(path, "r")
  const hasher = createHash("sha256")
  const buffer = Buffer.allocUnsafeSlow(chunk)
  let size = 0
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
    hasher.update(buffer.subarray(0, read))
    size += read
  }
  closeSync(file)
  return { hash: hasher.digest("hex"), size }
}

const readAll = (path: string) =>
  withFile(path, "r", async (file) => {
    const { size } = await file.stat()
    const bytes = new Uint8Array(size)
    const hasher = createHash("sha256")
    let filled = 0
    while (filled < size) {
      const { bytesRead } = await file.read(bytes, filled, Math.min(chunk, size - filled), filled)
      if (bytesRead === 0) break
      hasher.update(bytes.subarray(filled, filled + bytesRead))
      filled += bytesRead
    }
    return { bytes: filled === size ? bytes : bytes.subarray(0, filled), hash: hasher.digest("hex"), size: filled }
  })

export const isAbsent = (cause: unknown): boolean => ["ENOENT", "ENOTDIR"].includes(errnoOf(cause))

/** What `look` finds of a blob file, checked against its name and its row's `size`. Heals nothing. */
const checkedBlob = Effect.fnUntraced(function* <A extends { readonly hash: string; readonly size: number }>(
  dir: string,
  hash: ArtifactHash,
  size: number,
  look: (path: string) => Promise<A>
) {
  const path = blobPath(dir, hash)
  const read = yield* Effect.tryPromise({
    try: () => look(path),
    catch: (cause) =>
      isAbsent(cause) || isFolder(cause)
        ? new ArtifactMissing({
            hash,
            found: isFolder(cause) ? `its file ${path} is a folder` : `its file ${path} is gone`,
            healed: false
          })
        : fileError(dir)(cause)
  })
  if (read.hash === hash) return read
  const found =
    read.size === size
      ? `its file ${path} has other content (sha256 ${read.hash.slice(0, 12)}…)`
      : `its file ${path} has ${read.size} bytes of ${size}`
  return yield* new ArtifactDamaged({ hash, found, healed: false })
})

/** Reads a blob file. Allocates its size once. */
export const readBlob = (dir: string, hash: ArtifactHash, size: number) =>
  Effect.map(checkedBlob(dir, hash, size, readAll), ({ bytes }) => bytes)

/** Checks a blob file without holding it. */
export const checkBlob = (dir: string, hash: ArtifactHash, size: number) =>
  Effect.asVoid(checkedBlob(dir, hash, size, (path) => hashFile(path)))

/** Copies a blob file out of the store; what is checked is the copy. */
export const copyBlob = (dir: string, hash: ArtifactHash, size: number, to: string) =>
  Effect.asVoid(
    checkedBlob(dir, hash, size, async (path) => {
      // Where the file system can, the copy shares the original's blocks until one of them is written to.
      await copyFile(path, to, constants.COPYFILE_FICLONE)
      return hashFile(to)
    })
  )
