/**
 * What workers keep on their machine of other machines' programs and files: what nobody has used for a week goes. Whoever uses
 * something marks it first; who sweeps takes it away from its name and looks at the mark once more before it is deleted. So
 * several workers may share a folder.
 */
import { readdirSync, readFileSync, renameSync, statSync, utimesSync } from "node:fs"
import { rm } from "node:fs/promises"
import { basename, join, relative, sep } from "node:path"
import { Clock, Effect, Option, Random, Schedule } from "effect"
import { isFileRef } from "../../domain/ExternalRef.ts"
import * as Programs from "../../execute/Programs.ts"
import type { Task } from "../../execute/Task.ts"

const keptMs = 7 * 86_400_000
/** So often is marked what a task uses that runs for long, and is looked for what nobody uses. */
const markEvery = "1 hour"
const sweepEvery = "1 day"

const filesIn = (storeDir: string): string => join(storeDir, "files")

/** Where a file of another machine lies on this one, by its content. */
export const fileOf = (storeDir: string, hash: string, path: string): string =>
  join(filesIn(storeDir), hash, basename(path))

/** The folder of a program of another machine, with what this machine noted of it beside. */
export const programOf = (storeDir: string, hash: string): string => join(Programs.folderOf(storeDir), hash)
export const noteOf = (storeDir: string, hash: string): string => `${programOf(storeDir, hash)}.json`

const names = Option.liftThrowable((folder: string): ReadonlyArray<string> => readdirSync(folder))
const namesIn = (folder: string): ReadonlyArray<string> => Option.getOrElse(names(folder), () => [])
const markedMs = Option.liftThrowable((path: string) => statSync(path).mtimeMs)
const textOf = Option.liftThrowable((path: string) => readFileSync(path, "utf8"))
const renamed = Option.liftThrowable((from: string, to: string) => renameSync(from, to))
const marked = Option.liftThrowable((path: string, at: Date) => utimesSync(path, at, at))

/** Says that it is used; false where it is not there, or not any more. */
export const mark = (path: string): Effect.Effect<boolean> =>
  Effect.map(Clock.currentTimeMillis, (now) => Option.isSome(marked(path, new Date(now))))

/** What a task of this machine uses of what is kept. */
const usedBy = (storeDir: string, { inputs, program }: Task): ReadonlyArray<string> => [
  Programs.pathOf(storeDir, program.hash),
  ...inputs.flatMap((input) => {
    if (!("external" in input) || !isFileRef(input.external)) return []
    const within = relative(filesIn(storeDir), input.external.path).split(sep)
    return within[0] === undefined || within[0] === ".." || within[0] === "" ? [] : [join(filesIn(storeDir), within[0])]
  })
]

/** Marks what the task uses as long as it runs. */
export const using = <A, E, R>(storeDir: string, task: Task, run: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.scoped(
    Effect.gen(function* () {
      const marking = Effect.forEach(usedBy(storeDir, task), mark, { discard: true })
      yield* marking
      yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(markEvery), marking)))
      return yield* run
    })
  )

const isOld = (path: string, before: number): boolean =>
  Option.match(markedMs(path), { onNone: () => false, onSome: (at) => at < before })

/** Takes it from its name where it is as old yet; then nobody finds it any more. Gives its new name. */
const taken = (path: string, before: number, unique: string): string | undefined => {
  const away = `${path}.${unique}.unused`
  if (!isOld(path, before) || Option.isNone(renamed(path, away))) return undefined
  if (isOld(away, before)) return away
  // Somebody came between the two looks.
  renamed(away, path)
  return undefined
}

const programNamed = (note: string): string | undefined =>
  /"program":"([0-9a-f]{32})"/.exec(Option.getOrElse(textOf(note), () => ""))?.[1]

/** Take things away; give what they are called now. */
type Take = (path: string) => ReadonlyArray<string>

const takeProgram = (storeDir: string, hash: string, before: number, take: Take): ReadonlyArray<string> => {
  const note = noteOf(storeDir, hash)
  const program = programNamed(note)
  if (program === undefined) return take(programOf(storeDir, hash))
  const code = Programs.pathOf(storeDir, program)
  // A long task marks the code that it runs.
  if (Option.isSome(markedMs(code)) && !isOld(code, before)) return []
  const notes = take(note)
  if (notes.length === 0) return []
  const folder = Programs.folderOf(storeDir)
  const isNamed = namesIn(folder).some((name) => name.endsWith(".json") && programNamed(join(folder, name)) === program)
  return [
    ...notes,
    ...take(programOf(storeDir, hash)),
    ...(isNamed ? [] : [code, `${code}.map`]).flatMap((path) => take(path))
  ]
}

/** What somebody did not finish: laid out, or deleted, by halves. */
const unfinished = /^[0-9a-f]{64}\.\d+\.\d+$|\.unused$/

/** Deletes what nobody has used for a week. */
export const sweep = Effect.fn("Portable.sweep")(function* (storeDir: string) {
  const before = (yield* Clock.currentTimeMillis) - keptMs
  const unique = `${process.pid}-${(yield* Random.nextIntBetween(0, Number.MAX_SAFE_INTEGER)).toString(36)}`
  const take: Take = (path) => Option.toArray(Option.fromUndefinedOr(taken(path, before, unique)))
  const programs = Programs.folderOf(storeDir)
  const hashes = new Set(namesIn(programs).flatMap((name) => /^([0-9a-f]{64})(\.json)?$/.exec(name)?.[1] ?? []))
  const gone = [
    ...[...hashes].flatMap((hash) => takeProgram(storeDir, hash, before, take)),
    ...namesIn(programs).flatMap((name) => (unfinished.test(name) ? take(join(programs, name)) : [])),
    ...namesIn(filesIn(storeDir)).flatMap((name) => take(join(filesIn(storeDir), name)))
  ]
  // Not at one go: the process has leases to keep.
  yield* Effect.forEach(
    gone,
    (path) => Effect.ignore(Effect.tryPromise(() => rm(path, { recursive: true, force: true }))),
    { discard: true }
  )
})

/** Sweeps once a day while the scope lives. */
export const sweeping = (storeDir: string) =>
  Effect.forkScoped(Effect.repeat(sweep(storeDir), Schedule.spaced(sweepEvery)))
