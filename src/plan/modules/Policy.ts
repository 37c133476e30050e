/**
 * The policy of modules, the one place where it is decided what an import leads to: the project's own code, an installed
 * package, the framework, Effect, or Node's; and what a file of it is taken for. The code hash and the compiler of programs
 * both ask here, so that what a program can load is what its hash counts.
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

export type OriginOf<Tag extends Origin["_tag"]> = Extract<Origin, { readonly _tag: Tag }>

export interface PackageInfo {
  readonly name: string
  readonly version: string
  /** Real path of its folder. */
  readonly folder: string
  /** How Node takes its files: `module` or `commonjs`. */
  readonly type: string
  /** Names of packages that it says it needs, or takes from whoever uses it. */
  readonly dependencies: ReadonlyArray<string>
  /** Those that it was made with. */
  readonly development: ReadonlyArray<string>
}

/** A path as it is shown and as it enters a program: relative to the project, with `/`. */
export const shownPath = (projectRoot: string, path: string): string => relative(projectRoot, path).split(sep).join("/")

/** Whether a file is code. What is none is data: it counts, and is loaded, as a whole. */
export const isScript = (path: string): boolean => /\.[cm]?[jt]sx?$/.test(path)

const parse = Option.liftThrowable((text: string): unknown => JSON.parse(text))

const field = (json: unknown, name: string): unknown => (Predicate.hasProperty(json, name) ? json[name] : undefined)

const keysOf = (value: unknown): ReadonlyArray<string> =>
  Predicate.isObject(value) && !Array.isArray(value) ? Object.keys(value) : []

const textOf = (value: unknown): string | undefined => (Predicate.isString(value) ? value : undefined)

export interface Policy {
  /** What an import leads to. `importer`: the absolute path of the file that asks. */
  of(specifier: string, importer: string, manner?: Manner): Origin
  /** The file that stands for a module of the framework, or of Effect, in the project's own packages. */
  installed(specifier: string, importer: string): string | undefined
  /** Absolute. */
  readonly projectRoot: string
  /** The package that a file belongs to; undefined for one that lies in no package. */
  packageOf(path: string): PackageInfo | undefined
  /** A file of each package that this one says it needs, where it is installed. */
  dependenciesOf(info: PackageInfo): ReadonlyArray<string>
}

/** Whether a file lies among installed packages; a project that itself lies there is not one. */
export const isInstalled = (projectRoot: string, path: string): boolean => {
  const inside = relative(projectRoot, path)
  return (inside.startsWith("..") ? path : inside).split(sep).includes("node_modules")
}

export const make = (projectRoot: string, resolver: Resolver, observed: Observed): Policy => {
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
            ),
            development: keysOf(field(json, "devDependencies"))
          }
        : parent === folder || folder.endsWith(`${sep}node_modules`)
          ? undefined
          : manifestOf(parent)
    manifests.set(folder, found)
    return found
  }

  const packageOf = (path: string): PackageInfo | undefined => manifestOf(dirname(path))

  const dependenciesOf = ({ dependencies, folder }: PackageInfo): ReadonlyArray<string> =>
    dependencies.flatMap(
      (name) =>
        resolver.resolveAsNode(`${name}/package.json`, join(folder, "package.json"), "require") ??
        resolver.resolveAsNode(name, join(folder, "package.json"), "require") ??
        []
    )

  const onFramework = new Map<string, boolean>()

  /** Whether it names the framework, or needs a package that does: it may pass that one's stages on. */
  const mayMakeStages = (info: PackageInfo): boolean => {
    const known = onFramework.get(info.folder)
    if (known !== undefined) return known
    // Packages may need each other: one that is being looked at adds nothing.
    onFramework.set(info.folder, false)
    const found =
      [...info.dependencies, ...info.development].includes("ablate") ||
      dependenciesOf(info).some((path) => {
        const dependency = packageOf(path)
        return dependency !== undefined && mayMakeStages(dependency)
      })
    onFramework.set(info.folder, found)
    return found
  }

  // A package that builds on the framework must share its instance of it, and its stages are hashed as own ones are.
  const buildsOnFramework = (info: PackageInfo): boolean => info.dependencies.includes("effect") || mayMakeStages(info)

  return {
    projectRoot,
    packageOf,
    dependenciesOf,
    installed: (specifier, importer) => resolver.resolve(specifier, importer, "import"),
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
