/**
 * Compiles an experiment and the project's modules that it imports into one program, which any thread can
 * import from anywhere. This module loads the bundler: import it only where no compiled program is fresh.
 */
import { isBuiltin } from "node:module"
import { dirname, relative, sep } from "node:path"
import { pathToFileURL } from "node:url"
import { type Plugin, rolldown } from "rolldown"
import { parseSync } from "rolldown/utils"
import { codeFrame } from "../plan/BundlerError.ts"
import { isInstalled, PackageFinder } from "../plan/ExternalPackage.ts"
import * as FileStamp from "../plan/FileStamp.ts"
import type { ProgramRuntime } from "./ProgramRuntime.ts"

export interface Compiled {
  /** An ES module: `default` is the experiment file's, `modules` the namespaces of all modules by path. */
  readonly code: string
  /** The project's files in it. */
  readonly files: ReadonlyArray<FileStamp.FileStamp>
  /** The package.json files of the packages that it imports. */
  readonly manifests: ReadonlyArray<FileStamp.FileStamp>
}

/** What is wrong with a source, with its place and the lines around it. */
export class SourceInvalid extends Error {
  readonly reason: "syntax" | "import"

  constructor(reason: "syntax" | "import", message: string) {
    super(message)
    this.reason = reason
  }
}

const entry = "\0ablate:program"
const registry = "\0ablate:modules"
const scriptFile = /^[^\0].*\.[cm]?[jt]sx?$/

/** A namespace of Effect by its module: `effect/Schema` → `Schema`. */
const effectName = (specifier: string): string | undefined => /^effect\/([A-Z]\w*)$/.exec(specifier)?.[1]

const missing = (specifier: string, importer: string, content: string, projectRoot: string): SourceInvalid => {
  const lines = content.split("\n")
  const at = lines.findIndex((line) => line.includes(`"${specifier}"`) || line.includes(`'${specifier}'`))
  const column = (lines[at] ?? "").indexOf(specifier)
  const place = at < 0 ? "" : `:${at + 1}:${column + 1}`
  const frame = at < 0 ? "" : `\n${codeFrame(content, at + 1, column)}`
  const what = `cannot find the package "${specifier}": install it, or correct the import`
  return new SourceInvalid("import", `${relative(projectRoot, importer)}${place}: ${what}${frame}`)
}

