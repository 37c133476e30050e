/** The packages that a program reaches: what is there where it was compiled, and whether the same is there where it is to run. */
import { realpathSync } from "node:fs"
import { dirname, join } from "node:path"
import { Option, Result } from "effect"
import type { Packages } from "../../plan/modules/Packages.ts"
import type { Entry, Reached } from "./Manifest.ts"

/** Without the project itself, and files that lie in no package: those go with the program. */
export const reachedBy = (packages: Packages, path: string, isWhole: boolean): ReadonlyArray<Reached> => {
  const own = packages.policy.packageOf(join(packages.policy.projectRoot, "package.json"))?.name
  return packages
    .from(path, isWhole)
    .filter(({ name, version }) => name !== own && version !== "")
    .map(({ hash, name, version }) => ({ name, version, hash }))
}

const realPath = Option.liftThrowable((path: string) => realpathSync(path))

/** The real path of the nearest folder upward that has the package; links on the way are observed. */
const folderOf = ({ observed, policy }: Packages, name: string): string | undefined => {
  for (let at = policy.projectRoot; ; at = dirname(at)) {
    const folder = join(at, "node_modules", name)
    observed.kind(join(at, "node_modules"))
    observed.kind(folder)
    if (observed.kind(join(folder, "package.json")) === "file") return Option.getOrUndefined(realPath(folder))
    if (dirname(at) === at) return undefined
  }
}

/** Where an entry is here; a sentence where it is not. `scripts`: the folder in which the project's scripts lie here. */
export const placeOf = (packages: Packages, entry: Entry, scripts: string): Result.Result<string, string> => {
  const { observed, policy } = packages
  const root = policy.projectRoot
  if ("script" in entry) return Result.succeed(join(scripts, entry.script))
  if ("specifier" in entry) {
    const path = policy.installed(entry.specifier, join(root, "package.json"))
    return path === undefined
      ? Result.fail(`"${entry.specifier}" is not installed here: run npm ci in ${root}`)
      : Result.succeed(path)
  }
  const { name, path, version } = entry
  const folder = folderOf(packages, name)
  const found = folder === undefined ? undefined : policy.packageOf(join(folder, "package.json"))
  if (folder === undefined || found === undefined)
    return Result.fail(`the package ${name} ${version} is not installed here: run npm ci in ${root}`)
  if (found.version !== version) return Result.fail(otherVersion(name, found.version, version, root))
  const file = join(folder, path)
  return observed.kind(file) === "file"
    ? Result.succeed(file)
    : Result.fail(`the package ${name} ${version} has no file ${path} here: run npm ci in ${root}`)
}

const otherVersion = (name: string, found: string, expected: string, root: string): string =>
  `the package ${name} is ${found} here, and ${expected} where the run was started: run npm ci in ${root} with the package-lock.json from there`

const idOf = ({ hash, name, version }: Reached): string => `${name}@${version} ${hash}`

/** A sentence for every package that is not what it was where the run was started. */
export const differences = (
  expected: ReadonlyArray<Reached>,
  found: ReadonlyArray<Reached>,
  root: string
): ReadonlyArray<string> => {
  const here = new Set(found.map(idOf))
  const there = new Set(expected.map(idOf))
  const changed = expected.flatMap((each) => {
    if (here.has(idOf(each))) return []
    const { hash, name, version } = each
    const same = found.find((other) => other.name === name && other.version === version)
    if (same !== undefined)
      return [
        `the package ${name} ${version} has another content here (${short(same.hash)}) than where the run was started (${short(hash)}): run npm ci in both places, and start the run again`
      ]
    const other = found.find((each) => each.name === name)
    return [
      other === undefined
        ? `the package ${name} ${version} is not installed here: run npm ci in ${root}`
        : otherVersion(name, other.version, version, root)
    ]
  })
  const known = new Set(expected.map(({ name }) => name))
  const more = found.flatMap((each) =>
    there.has(idOf(each)) || known.has(each.name)
      ? []
      : [
          `the package ${each.name} ${each.version} is installed here, and not where the run was started: run npm ci in ${root}`
        ]
  )
  return [...changed, ...more]
}

const short = (hash: string): string => `${hash.slice(0, 12)}…`
