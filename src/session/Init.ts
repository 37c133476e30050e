/** A project that runs, in an empty folder or in one that has files: what is there stays as it is. */
import { existsSync } from "node:fs"
import { readFile, stat, writeFile } from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import { Effect, Option, Predicate } from "effect"
import { files, manifest } from "./Template.ts"
import { UsageError } from "./UsageError.ts"
import { type Versions, versions } from "./Version.ts"
import { makeFolder, writeBytes } from "./Writing.ts"

/** A file of the new project. */
export interface InitFile {
  /** Relative to the project. */
  readonly path: string
  /** `completed`: a package.json that was there, to which fields were added. */
  readonly state: "created" | "kept" | "completed"
  /** Of a completed one the fields: `scripts.start`. */
  readonly added: ReadonlyArray<string>
}

/** Where the project is to be. */
export interface InitOptions {
  /** The project's folder. */
  readonly folder: string
  /** Of the packages that the project is to have; default those of this installation. */
  readonly versions?: Versions
}

/** What {@link init} did. */
export interface Initialised {
  /** Absolute. */
  readonly folder: string
  readonly files: ReadonlyArray<InitFile>
  /** What of the files that were there stands in the way of the new ones, with what to do. */
  readonly advice: ReadonlyArray<string>
  /** Whether the packages that the project needs are there. */
  readonly isInstalled: boolean
}

const utf8 = new TextEncoder()

/** As npm takes it: lower case, without what a URL would escape. */
const packageName = (folder: string): string =>
  basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+/, "") || "experiments"

const parse = Option.liftThrowable((text: string): unknown => JSON.parse(text))

const indentOf = (text: string): string => /\n([ \t]+)"/.exec(text)?.[1] ?? "  "

const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  Predicate.isObject(value) && !Array.isArray(value)

/** What `npm init` writes for want of a test. */
const noTest = 'echo "Error: no test specified" && exit 1'

/** `wanted` added where `found` says nothing; what it says stays. Only what takes part in running: scripts and packages. */
const completed = (found: { readonly [name: string]: unknown }, wanted: ReturnType<typeof manifest>) => {
  const added: Array<string> = []
  const out: Record<string, unknown> = { ...found }
  const declares = (name: string) =>
    ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"].some((group) => {
      const packages = found[group]
      return isRecord(packages) && name in packages
    })
  for (const group of ["scripts", "dependencies", "devDependencies"] as const) {
    const present = found[group]
    const entries = Object.entries(wanted[group]).filter(([name]) =>
      group === "scripts" ? !(isRecord(present) && name in present && present[name] !== noTest) : !declares(name)
    )
    if (entries.length === 0 || (present !== undefined && !isRecord(present))) continue
    out[group] = { ...present, ...Object.fromEntries(entries) }
    added.push(...entries.map(([name]) => `${group}.${name}`))
  }
  return { added, out }
}

const manifestOf = Effect.fnUntraced(function* (folder: string, wanted: ReturnType<typeof manifest>) {
  const path = join(folder, "package.json")
  const file: Pick<InitFile, "path"> = { path: "package.json" }
  if (!existsSync(path)) {
    yield* writeBytes(path, utf8.encode(`${JSON.stringify({ name: packageName(folder), ...wanted }, null, 2)}\n`))
    return { file: { ...file, state: "created", added: [] } satisfies InitFile, advice: [] }
  }
  const text = yield* Effect.tryPromise({
    try: () => readFile(path, "utf8"),
    catch: (cause) => new UsageError({ text: `${path} could not be read: ${String(cause)}` })
  })
  const found = Option.getOrUndefined(parse(text))
  if (!isRecord(found))
    return yield* new UsageError({ text: `${path} is not a JSON object. Mend it, or use another folder` })
  const { added, out } = completed(found, wanted)
  if (added.length > 0) yield* writeBytes(path, utf8.encode(`${JSON.stringify(out, null, indentOf(text))}\n`))
  const state = added.length > 0 ? "completed" : "kept"
  const advice =
    found.type === "module"
      ? []
      : [
          `package.json has ${found.type === undefined ? 'no "type"' : `"type": ${JSON.stringify(found.type)}`}: the test needs "type": "module"`
        ]
  return { file: { ...file, state, added } satisfies InitFile, advice }
})

/**
 * Writes the project. Fails with a `UsageError` where the folder is a file, cannot be written, or its package.json is not
 * JSON.
 */
export const init: (options: InitOptions) => Effect.Effect<Initialised, UsageError> = Effect.fn("ablate.init")(
  function* (options: InitOptions) {
    const folder = resolve(options.folder)
    const found = yield* Effect.option(Effect.tryPromise(() => stat(folder)))
    if (Option.isSome(found) && !found.value.isDirectory())
      return yield* new UsageError({ text: `${folder} is a file; name a folder` })
    yield* makeFolder(folder)
    const done: Array<InitFile> = []
    const { advice, file } = yield* manifestOf(folder, manifest(options.versions ?? versions))
    done.push(file)
    for (const [path, text] of Object.entries(files)) {
      const target = join(folder, path)
      yield* makeFolder(dirname(target))
      // Opened only where nothing is there: what appeared meanwhile stays as well.
      const state = yield* Effect.tryPromise({
        try: () => writeFile(target, text, { flag: "wx" }),
        catch: (cause) => cause
      }).pipe(
        Effect.as("created" as const),
        Effect.catch((cause) =>
          Predicate.hasProperty(cause, "code") && cause.code === "EEXIST"
            ? Effect.succeed("kept" as const)
            : Effect.fail(new UsageError({ text: `${target} could not be written: ${String(cause)}` }))
        )
      )
      done.push({ path, state, added: [] })
    }
    const isInstalled = ["ablate", "effect"].every((name) => existsSync(join(folder, "node_modules", name)))
    const initialised: Initialised = { folder, files: done, advice, isInstalled }
    return initialised
  }
)