/** Rejects with {@link SourceInvalid}, or with the bundler's error. `now`: milliseconds since 1970. */
export const compile = async (
  file: string,
  projectRoot: string,
  runtime: ProgramRuntime,
  now: number
): Promise<Compiled> => {
  const files = new Map<string, FileStamp.FileStamp>()
  const manifests = new Map<string, FileStamp.FileStamp>()
  const sources = new Map<string, string>()
  const packages = new PackageFinder()
  const effectParts = runtime.effectParts()
  const problems: Array<SourceInvalid> = []

  /** Re-exports of what the built files export, so that only those are imported whose names are used. */
  const effectModule = async (specifier: string): Promise<string | undefined> => {
    if (specifier === "effect")
      return effectParts
        .map(({ names, url }) => `export { ${names.join(", ")} } from ${JSON.stringify(url)}`)
        .join("\n")
    const name = effectName(specifier)
    const part = name === undefined ? undefined : effectParts.find(({ names }) => names.includes(name))
    if (name === undefined || part === undefined) return undefined
    const exports: Record<string, unknown> = await import(part.url)
    const members = Object.keys(Object(exports[name]))
    return [
      `import { ${name} as namespace } from ${JSON.stringify(part.url)}`,
      ...members.map((member, i) => `const $${i} = namespace.${member}`),
      `export { ${members.map((member, i) => `$${i} as ${member}`).join(", ")} }`
    ].join("\n")
  }

  const isPart = (specifier: string): boolean => {
    const name = effectName(specifier)
    return effectParts.some(({ names }) => specifier === "effect" || (name !== undefined && names.includes(name)))
  }

  const plugin: Plugin = {
    name: "ablate:program",
    resolveId: {
      filter: { id: /^(?![./#]|[A-Za-z]:)/ },
      async handler(specifier, importer) {
        if (specifier === entry || specifier === registry) return specifier
        if (specifier.startsWith("file:")) return { id: specifier, external: true, moduleSideEffects: false }
        if (importer === undefined) return null
        if (isBuiltin(specifier))
          return { id: specifier.startsWith("node:") ? specifier : `node:${specifier}`, external: true }
        if (specifier === "ablate") return { id: runtime.ablate, external: true }
        if (specifier === "ablate/numerics") return { id: runtime.numerics, external: true }
        if (/^effect(\/|$)/.test(specifier)) {
          if (isPart(specifier)) return { id: `\0${specifier}`, moduleSideEffects: false }
          const url = runtime.effectUrl(specifier)
          if (url !== undefined) return { id: url, external: true }
        }
        const folder = dirname(importer)
        if (packages.ownName(folder) === specifier.split("/", 1)[0]) return null
        const found = packages.find(specifier, folder)
        if (found === undefined) {
          problems.push(missing(specifier, importer, sources.get(importer) ?? "", projectRoot))
          return { id: specifier, external: true }
        }
        if (!isInstalled(found)) return null
        manifests.set(found.manifest, FileStamp.take(found.manifest, now))
        const resolved = await this.resolve(specifier, importer, { skipSelf: true })
        if (resolved === null) {
          problems.push(missing(specifier, importer, sources.get(importer) ?? "", projectRoot))
          return { id: specifier, external: true }
        }
        // Node neither imports JSON without an attribute nor strips types inside node_modules.
        if (/\.(json|[cm]?tsx?|jsx)$/.test(resolved.id)) return resolved
        return { id: pathToFileURL(resolved.id).href, external: true }
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
      const { content, stamp } = FileStamp.read(id, now)
      sources.set(id, content)
      files.set(id, stamp)
      return content
    },
    transform: {
      filter: { id: scriptFile },
      handler(code, id) {
        if (id.includes(`${sep}node_modules${sep}`)) return null
        const path = relative(projectRoot, id).split(sep).join("/")
        const placed = code.includes("import.meta") ? placeMeta(code, id) : code
        // Each module enters its own namespace into the register: that is how a stage's place is found.
        const enter = `
import * as __ablateSelf from ${JSON.stringify(id)}
import { modules as __ablateModules } from ${JSON.stringify(registry)}
__ablateModules[${JSON.stringify(path)}] = __ablateSelf`
        return { code: placed + enter }
      }
    }
  }

  const bundle = await rolldown({
    input: entry,
    cwd: projectRoot,
    platform: "node",
    tsconfig: false,
    logLevel: "silent",
    resolve: { conditionNames: ["node", "import", "module", "default"] },
    plugins: [plugin]
  })
  const { output } = await bundle.generate({ format: "es", codeSplitting: false }).catch((cause: unknown) => {
    throw syntaxProblem(sources, projectRoot) ?? cause
  })
  await bundle.close()
  const [problem] = problems
  if (problem !== undefined) throw problem
  return { code: output[0].code, files: [...files.values()], manifests: [...manifests.values()] }
}

/** A compiled module keeps the place of its source. */
const placeMeta = (code: string, id: string): string =>
  code
    .replaceAll(/\bimport\.meta\.url\b/g, JSON.stringify(pathToFileURL(id).href))
    .replaceAll(/\bimport\.meta\.filename\b/g, JSON.stringify(id))
    .replaceAll(/\bimport\.meta\.dirname\b/g, JSON.stringify(dirname(id)))

/** The first syntax error in the files as they are: the bundler saw each with our lines after its last. */
const syntaxProblem = (sources: ReadonlyMap<string, string>, projectRoot: string): SourceInvalid | undefined => {
  for (const [file, content] of sources) {
    const error = scriptFile.test(file) ? parseSync(file, content).errors[0] : undefined
    if (error === undefined) continue
    const before = content.slice(0, error.labels[0]?.start ?? content.length).split("\n")
    const line = before.length
    const column = before.at(-1)?.length ?? 0
    const place = `${relative(projectRoot, file)}:${line}:${column + 1}`
    return new SourceInvalid("syntax", `${place}: syntax error: ${error.message}\n${codeFrame(content, line, column)}`)
  }
  return undefined
}
