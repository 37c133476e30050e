/**
 * Loads an experiment by its name or path: finds the file, compiles it with the project's modules into
 * one program (or recalls the program, when nothing changed), imports it, and tells where its stages are.
 */
import { readdirSync, realpathSync, statSync } from "node:fs"
import { basename, dirname, extname, join, relative, resolve } from "node:path"
import { Clock, Effect, Predicate } from "effect"
import { distance } from "fastest-levenshtein"
import { Owner } from "../execute/Owner.ts"
import { named } from "../execute/Printed.ts"
import * as Programs from "../execute/Programs.ts"
import { firstPlace } from "../execute/SourcePlaces.ts"
import { guard, guarded } from "../execute/ThreadGuard.ts"
import { explain } from "../plan/BundlerError.ts"
import type { StageRef } from "../plan/CodeHash.ts"
import type { ModuleGraph } from "../plan/code/ModuleGraph.ts"
import { ExperimentInvalid, ExperimentNotFound, type LoadError } from "./LoaderError.ts"
import * as Program from "./Program.ts"
import { current, type ProgramRuntime } from "./ProgramRuntime.ts"

/** Namespaces of the project's modules, by path relative to the project root, with `/`. */
export type Modules = Readonly<Record<string, Readonly<Record<string, unknown>>>>

export interface Options {
  /** A file in `experiments/`, with or without its extension, or a path. */
  readonly nameOrPath: string
  /** Absolute. */
  readonly projectRoot: string
  /** Absolute. Programs are kept in its folder `programs`. */
  readonly storeDir: string
  readonly isExperiment: (value: unknown) => boolean
  /** Where a path given by the person starts. Default: the working directory. */
  readonly workingDir?: string
  /** Default: the runtime of the running code. */
  readonly runtime?: ProgramRuntime
  /** Takes no compiled program: everything is resolved and compiled again. */
  readonly isFresh?: boolean
}

export interface Loaded {
  /** The file's default export: `isExperiment` holds. */
  readonly experiment: unknown
  /** Absolute path of the experiment's file. */
  readonly file: string
  /** A thread that imports the program with this hash finds a stage at `modules[module][export]`. */
  readonly program: { readonly id: string; readonly hash: string; readonly modules: Modules }
  /** Absolute paths of the project's files in the program. */
  readonly graph: ReadonlyArray<string>
  /** The stamps under which those files were compiled, for `stageCodes`. */
  readonly stamps: ReadonlyMap<string, string>
  /** Its modules, where it was compiled now. */
  readonly compiled: ModuleGraph | undefined
  readonly runtime: ProgramRuntime
}

/** Of the files that an experiment may be in. */
export const sourceExtensions: ReadonlyArray<string> = [".ts", ".tsx", ".mts", ".js", ".mjs"]
const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true
const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

/** A folder that is not there yet has no real path. */
const realPath = (path: string): string => (isFolder(path) ? realpathSync(path) : path)

/** The nearest folder upward from `from` that holds a package.json or `experiments/`; `from` itself if none does. */
export const findProjectRoot = (from: string): string => {
  for (let folder = realPath(resolve(from)); ; folder = dirname(folder)) {
    if (isFile(join(folder, "package.json")) || isFolder(join(folder, "experiments"))) return folder
    if (dirname(folder) === folder) return resolve(from)
  }
}

