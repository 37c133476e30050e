/**
 * Puts the files that a run gets from outside into a shared store, so that workers elsewhere find them by their content: what
 * is no larger than a limit, and is not there yet.
 */
import { stat } from "node:fs/promises"
import { join } from "node:path"
import { Effect } from "effect"
import { type ExternalRef, isFileRef } from "../../domain/ExternalRef.ts"
import type { FileRef } from "../../domain/FileRef.ts"
import type { ArtifactHash } from "../../domain/Hash.ts"
import type { Plan } from "../../plan/Plan.ts"
import * as SourceFiles from "../../plan/SourceFiles.ts"
import { ArtifactStore, Files, Memo } from "../../store/index.ts"
import { UsageError } from "../UsageError.ts"
import { bytesText, limitOf } from "./ShareLimit.ts"

/** Files that are put into the store at the same time. */
const concurrency = 4

/** Those that a worker will ask for. */
const wanted = ({ artifacts, dag }: Plan, externals: ReadonlyArray<ExternalRef>): ReadonlyArray<FileRef> => {
  const found = new Map<string, FileRef>()
  for (const [at, { inputs, stage }] of dag.nodes.entries()) {
    if (artifacts[at] !== undefined || stage.pool === "inline") continue
    for (const input of inputs) {
      const external = input._tag === "External" ? externals[input.index] : undefined
      if (external !== undefined && isFileRef(external)) found.set(external.path, external)
    }
  }
  return [...found.values()]
}

const putFile = Effect.fnUntraced(function* (path: string, hash: ArtifactHash) {
  const artifacts = yield* ArtifactStore
  if (yield* artifacts.has(hash)) return
  const prepared = yield* artifacts
    .prepareFile(path)
    .pipe(Effect.catchTag("TreeInvalid", ({ message }) => new UsageError({ text: message })))
  if (prepared.hash !== hash)
    return yield* new UsageError({ text: `${path} changed since the plan was made: run the command again` })
  yield* artifacts.keep(prepared)
})

const contentOf = Effect.fnUntraced(function* ({ isSource, path }: FileRef) {
  const files = yield* Files
  const isFolder = yield* Effect.promise(() =>
    stat(path).then(
      (stats) => stats.isDirectory(),
      () => false
    )
  )
  const hashed = isSource === true ? files.sourceHash(path) : isFolder ? files.folderHash(path) : files.fileHash(path)
  return yield* Effect.mapError(hashed, ({ message }) => new UsageError({ text: message }))
})

const share = Effect.fnUntraced(function* (ref: FileRef, limit: number) {
  const found: {
    readonly hash: ArtifactHash
    readonly size: number
    readonly files?: ReadonlyMap<string, ArtifactHash>
  } = yield* contentOf(ref)
  if (found.hash !== ref.hash)
    return yield* new UsageError({ text: `${ref.path} changed since the plan was made: run the command again` })
  if (found.size > limit)
    return [
      `${ref.path} (${bytesText(found.size)}) is larger than the ${bytesText(limit)} that go into the store: workers find it only at that path, in a folder that they all see; ABLATE_SHARE_LIMIT=${bytesText(found.size).replace(" ", "")} puts it into the store`
    ]
  if (found.files === undefined) yield* putFile(ref.path, ref.hash)
  else {
    yield* Effect.forEach(found.files, ([name, hash]) => putFile(join(ref.path, name), hash), {
      concurrency,
      discard: true
    })
    yield* SourceFiles.remember(yield* Memo, ref.hash, found.files)
  }
  return []
})

/** Gives a sentence for every file that is too large to be put there. */
export const shareFiles = Effect.fn("Portable.shareFiles")(function* (
  plan: Plan,
  externals: ReadonlyArray<ExternalRef>
) {
  const limit = limitOf(process.env)
  return (yield* Effect.forEach(wanted(plan, externals), (ref) => share(ref, limit))).flat()
})
