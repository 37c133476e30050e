/** What a run had from outside, once more: as it is now where that is the same, and files by their content out of the store. */
import { isAbsolute, normalize, relative } from "node:path"
import { Effect } from "effect"
import type { ExternalNode } from "../declare/Node.ts"
import { type ExternalRef, isFileRef, isVariableRef } from "../domain/ExternalRef.ts"
import type { FileRef } from "../domain/FileRef.ts"
import { ArtifactHash } from "../domain/Hash.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import * as Programs from "../execute/Programs.ts"
import { nameOf } from "../execute/Run.ts"
import { absolute, resolveExternal } from "./OpenExperiment.ts"
import type { Project } from "./Project.ts"
import { fromStore } from "./portable/StoredFile.ts"
import { UsageError } from "./UsageError.ts"

const short = (hash: string | null | undefined) => (hash == null ? "not set" : `${hash.slice(0, 12)}…`)

/** What a thing was and what it is, by hash. */
export const thenNow = (then: string | null | undefined, now: string | null | undefined) =>
  `${short(then)} then, ${short(now)} now`

/** The files of a program of another machine lie below its folder as they lay in and above the project. */
const inProgram = /^[0-9a-f]{64}\/files\/(?:above\/)*project\//

/** A file's path without the project's folder, or the person's, which is another one on every machine. */
const tailOf = (storeDir: string, declared: string): string =>
  isAbsolute(declared)
    ? relative(Programs.folderOf(storeDir), declared).replace(inProgram, "")
    : normalize(declared.replace(/^~\//, "")).replace(/^(\.\.\/)+/, "")

/** The content that the run had under a path: of the project as it lay there, or of any folder. */
const contentThen = (run: RunRecord, storeDir: string, declared: string, path: string): string | undefined => {
  const { basis = {} } = run
  const tail = tailOf(storeDir, declared)
  const same = Object.entries(basis).flatMap(([name, hash]) =>
    name.startsWith("file ") && name.endsWith(`/${tail}`) ? [hash] : []
  )
  return basis[`file ${path}`] ?? (new Set(same).size === 1 ? same[0] : undefined)
}

/** Fails with a sentence on what is missing. */
const fileThen = Effect.fnUntraced(function* (
  project: Project,
  run: RunRecord,
  storeDir: string,
  external: ExternalNode<unknown, unknown>
) {
  const path = absolute(project, external.path)
  const refuse = (text: string) => new UsageError({ text })
  const hash = contentThen(run, storeDir, external.path, path)
  const now = yield* Effect.result(resolveExternal(project)(external))
  if (now._tag === "Failure" && now.failure._tag !== "UsageError") return yield* now.failure
  if (now._tag === "Success" && now.success.hash === hash) return now.success
  if (hash === undefined) return yield* refuse(`the run did not record file ${path}: the project has been moved since`)
  const then: FileRef = {
    path,
    hash: ArtifactHash.make(hash),
    ...(external.kind === "source" ? { isSource: true } : {})
  }
  const stored = yield* fromStore(storeDir, then)
  if (stored !== undefined) return stored
  const what = now._tag === "Success" ? `has changed (${thenNow(hash, now.success.hash)})` : "is not here"
  return yield* refuse(
    `file ${path} ${what}, and the store has not what it was (${short(hash)}): have it there again; a run with --on cluster puts such files into the store`
  )
})

/** Fails with a sentence where it is not what the run had. */
export const externalThen = (project: Project, run: RunRecord, storeDir: string) =>
  Effect.fnUntraced(function* (external: ExternalNode<unknown, unknown>) {
    if (external.kind === "file" || external.kind === "folder" || external.kind === "source")
      return yield* fileThen(project, run, storeDir, external)
    const now: ExternalRef = yield* resolveExternal(project)(external)
    const then = run.basis?.[nameOf(now)]
    if (isFileRef(now) || then === now.hash) return now
    return yield* new UsageError({
      text: isVariableRef(now)
        ? `the environment variable ${now.variable} has another value (${thenNow(then, now.hash)})`
        : then === undefined
          ? `the run did not record ${nameOf(now)}`
          : `${nameOf(now)} has changed (${thenNow(then, now.hash)})`
    })
  })
