/**
 * Compiles an experiment and the project's modules that it imports into one program, which any thread can
 * import from anywhere. This module loads the bundler: import it only where no compiled program is fresh.
 */
import { readFileSync } from "node:fs"
import { dirname, relative, resolve } from "node:path"
import { Result } from "effect"
import { type Plugin, rolldown } from "rolldown"
import { transformSync } from "rolldown/utils"
import { codeFrame } from "../plan/BundlerError.ts"
import { graphOf } from "../plan/code/Analysis.ts"
import { ImportMissing, type ModuleGraph, ModuleInvalid } from "../plan/code/ModuleGraph.ts"
import { namesOf, type ProgramNames } from "../plan/code/ProgramNames.ts"
import type { Line } from "../plan/modules/Observed.ts"
import { isScript, type OriginOf, shownPath } from "../plan/modules/Policy.ts"
import { located, type ProgramRuntime } from "./ProgramRuntime.ts"
import { type Form, isSymbol, type Place, symbolOf } from "./portable/Places.ts"

export interface Compiled {
  /** An ES module, with symbols for places: `default` is the experiment file's, `modules` the namespaces of all modules by path. */
  readonly code: string
  /** Its source map, as JSON; the sources relative to the project. */
  readonly map: string
  /** By the symbols of packages, where they are on this machine. */
  readonly installed: { readonly [symbol: string]: string }
  readonly names: ProgramNames
  /** Packages that it asks for late, and that are not installed. */
  readonly missing: ReadonlyArray<string>
  /** Absolute paths of the project's files in it. */
  readonly files: ReadonlyArray<string>
  /** What was looked at to find them, and where their imports lead. */
  readonly lines: ReadonlyArray<Line>
  readonly graph: ModuleGraph
}

/** What is wrong with a source, with its place and the lines around it. */
export class SourceInvalid extends Error {
  readonly reason: "syntax" | "import"

  constructor(reason: "syntax" | "import", message: string) {
    super(message)
    this.reason = reason
  }
}

/** What CommonJS requires is asked for by its path: `require` takes no URL. */
const formOf = (kind: string): Form => (kind === "require-call" ? "path" : "url")

const entry = "\0ablate:program"
const registry = "\0ablate:modules"

/** A namespace of Effect by its module: `effect/Schema` → `Schema`. */
const effectName = (specifier: string): string | undefined => /^effect\/([A-Z]\w*)$/.exec(specifier)?.[1]

const missing = ({ importer, specifier }: ImportMissing, content: string, projectRoot: string): SourceInvalid => {
  const lines = content.split("\n")
  const at = lines.findIndex((line) => line.includes(`"${specifier}"`) || line.includes(`'${specifier}'`))
  const column = (lines[at] ?? "").indexOf(specifier)
  const place = at < 0 ? "" : `:${at + 1}:${column + 1}`
  const frame = at < 0 ? "" : `\n${codeFrame(content, at + 1, column)}`
  const isFile = /^[./]/.test(specifier)
  const what = isFile
    ? `cannot find the file "${specifier}": correct the import`
    : `cannot find the package "${specifier}": install it, correct the import, or give its place in tsconfig.json's \`paths\``
  return new SourceInvalid("import", `${relative(projectRoot, importer)}${place}: ${what}${frame}`)
}

const invalid = ({ message, offset, path }: ModuleInvalid, content: string, projectRoot: string): SourceInvalid => {
  const before = content.slice(0, offset).split("\n")
  const line = before.length
  const column = before.at(-1)?.length ?? 0
  const place = `${relative(projectRoot, path)}:${line}:${column + 1}`
  return new SourceInvalid("syntax", `${place}: syntax error: ${message}\n${codeFrame(content, line, column)}`)
}

/** Reads the modules; what is wrong with one is told with its place. */
const graphFor = (file: string, projectRoot: string, now: number): ModuleGraph => {
  const contentOf = (path: string): string =>
    Result.getOrElse(
      Result.try(() => readFileSync(path, "utf8")),
      () => ""
    )
  return Result.getOrThrowWith(
    Result.try({ try: () => graphOf(projectRoot, [file], now), catch: (cause) => cause }),
    (cause) =>
      cause instanceof ImportMissing
        ? missing(cause, contentOf(cause.importer), projectRoot)
        : cause instanceof ModuleInvalid
          ? invalid(cause, contentOf(cause.path), projectRoot)
          : cause
  )
}

