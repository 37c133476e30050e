/**
 * What a program reaches of installed packages: every file from the one that is imported, through their own dependencies.
 * Where a package finds files in ways that cannot be followed (native add-ons, WebAssembly by a name put together, a
 * `require` of a variable), all of it counts, and all that it says it depends on.
 */
import { basename, dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { Option } from "effect"
import * as FileStamp from "../FileStamp.ts"
import type { Observed } from "./Observed.ts"
import { isInstalled, isScript, type PackageInfo, type Policy, shownPath } from "./Policy.ts"
import type { Manner } from "./Resolver.ts"

/** A package as far as it is reached. */
export interface ReachedPackage {
  readonly name: string
  readonly version: string
  /** SHA-256 over the reached files, each by its place in the package and its content. */
  readonly hash: string
  /** The package that needs it; undefined for one that the project's own code imports. */
  readonly via: string | undefined
}

interface Requested {
  readonly specifier: string
  readonly manner: Manner
}

interface Contents {
  readonly requests: ReadonlyArray<Requested>
  readonly assets: ReadonlyArray<string>
  /** Whether it may reach files that cannot be told. */
  readonly isOpaque: boolean
}

const imports = /\b(?:import|export)\b[^"'`;()]*?\bfrom\s*(["'])([^"'\n]+)\1|\bimport\s*(["'])([^"'\n]+)\3/g
const calls = /\b(import|require)\s*\(\s*(?:(["'`])([^"'`$\n]+)\2\s*[,)])?/g
const resolves =
  /\brequire\s*\.\s*resolve\s*\(|\bcreateRequire\b|\bprocess\s*\.\s*dlopen\b|\b__dirname\b|\b__filename\b/
const urls = /new\s+URL\s*\(\s*(["'`])([^"'`$\n]+)\1\s*,\s*import\.meta\.url\s*\)/g
const comments = /\/\*[\s\S]*?\*\/|(?<=^|[\s;{}(),])\/\/[^\n]*/g

const contentsOf = (path: string, source: string): Contents => {
  const code = source.replace(comments, " ")
  const requests: Array<Requested> = []
  const assets: Array<string> = []
  let isOpaque = resolves.test(code)
  for (const [, , from, , bare] of code.matchAll(imports)) {
    const specifier = from ?? bare
    if (specifier !== undefined) requests.push({ specifier, manner: "import" })
  }
  for (const [, kind, , specifier] of code.matchAll(calls)) {
    if (specifier === undefined) isOpaque = true
    else requests.push({ specifier, manner: kind === "require" ? "require" : "import" })
  }
  const rest = code.replace(urls, (_, _quote: string, written: string) => {
    const place = Option.liftThrowable(() => fileURLToPath(new URL(written, pathToFileURL(path))))()
    if (Option.isSome(place)) assets.push(place.value)
    return " "
  })
  if (/import\.meta\.(?:url|dirname|filename|resolve)|import\.meta(?!\.)/.test(rest)) isOpaque = true
  return { requests, assets, isOpaque }
}

const unnamed = (path: string): PackageInfo => ({
  name: basename(path),
  version: "",
  folder: dirname(path),
  type: "module",
  dependencies: [],
  development: []
})

export interface PackageReach {
  /** The packages reached from a file of one; `isWhole` where all of its package counts. */
  from(path: string, isWhole: boolean): ReadonlyArray<ReachedPackage>
  /** From a script of the project, which a thread or a process begins with: the files that are reached and not installed. */
  ownFiles(path: string): ReadonlyArray<string>
}

interface Walked extends ReachedPackage {
  readonly folder: string
  readonly files: ReadonlyArray<string>
}

interface Reached {
  readonly info: PackageInfo
  readonly files: Set<string>
  via: string | undefined
  isWhole: boolean
}

export const make = (observed: Observed, policy: Policy): PackageReach => {
  const known = new Map<string, ReadonlyArray<Walked>>()
  const contents = new Map<string, Contents>()
  const read = (path: string): Contents => {
    const found = contents.get(path) ?? contentsOf(path, observed.text(path))
    contents.set(path, found)
    return found
  }

  const walk = (entry: string, isWhole: boolean): ReadonlyArray<Walked> => {
    const reached = new Map<string, Reached>()
    const seen = new Set<string>()
    const pending: Array<{ readonly path: string; readonly via: string | undefined; readonly isWhole: boolean }> = [
      { path: entry, via: undefined, isWhole }
    ]
    const whole = (into: Reached): void => {
      // The project itself is no package of which all could count: its parts are followed one by one.
      if (into.isWhole || into.info.folder === policy.projectRoot) return
      into.isWhole = true
      const { folder, name } = into.info
      for (const file of observed.entries(folder)) into.files.add(join(folder, file))
      // Of a dependency all counts too: which of its files is taken cannot be told.
      for (const path of policy.dependenciesOf(into.info)) pending.push({ path, via: name, isWhole: true })
    }
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { path, via } = next
      // What lies in no package is a file of its own.
      const info = policy.packageOf(path) ?? unnamed(path)
      const into = reached.get(info.folder) ?? { info, files: new Set<string>(), via, isWhole: false }
      if (into.via !== undefined && via === undefined) into.via = undefined
      reached.set(info.folder, into)
      if (next.isWhole) whole(into)
      if (seen.has(path)) continue
      seen.add(path)
      into.files.add(path)
      // A package.json of a subfolder says how the files there are taken.
      for (let folder = dirname(path); folder.length > info.folder.length; folder = dirname(folder))
        if (observed.kind(join(folder, "package.json")) === "file") into.files.add(join(folder, "package.json"))
      if (!isScript(path) || observed.kind(path) !== "file") continue
      const { assets, isOpaque, requests } = read(path)
      for (const asset of assets) {
        if (observed.kind(asset) === "folder")
          for (const file of observed.entries(asset)) into.files.add(join(asset, file))
        else into.files.add(asset)
      }
      if (isOpaque) whole(into)
      for (const { manner, specifier } of requests) {
        const origin = policy.of(specifier, path, manner)
        if (origin._tag === "Package")
          pending.push({ path: origin.path, via: origin.name === info.name ? into.via : info.name, isWhole: false })
        // A package may be linked: then it lies outside node_modules and counts all the same.
        else if (origin._tag === "Own") pending.push({ path: origin.path, via: info.name, isWhole: false })
      }
    }
    return [...reached.values()]
      .map(({ files, info, via }) => ({
        name: info.name,
        version: info.version,
        via,
        folder: info.folder,
        files: [...files].sort(),
        hash: FileStamp.sha256(
          JSON.stringify([
            info.type,
            ...[...files]
              .sort()
              .map((file) => [
                shownPath(info.folder, file),
                observed.kind(file) === "file" ? observed.hash(file) : "absent"
              ])
          ])
        )
      }))
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1))
  }

  const walked = (path: string, isWhole: boolean): ReadonlyArray<Walked> => {
    const id = `${isWhole} ${path}`
    const found = known.get(id) ?? walk(path, isWhole)
    known.set(id, found)
    return found
  }

  return {
    from: (path, isWhole) =>
      walked(path, isWhole).map(({ hash, name, version, via }) => ({ name, version, via, hash })),
    ownFiles: (path) =>
      walked(path, false).flatMap(({ files }) =>
        files.filter((file) => !isInstalled(policy.projectRoot, file) && observed.kind(file) === "file")
      )
  }
}
