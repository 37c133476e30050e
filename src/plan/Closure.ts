/**
 * A stage's closure: what its export reaches through the project's own modules, tree-shaken by the
 * bundler; installed packages stay outside and count by name and version. This module loads the bundler:
 * import it only where a closure is not known yet.
 */
import { isBuiltin } from "node:module"
import { dirname, isAbsolute, join, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { type Plugin, rolldown } from "rolldown"
import { minify } from "rolldown/utils"
import { isInstalled, PackageFinder } from "./ExternalPackage.ts"
import * as FileStamp from "./FileStamp.ts"
import { type Marked, mark, unmarked } from "./Purity.ts"

export interface Closure {
  /** sha256 of the minified closure and its externals. */
  readonly hash: string
  /** The tree-shaken code without types and comments, each file between `//#region path` and `//#endregion`. */
  readonly readable: string
  /** Every file that was read to find the closure, used or not: one of them changing may change it. */
  readonly files: ReadonlyArray<FileStamp.FileStamp>
  /** The package.json files that gave the versions. */
  readonly manifests: ReadonlyArray<FileStamp.FileStamp>
  /** Sorted: `name@version`, `node:fs`, `ablate`. */
  readonly packages: ReadonlyArray<string>
}

/** What several closures of one project share while they are made: sources and packages are read once. */
export class ClosureContext {
  readonly projectRoot: string
  readonly now: number
  readonly packages = new PackageFinder()
  readonly #sources = new Map<string, { readonly content: string; readonly stamp: FileStamp.FileStamp }>()
  readonly #marked = new Map<string, Promise<Marked>>()
  readonly #stamps = new Map<string, FileStamp.FileStamp>()

  /** `now`: milliseconds since 1970. */
  constructor(projectRoot: string, now: number) {
    this.projectRoot = projectRoot
    this.now = now
  }

  source(path: string): { readonly content: string; readonly stamp: FileStamp.FileStamp } {
    const known = this.#sources.get(path)
    if (known !== undefined) return known
    const source = FileStamp.read(path, this.now)
    this.#sources.set(path, source)
    return source
  }

  marked(path: string): Promise<Marked> {
    const known = this.#marked.get(path)
    if (known !== undefined) return known
    const made = mark(path, this.source(path).content)
    this.#marked.set(path, made)
    return made
  }

  stamp(path: string): FileStamp.FileStamp {
    const known = this.#stamps.get(path)
    if (known !== undefined) return known
    const stamp = FileStamp.take(path, this.now)
    this.#stamps.set(path, stamp)
    return stamp
  }
}

const entry = "\0ablate:stage"
const scriptFile = /^[^\0].*\.[cm]?[jt]sx?$/
/** Files that a module names by their place beside it. */
const assetNames = (code: string): ReadonlyArray<string> =>
  [...code.matchAll(/new URL\(\s*["']([^"']+)["']\s*,\s*import\.meta\.url\s*\)/g)].flatMap(([, name]) => name ?? [])

const relativePath = (root: string, path: string): string => relative(root, path).split(sep).join("/")

/** The closure of export `name` of `module` (a path relative to the project root). Rejects with the bundler's error. */
export const build = async (context: ClosureContext, module: string, name: string): Promise<Closure> => {
  const files = new Map<string, FileStamp.FileStamp>()
  const manifests = new Set<string>()
  const versions = new Map<string, string>()
  const assets = new Map<string, string>()
  const bareImports = new Set<string>()

  const installed = (specifier: string, importer: string): boolean => {
    const found = context.packages.find(specifier, dirname(importer))
    if (found === undefined || !isInstalled(found)) return false
    versions.set(specifier, `${found.name}@${found.version}`)
    manifests.add(found.manifest)
    return true
  }
  const isExternal = (specifier: string, importer: string): boolean => {
    if (isBuiltin(specifier)) {
      versions.set(specifier, specifier.startsWith("node:") ? specifier : `node:${specifier}`)
      return true
    }
    // The framework's own code is not in any key: a key carries the version of its format instead.
    if (specifier === "ablate") {
      versions.set(specifier, "ablate")
      return true
    }
    if (context.packages.ownName(dirname(importer)) === specifier.split("/", 1)[0]) return false
    return installed(specifier, importer)
  }

  const plugin: Plugin = {
    name: "ablate:closure",
    resolveId: {
      filter: { id: /^(?![./#]|[A-Za-z]:)/ },
      handler(specifier, importer) {
        if (specifier === entry) return entry
        if (importer === undefined || importer === entry || isAbsolute(specifier)) return null
        if (!isExternal(specifier, importer)) return null
        return { id: specifier, external: true, moduleSideEffects: bareImports.has(`${importer}\0${specifier}`) }
      }
    },
    load(id) {
      if (id === entry) return `export { ${name} as stage } from ${JSON.stringify(join(context.projectRoot, module))}`
      if (id.startsWith("\0")) return null
      const { content, stamp } = context.source(id)
      files.set(id, stamp)
      return content
    },
    transform: {
      filter: { id: scriptFile },
      async handler(code, id) {
        const marked = await context.marked(id)
        for (const specifier of marked.bareImports) bareImports.add(`${id}\0${specifier}`)
        for (const asset of code.includes("import.meta.url") ? assetNames(code) : []) addAsset(id, asset)
        return { code: marked.code, moduleSideEffects: !marked.isDroppable }
      }
    }
  }
  const addAsset = (importer: string, asset: string): void => {
    const path = fileURLToPath(new URL(asset, `file://${importer}`))
    const { content, stamp } = context.source(path)
    files.set(path, stamp)
    assets.set(asset, FileStamp.sha256(content))
  }

  const bundle = await rolldown({
    input: entry,
    cwd: context.projectRoot,
    platform: "neutral",
    tsconfig: false,
    logLevel: "silent",
    resolve: { conditionNames: ["ablate:src", "node", "import", "module", "default"] },
    treeshake: { propertyReadSideEffects: false, unknownGlobalSideEffects: false },
    // A constant stays where it is declared, so that a changed one is shown in its own file.
    optimization: { inlineConst: false },
    plugins: [plugin]
  })
  const { output } = await bundle.generate({ format: "es", minify: false, comments: false, codeSplitting: false })
  await bundle.close()
  const [chunk] = output
  const externals = [...chunk.imports, ...chunk.dynamicImports].filter((specifier) => specifier !== chunk.fileName)
  const packages = [...new Set(externals.map((specifier) => versions.get(specifier) ?? specifier))].sort()

  // The imports of a file may be put in another order (a formatter does): sort, where the bundler keeps theirs.
  const header = chunk.code
    .slice(0, chunk.code.search(/^(?!import )/m))
    .split("\n")
    .filter((line) => line !== "")
    .sort()
  const modules = Object.entries(chunk.modules)
    // What begins with a null is the bundler's own.
    .filter(([id, { code }]) => !id.startsWith("\0") && code !== null && code !== "")
    .map(([id, { code }]) => ({
      path: relativePath(context.projectRoot, id),
      // The bundler names each module in a comment of its own.
      code: (code ?? "").replace(/^\/\/ .*\n/, "")
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  const exported = chunk.code.slice(chunk.code.lastIndexOf("\nexport {") + 1)
  const text = [...header, ...modules.map(({ code }) => code), exported].join("\n")
  const minified = await minify("stage.mjs", text, {
    module: true,
    compress: true,
    mangle: { toplevel: true },
    codegen: { removeWhitespace: true, legalComments: "none" }
  })
  const content = [...assets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([asset, hash]) => `${asset} ${hash}`)
  return {
    hash: FileStamp.sha256(JSON.stringify([minified.code, packages, content])),
    readable: [
      ...header,
      ...modules.map(({ code, path }) => `//#region ${path}\n${unmarked(code).trim()}\n//#endregion`),
      ...packages.map((text) => `// ${text}`),
      ...content.map((text) => `// ${text}`),
      ""
    ].join("\n"),
    files: [...files.values()],
    manifests: [...manifests].map((path) => context.stamp(path)),
    packages
  }
}