/** The files of `experiments/` itself that may be experiments, by their names without extension, sorted. */
export const experimentFiles = (
  projectRoot: string
): ReadonlyArray<{ readonly name: string; readonly path: string }> => {
  const folder = join(projectRoot, "experiments")
  if (!isFolder(folder)) return []
  return readdirSync(folder, { encoding: "utf8" })
    .filter(
      (file) => sourceExtensions.some((extension) => file.endsWith(extension)) && !/\.(d|test)\.[cm]?tsx?$/.test(file)
    )
    .map((file) => ({ name: file.replace(/\.[^.]+$/, ""), path: join(folder, file) }))
    .filter(({ path }) => isFile(path))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

const findFile = Effect.fnUntraced(function* (options: Options) {
  const { nameOrPath, projectRoot, workingDir = process.cwd() } = options
  const folders = [join(projectRoot, "experiments"), workingDir, projectRoot]
  const candidates = folders.flatMap((folder) =>
    ["", ...sourceExtensions].map((extension) => resolve(folder, nameOrPath + extension))
  )
  const found = candidates.find(
    (path) => sourceExtensions.some((extension) => path.endsWith(extension)) && isFile(path)
  )
  if (found !== undefined) return found
  const experiments = experimentFiles(projectRoot).map(({ name }) => name)
  const wanted = nameOrPath.replace(/^(\.\/)?experiments\//, "").replace(/\.[cm]?[jt]sx?$/, "")
  const [nearest] = experiments
    .map((name) => ({ name, edits: distance(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter(({ edits, name }) => edits <= Math.max(2, Math.floor(name.length / 3)))
    .sort((a, b) => a.edits - b.edits)
  return yield* new ExperimentNotFound({ name: nameOrPath, nearest: nearest?.name, experiments })
})

const compileProgram = Effect.fnUntraced(function* (file: string, options: Options, runtime: ProgramRuntime) {
  const { projectRoot, storeDir } = options
  const shown = relative(projectRoot, file)
  const compiler = yield* Effect.promise(() => import("./ProgramCompiler.ts"))
  const now = yield* Clock.currentTimeMillis
  const compiled = yield* Effect.tryPromise({
    try: () => compiler.compile(file, projectRoot, runtime, now),
    catch: (cause) => {
      const { message, reason } =
        cause instanceof compiler.SourceInvalid
          ? cause
          : { message: explain(cause, projectRoot).message, reason: "import" as const }
      return new ExperimentInvalid({ file: shown, reason, message })
    }
  })
  return { program: yield* Program.keep(file, projectRoot, storeDir, runtime, compiled), graph: compiled.graph }
})

const isModules = (value: unknown): value is Modules =>
  Predicate.isObject(value) && Object.values(value).every(Predicate.isObject)

const described = (value: unknown): string =>
  Predicate.isObject(value) ? "another object" : value === null ? "null" : `a ${typeof value}`

/** Imports a program in a name: what its modules print while they load, and what they do to the process, is theirs. */
const importAs = Effect.fnUntraced(function* (name: string, url: string) {
  yield* guard({ told: () => {}, print: (printed) => process.stderr.write(named(printed)) })
  return yield* guarded(
    new Owner(name),
    Effect.tryPromise({ try: (): Promise<unknown> => import(/* @vite-ignore */ url), catch: (cause) => cause })
  )
}, Effect.scoped)

/** What a program exports. What its modules throw is told with its place, as of the experiment's file. */
export const imports = Effect.fnUntraced(function* (shown: string, url: string) {
  const imported = yield* importAs(shown, url).pipe(
    Effect.mapError((cause) => {
      const place = firstPlace(cause instanceof Error ? (cause.stack ?? "") : "") ?? shown
      return new ExperimentInvalid({
        file: shown,
        reason: "throws",
        message: `${place}: ${cause instanceof Error ? cause.message : String(cause)}`
      })
    })
  )
  if (
    !Predicate.hasProperty(imported, "default") ||
    !Predicate.hasProperty(imported, "modules") ||
    !isModules(imported.modules)
  )
    return yield* Effect.die(`the compiled program at ${url} has not the expected exports`)
  return { default: imported.default, modules: imported.modules }
})

/** Loads an experiment. Every failure is a usage error with one message. */
export const load: (options: Options) => Effect.Effect<Loaded, LoadError> = Effect.fn("Loader.load")(
  function* (options) {
    const { isExperiment, projectRoot, runtime = current(), storeDir } = options
    // Modules are known by their real paths; so is the one that everything starts from.
    const file = realpathSync(yield* findFile(options))
    const shown = relative(projectRoot, file)
    const invalid = (reason: ExperimentInvalid["reason"], message: string): ExperimentInvalid =>
      new ExperimentInvalid({ file: shown, reason, message })

    const recalled = options.isFresh === true ? undefined : yield* Program.recall(file, storeDir, runtime)
    const { graph, program } =
      recalled === undefined ? yield* compileProgram(file, options, runtime) : { graph: undefined, program: recalled }
    const imported = yield* imports(shown, Programs.urlOf(storeDir, program.hash))
    const experiment = imported.default
    if (experiment === undefined)
      return yield* invalid(
        "no-default",
        `${shown} has no default export: end it with \`export default Experiment.make("${basename(shown, extname(shown))}", { … })\``
      )
    if (!isExperiment(experiment))
      return yield* invalid(
        "not-experiment",
        `the default export of ${shown} is ${described(experiment)}, not an experiment: export what Experiment.make(…) returns`
      )
    return {
      experiment,
      file,
      program: { id: program.id, hash: program.hash, modules: imported.modules },
      graph: [...program.stamps.keys()],
      stamps: program.stamps,
      compiled: graph,
      runtime
    }
  }
)

const stageMaps = new WeakMap<Modules, ReadonlyMap<object, StageRef>>()

/**
 * Where a stage is exported, by identity; undefined if it is not. A stage that is exported again elsewhere
 * (by an index file) is found in the module that is evaluated first, which is the one that makes it.
 */
export const findStage = (modules: Modules, stage: object): StageRef | undefined => {
  const known = stageMaps.get(modules)
  if (known !== undefined) return known.get(stage)
  const places = new Map<object, StageRef>()
  for (const [module, namespace] of Object.entries(modules)) {
    for (const [name, value] of Object.entries(namespace)) {
      if (Predicate.isObjectKeyword(value) && !places.has(value)) places.set(value, { module, export: name })
    }
  }
  stageMaps.set(modules, places)
  return places.get(stage)
}
