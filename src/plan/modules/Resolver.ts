/**
 * Which file an import leads to, as the compiled program and Node find it. Everything that was looked at on the way, and
 * everything that was looked for in vain, is observed: a nearer file, another link or another package.json may lead
 * elsewhere although no file that was read has changed.
 */
import fs from "node:fs"
import { dirname, join } from "node:path"
import { Option } from "effect"
import enhanced from "enhanced-resolve"
import type { Observed } from "./Observed.ts"

/** How the import is written: Node looks for `import` and `require` under different conditions. */
export type Manner = "import" | "require"

export interface Resolver {
  /** The real path of the file; undefined where there is none. */
  resolve(specifier: string, importer: string, manner: Manner): string | undefined
  /** The same without the tsconfig's paths: what Node alone would find. */
  resolveAsNode(specifier: string, importer: string, manner: Manner): string | undefined
}

const conditions = (manner: Manner): Array<string> => ["node", manner, "module-sync", "default"]

const extensions = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json", ".node"]

/** A source may be named by what it compiles to. */
const extensionAlias = {
  ".js": [".js", ".ts", ".tsx"],
  ".jsx": [".jsx", ".tsx"],
  ".mjs": [".mjs", ".mts"],
  ".cjs": [".cjs", ".cts"]
}

const factory = (manner: Manner, tsconfig: string | undefined) =>
  enhanced.ResolverFactory.createResolver({
    fileSystem: fs,
    useSyncFileSystemCalls: true,
    unsafeCache: false,
    conditionNames: conditions(manner),
    mainFields: ["main"],
    mainFiles: ["index"],
    extensions,
    extensionAlias,
    symlinks: true,
    ...(tsconfig === undefined ? {} : { tsconfig: { configFile: tsconfig, references: "auto" } })
  })

/** `projectRoot`: absolute; the paths of its tsconfig.json count. */
export const make = (projectRoot: string, observed: Observed): Resolver => {
  const config = join(projectRoot, "tsconfig.json")
  const tsconfig = observed.kind(config) === "file" ? config : undefined
  if (tsconfig !== undefined) observed.hash(tsconfig)
  const made = new Map<string, ReturnType<typeof factory>>()
  const resolverOf = (manner: Manner, withPaths: boolean) => {
    const id = `${manner} ${withPaths}`
    const resolver = made.get(id) ?? factory(manner, withPaths ? tsconfig : undefined)
    made.set(id, resolver)
    return resolver
  }
  const known = new Map<string, string | undefined>()

  const look = (manner: Manner, withPaths: boolean, specifier: string, folder: string): string | undefined => {
    const id = `${manner} ${withPaths} ${folder} ${specifier}`
    if (known.has(id)) return known.get(id)
    const seen = { fileDependencies: new Set<string>(), missingDependencies: new Set<string>() }
    const found = Option.liftThrowable(() => resolverOf(manner, withPaths).resolveSync({}, folder, specifier, seen))()
    for (const path of [...seen.fileDependencies, ...seen.missingDependencies]) {
      const kind = observed.kind(path)
      if (kind === "file" && path.endsWith(".json")) observed.hash(path)
    }
    const path = Option.getOrUndefined(found)
    const result = typeof path === "string" ? path.replaceAll("\0#", "#") : undefined
    known.set(id, result)
    return result
  }

  return {
    resolve: (specifier, importer, manner) => {
      const folder = dirname(importer)
      // Paths are for names of packages; where they lead nowhere, or their file cannot be read, Node's way is left.
      const byPaths =
        tsconfig === undefined || /^[./#]/.test(specifier) ? undefined : look(manner, true, specifier, folder)
      return byPaths ?? look(manner, false, specifier, folder)
    },
    resolveAsNode: (specifier, importer, manner) => look(manner, false, specifier, dirname(importer))
  }
}
