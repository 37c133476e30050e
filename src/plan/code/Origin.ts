/**
 * What an import leads to: the one place where it is decided what is the project's own code, an installed package, the
 * framework, Effect, or Node's. The code hash and the compiler of programs both ask here.
 */
import { isBuiltin } from "node:module"
import { dirname, join, relative, sep } from "node:path"
import { Option, Predicate } from "effect"
import type { Observed } from "./Observed.ts"
import type { Manner, Resolver } from "./Resolver.ts"

export type Origin =
  /** Compiled into the program, and part of the code of what reaches it. `path`: absolute, real. */
  | { readonly _tag: "Own"; readonly path: string }
  /** Installed: it stays outside the program, and counts by the content that is reached of it. */
  | { readonly _tag: "Package"; readonly path: string; readonly name: string }
  /** `ablate`, `ablate/numerics`, … */
  | { readonly _tag: "Framework"; readonly specifier: string }
  | { readonly _tag: "Effect"; readonly specifier: string }
  | { readonly _tag: "Builtin"; readonly specifier: string }
  | { readonly _tag: "Missing" }

export interface PackageInfo {
  readonly name: string
  readonly version: string
  /** Real path of its folder. */
  readonly folder: string
  /** How Node takes its files: `module` or `commonjs`. */
  readonly type: string
  /** Names of packages that it says it needs, or takes from whoever uses it. */
  readonly dependencies: ReadonlyArray<string>
}

const parse = Option.liftThrowable((text: string): unknown => JSON.parse(text))

const field = (json: unknown, name: string): unknown => (Predicate.hasProperty(json, name) ? json[name] : undefined)

const keysOf = (value: unknown): ReadonlyArray<string> =>
  Predicate.isObject(value) && !Array.isArray(value) ? Object.keys(value) : []

const textOf = (value: unknown): string | undefined => (Predicate.isString(value) ? value : undefined)

export interface Origins {
  of(specifier: string, importer: string, manner?: Manner): Origin
  readonly resolver: Resolver
  /** Absolute. */
  readonly projectRoot: string
  /** The package that a file belongs to; undefined for one that lies in no package. */
  packageOf(path: string): PackageInfo | undefined
}

/** Whether a file lies among installed packages; a project that itself lies there is not one. */
const isInstalled = (projectRoot: string, path: string): boolean => {
  const inside = relative(projectRoot, path)
  return (inside.startsWith("..") ? path : inside).split(sep).includes("node_modules")
}

export const make = (projectRoot: string, resolver: Resolver, observed: Observed): Origins => {
  const manifests = new Map<string, PackageInfo | undefined>()

  const manifestOf = (folder: string): PackageInfo | undefined => {
    if (manifests.has(folder)) return manifests.get(folder)
    const path = join(folder, "package.json")
    const json = observed.kind(path) === "file" ? Option.getOrUndefined(parse(observed.text(path))) : undefined
    const parent = dirname(folder)
    // A package.json without a name only says what kind of modules a subfolder holds.
    const name = textOf(field(json, "name"))
    const found =
      json !== undefined && name !== undefined
        ? {
            name,
            version: textOf(field(json, "version")) ?? "0.0.0",
            folder,
            type: textOf(field(json, "type")) ?? "commonjs",
            dependencies: ["dependencies", "optionalDependencies", "peerDependencies"].flatMap((kind) =>
              keysOf(field(json, kind))
            )
          }
        : parent === folder || folder.endsWith(`${sep}node_modules`)
          ? undefined
          : manifestOf(parent)
    manifests.set(folder, found)
    return found
  }

  // A package that builds on the framework must share its instance of it, and its stages are hashed as own ones are.
  const buildsOnFramework = ({ dependencies }: PackageInfo): boolean =>
    dependencies.some((name) => name === "ablate" || name === "effect")

  return {
    resolver,
    projectRoot,
    packageOf: (path) => manifestOf(dirname(path)),
    of: (specifier, importer, manner = "import") => {
      if (isBuiltin(specifier))
        return { _tag: "Builtin", specifier: specifier.startsWith("node:") ? specifier : `node:${specifier}` }
      if (/^ablate(\/|$)/.test(specifier)) return { _tag: "Framework", specifier }
      if (/^effect(\/|$)/.test(specifier)) return { _tag: "Effect", specifier }
      const path = resolver.resolve(specifier, importer, manner)
      if (path === undefined) return { _tag: "Missing" }
      if (!isInstalled(projectRoot, path)) return { _tag: "Own", path }
      // Node neither imports JSON without an attribute nor strips types inside node_modules.
      if (manner === "import" && /\.(json|[cm]?tsx?|jsx)$/.test(path)) return { _tag: "Own", path }
      const found = manifestOf(dirname(path))
      if (found === undefined || buildsOnFramework(found)) return { _tag: "Own", path }
      return { _tag: "Package", path, name: found.name }
    }
  }
}
