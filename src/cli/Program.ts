/**
 * The compiled program of an experiment, kept in the store's `programs` folder: `<hash>.mjs`, named by
 * its content and never changed, and for each experiment file a note of what it was compiled from.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Clock, Effect, Option, Predicate, Random } from "effect"
import * as FileStamp from "../plan/FileStamp.ts"
import { ProgramNotWritten } from "./LoaderError.ts"
import type { ProgramRuntime } from "./ProgramRuntime.ts"

export interface Program {
  /** Absolute path of the compiled module. */
  readonly path: string
  /** Stamp of every project file in it, by absolute path. */
  readonly stamps: ReadonlyMap<string, string>
}

/** A guard by hand: a schema would cost more than the whole of a warm load. */
interface Note {
  readonly program: string
  readonly runtime: string
  /** `[absolute path, stamp]` of the project's files, and of the package.json files of imported packages. */
  readonly files: ReadonlyArray<readonly [string, string]>
  readonly manifests: ReadonlyArray<readonly [string, string]>
}
const isStamps = (value: unknown): value is Note["files"] =>
  Array.isArray(value) &&
  value.every((item) => Array.isArray(item) && Predicate.isString(item[0]) && Predicate.isString(item[1]))
const isNote = (value: unknown): value is Note =>
  Predicate.hasProperty(value, "program") &&
  Predicate.isString(value.program) &&
  Predicate.hasProperty(value, "runtime") &&
  Predicate.isString(value.runtime) &&
  Predicate.hasProperty(value, "files") &&
  isStamps(value.files) &&
  Predicate.hasProperty(value, "manifests") &&
  isStamps(value.manifests)

const readNote = Option.liftThrowable((path: string): unknown => JSON.parse(readFileSync(path, "utf8")))
const readProgram = Option.liftThrowable((path: string) => readFileSync(path))

/** All stamps again if every file is unchanged, those of files that were young renewed. */
const renewed = (stamps: Note["files"], now: number): Note["files"] | undefined => {
  const kept: Array<readonly [string, string]> = []
  for (const [path, text] of stamps) {
    const fresh = FileStamp.checked(path, text, now)
    if (fresh === undefined) return undefined
    kept.push([path, fresh])
  }
  return kept
}

/** Raise it when the compiler makes something else of the same sources. */
const scheme = "1"
const runtimeId = (runtime: ProgramRuntime): string => `${scheme} ${runtime.id}`

const programs = (storeDir: string): string => join(storeDir, "programs")
const notePath = (storeDir: string, file: string): string =>
  join(programs(storeDir), `${FileStamp.sha256(file).slice(0, 32)}.json`)

/** Writes beside and renames, so that no reader ever sees half a file. */
const write = Effect.fnUntraced(function* (folder: string, path: string, text: string) {
  const unique = yield* Random.nextIntBetween(0, Number.MAX_SAFE_INTEGER)
  const temporary = `${path}.${process.pid}.${unique}`
  yield* Effect.try({
    try: () => {
      mkdirSync(folder, { recursive: true })
      writeFileSync(temporary, text)
      renameSync(temporary, path)
    },
    catch: (cause) =>
      new ProgramNotWritten({
        folder,
        message: `cannot write the compiled experiment to ${folder}: ${cause instanceof Error ? cause.message : String(cause)}`
      })
  }).pipe(Effect.tapError(() => Effect.sync(() => rmSync(temporary, { force: true })).pipe(Effect.ignoreCause)))
})

/** The program that was compiled from what the files still are; undefined if one changed. */
export const recall = Effect.fn("Program.recall")(function* (file: string, storeDir: string, runtime: ProgramRuntime) {
  const now = yield* Clock.currentTimeMillis
  const note = Option.filter(readNote(notePath(storeDir, file)), isNote)
  if (Option.isNone(note) || note.value.runtime !== runtimeId(runtime)) return undefined
  const files = renewed(note.value.files, now)
  const manifests = renewed(note.value.manifests, now)
  if (files === undefined || manifests === undefined) return undefined
  const path = join(programs(storeDir), note.value.program)
  const content = readProgram(path)
  if (Option.isNone(content) || programName(content.value) !== note.value.program) return undefined
  const changed = [...files, ...manifests].some(
    ([, text], i) => text !== [...note.value.files, ...note.value.manifests][i]?.[1]
  )
  if (changed) {
    const next: Note = { ...note.value, files, manifests }
    yield* Effect.ignore(write(programs(storeDir), notePath(storeDir, file), JSON.stringify(next)))
  }
  const program: Program = { path, stamps: new Map(files) }
  return program
})

const programName = (content: string | Uint8Array): string => `${FileStamp.sha256(content).slice(0, 32)}.mjs`

/** Keeps a compiled program. */
export const keep = Effect.fn("Program.keep")(function* (
  file: string,
  storeDir: string,
  runtime: ProgramRuntime,
  compiled: {
    readonly code: string
    readonly files: ReadonlyArray<FileStamp.FileStamp>
    readonly manifests: ReadonlyArray<FileStamp.FileStamp>
  }
) {
  const folder = programs(storeDir)
  const name = programName(compiled.code)
  const files = compiled.files.map(({ path, text }) => [path, text] as const)
  const note: Note = {
    program: name,
    runtime: runtimeId(runtime),
    files,
    manifests: compiled.manifests.map(({ path, text }) => [path, text] as const)
  }
  yield* write(folder, join(folder, name), compiled.code)
  yield* write(folder, notePath(storeDir, file), JSON.stringify(note))
  const program: Program = { path: join(folder, name), stamps: new Map(files) }
  return program
})
