/**
 * A report's folder on disk. A report of the same experiment is replaced file by file, each in one step; whatever else is in
 * the folder stays, and a file that is in the way and was not written by a report is only moved aside when it is asked for.
 */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { Effect, Option, Schema } from "effect"
import { UsageError } from "../UsageError.ts"
import { CRATE_FILE, PROVENANCE_FILE, type ReportFile, sha256 } from "./Crate.ts"

const Entity = Schema.Struct({
  "@id": Schema.String,
  name: Schema.optionalKey(Schema.String),
  sha256: Schema.optionalKey(Schema.String)
})
const parseCrate = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Struct({ "@graph": Schema.Array(Entity) })))

/** The report that a folder holds: the files that it wrote, by their hashes. */
interface Former {
  readonly experiment: string
  readonly hashes: ReadonlyMap<string, string>
}

const tried = <A>(path: string, what: string, work: () => Promise<A>) =>
  Effect.tryPromise({
    try: work,
    catch: (cause) =>
      new UsageError({
        text: `${path} could not be ${what}: ${cause instanceof Error ? cause.message : String(cause)}`
      })
  })

/** Undefined where there is no such file. */
const readIfThere = (path: string) =>
  tried(path, "read", () =>
    readFile(path).catch((cause: unknown) => {
      if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined
      throw cause
    })
  )

const formerOf = Effect.fnUntraced(function* (folder: string) {
  const bytes = yield* readIfThere(join(folder, CRATE_FILE))
  const crate = bytes === undefined ? undefined : Option.getOrUndefined(parseCrate(new TextDecoder().decode(bytes)))
  const experiment = crate?.["@graph"].find((entity) => entity["@id"] === "#experiment")?.name
  if (bytes === undefined || crate === undefined || experiment === undefined) return undefined
  const hashes = crate["@graph"].flatMap((entity) =>
    entity.sha256 === undefined || entity["@id"].startsWith("#") ? [] : [[entity["@id"], entity.sha256] as const]
  )
  const own = sha256(bytes)
  const former: Former = { experiment, hashes: new Map([...hashes, [CRATE_FILE, own], [PROVENANCE_FILE, own]]) }
  return former
})

/** A free name beside a file: `index.html.kept`, `index.html.kept-2`, … */
const asideOf = Effect.fnUntraced(function* (path: string) {
  for (let at = 1; ; at++) {
    const name = at === 1 ? `${path}.kept` : `${path}.kept-${at}`
    if ((yield* readIfThere(name)) === undefined) return name
  }
})

/** Files of the folder that are in the report's way and that no report wrote as they are. */
const inTheWay = Effect.fnUntraced(function* (
  folder: string,
  paths: ReadonlyArray<string>,
  former: Former | undefined
) {
  const found: Array<string> = []
  for (const path of paths) {
    const bytes = yield* readIfThere(join(folder, path))
    if (bytes !== undefined && former?.hashes.get(path) !== sha256(bytes)) found.push(path)
  }
  return found
})

const named = (paths: ReadonlyArray<string>) =>
  paths.length <= 3 ? paths.join(", ") : `${paths.slice(0, 3).join(", ")} and ${paths.length - 3} more`

/** Refuses a folder that is not a report's to fill. Gives the report that is there, and what has to be moved aside. */
const checked = Effect.fnUntraced(function* (
  folder: string,
  experiment: string,
  paths: ReadonlyArray<string>,
  isForced: boolean
) {
  const there = yield* tried(folder, "looked at", () => stat(folder).catch(() => undefined))
  if (there === undefined) return { former: undefined, aside: [] }
  if (!there.isDirectory())
    return yield* new UsageError({
      text: `--out ${folder}: a file is there, and a report is a folder. Name another one`
    })
  const former = yield* formerOf(folder)
  const isOwn = former?.experiment === experiment
  const isEmpty = (yield* tried(folder, "read", () => readdir(folder))).length === 0
  if (!isOwn && !isEmpty && !isForced)
    return yield* new UsageError({
      text: `--out ${folder}: ${
        former === undefined
          ? "the folder is not empty and holds no report"
          : `a report of "${former.experiment}" is there`
      }. Name another folder, or write into this one with --force: its other files stay, and what is in the way is kept beside`
    })
  const aside = yield* inTheWay(folder, paths, former)
  if (aside.length > 0 && !isForced)
    return yield* new UsageError({
      text: `--out ${folder}: ${named(aside)} ${aside.length === 1 ? "was" : "were"} changed since the report was written. With --force the report is written anew, and ${aside.length === 1 ? "that file is" : "those files are"} kept beside it`
    })
  return { former, aside }
})

export interface WrittenReport {
  /** What a report did not write and was in the way: where it is now. */
  readonly kept: ReadonlyArray<string>
}

/** Writes the files, the metadata last; what an earlier report of this folder wrote and this one does not have is removed. */
export const writeReport = Effect.fnUntraced(function* (
  folder: string,
  experiment: string,
  files: ReadonlyArray<ReportFile>,
  isForced: boolean
) {
  const paths = files.map(({ path }) => path)
  const { aside, former } = yield* checked(folder, experiment, paths, isForced)
  const kept: Array<string> = []
  for (const path of aside) {
    const free = yield* asideOf(join(folder, path))
    yield* tried(path, "moved aside", () => rename(join(folder, path), free))
    kept.push(free)
  }
  for (const { bytes, path } of files) {
    const target = join(folder, path)
    yield* tried(target, "written", async () => {
      await mkdir(dirname(target), { recursive: true })
      await writeFile(`${target}.part`, bytes)
      await rename(`${target}.part`, target)
    })
  }
  for (const [path, hash] of former?.hashes ?? []) {
    if (paths.includes(path) || path.includes("..")) continue
    const bytes = yield* readIfThere(join(folder, path))
    if (bytes !== undefined && sha256(bytes) === hash) yield* tried(path, "removed", () => rm(join(folder, path)))
  }
  const written: WrittenReport = { kept }
  return written
})