/** Rejects with {@link SourceInvalid}, or with the bundler's error. `now`: milliseconds since 1970. */
export const compile = async (
  file: string,
  projectRoot: string,
  runtime: ProgramRuntime,
  now: number
): Promise<Compiled> => {
  const graph = graphFor(file, projectRoot, now)
  const { observed } = graph
  const effectParts = runtime.effectParts()
  const missed = new Set<string>()
  /** Where packages are, by their symbols. */
  const installed = new Map<string, string>()
  const inRuntime = (name: string): string => symbolOf({ _tag: "Runtime", name }, "url")
  const known = (place: Place, path: string, form: Form): string => {
    installed.set(symbolOf(place, "url"), path)
    return symbolOf(place, form)
  }

  /** Re-exports of what the built files export, so that only those are imported whose names are used. */
  const effectModule = async (specifier: string): Promise<string | undefined> => {
    if (specifier === "effect")
      return effectParts
        .map(({ name, names }) => `export { ${names.join(", ")} } from ${JSON.stringify(inRuntime(name))}`)
        .join("\n")
    const name = effectName(specifier)
    const part = name === undefined ? undefined : effectParts.find(({ names }) => names.includes(name))
    if (name === undefined || part === undefined) return undefined
    const exports: Record<string, unknown> = await import(part.url)
    const members = Object.keys(Object(exports[name]))
    return [
      `import { ${name} as namespace } from ${JSON.stringify(inRuntime(part.name))}`,
      ...members.map((member, i) => `const $${i} = namespace.${member}`),
      `export { ${members.map((member, i) => `$${i} as ${member}`).join(", ")} }`
    ].join("\n")
  }

  const isPart = (specifier: string): boolean => {
    const name = effectName(specifier)
    return effectParts.some(({ names }) => specifier === "effect" || (name !== undefined && names.includes(name)))
  }

  /** Where the framework and Effect are found at run time: beside the running command, else among the project's packages. */
  const outside = ({ specifier }: OriginOf<"Framework" | "Effect">, importer: string, form: Form): string => {
    if (located(runtime, specifier) !== undefined) return symbolOf({ _tag: "Runtime", name: specifier }, form)
    const path = graph.policy.installed(specifier, importer)
    if (path !== undefined) return known({ _tag: "Installed", specifier }, path, form)
    throw missing(new ImportMissing(specifier, importer), observed.text(importer), projectRoot)
  }

  const inPackage = ({ name, path }: OriginOf<"Package">, form: Form): string => {
    const info = graph.policy.packageOf(path)
    const folder = info?.folder ?? dirname(path)
    return known({ _tag: "Package", name, version: info?.version ?? "", path: shownPath(folder, path) }, path, form)
  }

  const plugin: Plugin = {
    name: "ablate:program",
    async resolveId(specifier, importer, { kind }) {
      if (specifier === entry || specifier === registry) return specifier
      if (importer === entry) return { id: specifier, moduleSideEffects: true }
      if (isSymbol(specifier)) return { id: specifier, external: true, moduleSideEffects: false }
      const module = importer === undefined ? undefined : graph.moduleAt.get(importer)
      if (module === undefined) return null
      // A module enters itself into the register.
      if (specifier === module.path) return specifier
      const origin = graph.origin(module, specifier)
      switch (origin._tag) {
        case "Own":
          return { id: origin.path, moduleSideEffects: true }
        case "Package":
          return { id: inPackage(origin, formOf(kind)), external: true }
        case "Builtin":
          return { id: origin.specifier, external: true }
        case "Effect":
          if (isPart(specifier)) return { id: `\0${specifier}`, moduleSideEffects: false }
          return { id: outside(origin, module.path, formOf(kind)), external: true }
        case "Framework":
          return { id: outside(origin, module.path, formOf(kind)), external: true }
        case "Missing":
          // It is asked for late, and may be in vain: what a module needs at once was found when the graph was read.
          missed.add(specifier)
          return { id: specifier, external: true }
      }
    },
    async load(id) {
      if (id === entry)
        return `import * as experiment from ${JSON.stringify(file)}
export { modules } from ${JSON.stringify(registry)}
export default experiment.default`
      if (id === registry) return "export const modules = {}"
      if (id.startsWith("\0effect")) return (await effectModule(id.slice(1))) ?? null
      if (id.startsWith("\0")) return null
      if (!isScript(id)) return observed.text(id)
      // Types go as they go for the code hash: an import that only they need is in neither.
      const { code, map } = transformSync(id, observed.text(id), { sourcemap: true, tsconfig: false })
      const path = shownPath(projectRoot, id)
      const isCommon = graph.moduleAt.get(id)?.isCommon === true
      const placed = isCommon ? placeCommon(code, path) : code.includes("import.meta") ? placeMeta(code, path) : code
      // Each module enters its own namespace into the register: that is how a stage's place is found.
      const enter = isCommon
        ? `
require(${JSON.stringify(registry)}).modules[${JSON.stringify(path)}] = module.exports`
        : `
import * as __ablateSelf from ${JSON.stringify(id)}
import { modules as __ablateModules } from ${JSON.stringify(registry)}
__ablateModules[${JSON.stringify(path)}] = __ablateSelf`
      return { code: placed + enter, moduleType: "js", ...(map === undefined ? {} : { map }) }
    }
  }

  const bundle = await rolldown({
    input: entry,
    cwd: projectRoot,
    platform: "node",
    tsconfig: false,
    logLevel: "silent",
    plugins: [plugin]
  })
  const { output } = await bundle.generate({
    format: "es",
    codeSplitting: false,
    sourcemap: "hidden",
    sourcemapPathTransform: (source, map) => shownPath(projectRoot, resolve(dirname(map), source))
  })
  await bundle.close()
  const { code, map } = output[0]
  return {
    code,
    map: map === null ? "" : JSON.stringify({ ...map, sourcesContent: [] }),
    installed: Object.fromEntries(installed),
    names: namesOf(projectRoot, graph),
    missing: [...missed].sort(),
    files: graph.modules.map(({ path }) => path),
    lines: observed.lines,
    graph
  }
}

/** CommonJS has its place under other names. `path`: relative to the project. */
const placeCommon = (code: string, path: string): string => {
  const place = (form: Form) => () => JSON.stringify(symbolOf({ _tag: "Project", path }, form))
  return code
    .replaceAll(/(?<![.\w$])__filename\b/g, place("path"))
    .replaceAll(/(?<![.\w$])__dirname\b/g, place("folder"))
}

/** A compiled module keeps the place of its source. */
const placeMeta = (code: string, path: string): string => {
  const place = (form: Form) => () => JSON.stringify(symbolOf({ _tag: "Project", path }, form))
  return code
    .replaceAll(/\bimport\.meta\.url\b/g, place("url"))
    .replaceAll(/\bimport\.meta\.filename\b/g, place("path"))
    .replaceAll(/\bimport\.meta\.dirname\b/g, place("folder"))
}
