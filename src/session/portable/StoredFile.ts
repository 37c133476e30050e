/** A file or folder that a run got from outside, out of the store: by its content, into a folder of this machine's. */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { Effect, Random } from "effect"
import type { FileRef } from "../../domain/FileRef.ts"
import { ArtifactHash } from "../../domain/Hash.ts"
import * as SourceFiles from "../../plan/SourceFiles.ts"
import { ArtifactStore, Files, Memo } from "../../store/index.ts"
import * as Shelf from "./Shelf.ts"

/** Copies a file or folder out of the store; false where the store does not have all of it. */
const copied = Effect.fnUntraced(function* ({ hash }: FileRef, to: string) {
  const artifacts = yield* ArtifactStore
  const listed = yield* SourceFiles.recall(yield* Memo, hash)
  const files = listed === undefined ? [["", hash] as const] : Object.entries(listed)
  for (const [, each] of files) if (!(yield* artifacts.has(ArtifactHash.make(each)))) return false
  const beside = `${to}.${process.pid}.${yield* Random.nextIntBetween(0, Number.MAX_SAFE_INTEGER)}`
  yield* Effect.gen(function* () {
    for (const [name, each] of files) {
      const path = join(beside, name)
      yield* Effect.sync(() => mkdirSync(dirname(path), { recursive: true }))
      yield* artifacts.copyOut(ArtifactHash.make(each), path)
    }
    yield* Effect.sync(() => {
      rmSync(to, { recursive: true, force: true })
      renameSync(beside, to)
    })
  }).pipe(Effect.ensuring(Effect.sync(() => rmSync(beside, { recursive: true, force: true }))))
  return true
})

/** Whether its content is what it was. */
export const isSame = Effect.fnUntraced(function* (ref: FileRef) {
  const files = yield* Files
  if (!existsSync(ref.path)) return false
  return (yield* Effect.result(files.verifyFile(ref)))._tag === "Success"
})

/** Where it lies below `storeDir` from now on; undefined where the store does not have all of it. */
export const fromStore = Effect.fnUntraced(function* (storeDir: string, ref: FileRef) {
  const stored: FileRef = { ...ref, path: Shelf.fileOf(storeDir, ref.hash, ref.path) }
  if ((yield* Shelf.mark(dirname(stored.path))) && (yield* isSame(stored))) return stored
  const isCopied = yield* Effect.orElseSucceed(copied(ref, stored.path), () => false)
  return isCopied && (yield* isSame(stored)) ? stored : undefined
})
