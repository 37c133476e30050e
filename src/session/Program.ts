/**
 * The compiled program of an experiment, kept in the store's `programs` folder: `<hash>.mjs`, named by
 * its content and never changed, and for each experiment file a note of what it was compiled from.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Clock, Effect, Option, Predicate, Random } from "effect"
import * as Programs from "../execute/Programs.ts"
import * as FileStamp from "../plan/FileStamp.ts"
import * as Observed from "../plan/modules/Observed.ts"
import { ProgramNotWritten } from "./LoaderError.ts"
import type { Compiled } from "./ProgramCompiler.ts"
import { located, type ProgramRuntime } from "./ProgramRuntime.ts"
import { linked, mapped, type Place, symbolOf, urlOfPath } from "./portable/Places.ts"
import * as Unplaced from "./portable/Unplaced.ts"

export interface Program {
  /** Names the program together with everything that was looked at to compile it. */
  readonly id: string
  /** Of the compiled module's content: where it is found in the store. */
  readonly hash: string
  /** Stamp of every project file in it, by absolute path. */
  readonly stamps: ReadonlyMap<string, string>
}

/** A guard by hand: a schema would cost more than the whole of a warm load. */
interface Note {
  readonly program: string
  readonly id: string
  readonly runtime: string
  /** Everything that was looked at, and looked for in vain, to find its sources. */
  readonly lines: ReadonlyArray<Observed.Line>
  /** Absolute paths of the project's files in it. */
  readonly files: ReadonlyArray<string>
}
const isTexts = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every(Predicate.isString)
const isNote = (value: unknown): value is Note =>
  Predicate.hasProperty(value, "program") &&
  Predicate.isString(value.program) &&
  Predicate.hasProperty(value, "id") &&
  Predicate.isString(value.id) &&
  Predicate.hasProperty(value, "runtime") &&
  Predicate.isString(value.runtime) &&
  Predicate.hasProperty(value, "files") &&
  isTexts(value.files) &&
  Predicate.hasProperty(value, "lines") &&
  isTexts(value.lines)

const readNote = Option.liftThrowable((path: string): unknown => JSON.parse(readFileSync(path, "utf8")))
const readProgram = Option.liftThrowable((path: string) => readFileSync(path))

const stampsOf = ({ files, lines }: Pick<Note, "files" | "lines">): ReadonlyMap<string, string> => {
  const own = new Set(files)
  return new Map(
    lines.flatMap((line) => {
      const { look, path, text } = Observed.parseLine(line)
      return look === "file" && own.has(path) ? [[path, text] as const] : []
    })
  )
}

/** Raise it when the compiler makes something else of the same sources. */
const scheme = "5"
const runtimeId = (runtime: ProgramRuntime): string => `${scheme} ${runtime.id}`

const notePath = (storeDir: string, file: string): string =>
  join(Programs.folderOf(storeDir), `${FileStamp.sha256(file).slice(0, 32)}.json`)

/** Writes beside and renames, so that no reader ever sees half a file. */
const writeFile = Effect.fnUntraced(function* (folder: string, path: string, text: string) {
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
  const checked = Observed.check(note.value.lines, now)
  if ("changed" in checked) return undefined
  const { lines } = checked
  const { program: hash } = note.value
  const content = readProgram(Programs.pathOf(storeDir, hash))
  if (Option.isNone(content) || programHash(content.value) !== hash) return undefined
  if (!existsSync(Unplaced.pathOf(storeDir, hash))) return undefined
  if (lines.some((line, at) => line !== note.value.lines[at])) {
    const next: Note = { ...note.value, lines }
    yield* Effect.ignore(writeFile(Programs.folderOf(storeDir), notePath(storeDir, file), JSON.stringify(next)))
  }
  const program: Program = { id: note.value.id, hash, stamps: stampsOf({ files: note.value.files, lines }) }
  return program
})

const programHash = (content: string | Uint8Array): string => FileStamp.sha256(content).slice(0, 32)

/** A program that was kept, by its hash; undefined where it is gone or is not what it was. */
export const kept = (storeDir: string, hash: string): Uint8Array | undefined => {
  const content = Option.getOrUndefined(readProgram(Programs.pathOf(storeDir, hash)))
  return content !== undefined && programHash(content) === hash ? content : undefined
}

/** A linked program, where a thread can import it; gives its hash. */
export const write = Effect.fnUntraced(function* (storeDir: string, code: string, map: string) {
  const folder = Programs.folderOf(storeDir)
  const hash = programHash(code)
  const path = Programs.pathOf(storeDir, hash)
  yield* writeFile(folder, `${path}.map`, map)
  yield* writeFile(folder, path, code)
  return hash
})

/** A compiled program with the places of the machine that compiled it. */
export const placed = (
  { code, installed }: Pick<Compiled, "code" | "installed">,
  projectRoot: string,
  runtime: ProgramRuntime
): string =>
  linked(code, (place: Place): string => {
    switch (place._tag) {
      case "Runtime":
        return located(runtime, place.name) ?? place.name
      case "Project":
        return urlOfPath(join(projectRoot, place.path))
      case "Installed":
      case "Package":
        return urlOfPath(installed[symbolOf(place, "url")] ?? "")
    }
  })

/** Keeps a compiled program. */
export const keep = Effect.fn("Program.keep")(function* (
  file: string,
  projectRoot: string,
  storeDir: string,
  runtime: ProgramRuntime,
  compiled: Omit<Compiled, "graph">
) {
  const { files, lines, map } = compiled
  const hash = yield* write(storeDir, placed(compiled, projectRoot, runtime), mapped(map, projectRoot))
  yield* writeFile(Programs.folderOf(storeDir), Unplaced.pathOf(storeDir, hash), Unplaced.textOf(compiled))
  const id = FileStamp.sha256(JSON.stringify([hash, runtimeId(runtime), lines]))
  const note: Note = { program: hash, id, runtime: runtimeId(runtime), files, lines }
  yield* writeFile(Programs.folderOf(storeDir), notePath(storeDir, file), JSON.stringify(note))
  const program: Program = { id, hash, stamps: stampsOf(note) }
  return program
})
