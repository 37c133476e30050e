/** The identity of a stage's code: its closure, with the content of the packages, files and services that it reaches. */
import { dirname, resolve } from "node:path"
import * as FileStamp from "../FileStamp.ts"
import type { PackageReach, ReachedPackage } from "../modules/PackageReach.ts"
import { isScript, shownPath } from "../modules/Policy.ts"
import { type Layers, neededBy } from "./Layers.ts"
import type { ModuleGraph } from "./ModuleGraph.ts"
import { type Closure, externalText, type Reach, type Root } from "./Reach.ts"

/** What a stage's code is made of. */
export interface StageCode {
  /** SHA-256 of all of it but the variables' values. */
  readonly hash: string
  /** The code that a person reads: without types and comments, each file between `//#region path` and `//#endregion`. */
  readonly readable: string
  /** Names of what is imported from outside: `csv-parse@7.0.3`, `node:fs`, `ablate`, `effect@4.1.0`. Sorted. */
  readonly packages: ReadonlyArray<string>
  readonly reached: ReadonlyArray<ReachedPackage>
  /** Files and folders that the code names, by their place in the project, with the SHA-256 of their content. */
  readonly assets: ReadonlyArray<{ readonly path: string; readonly hash: string }>
  /** Environment variables that it reads by `Config`. Sorted. */
  readonly variables: ReadonlyArray<string>
  /** What is taken of `ablate/numerics`. Sorted by name. */
  readonly numerics: ReadonlyArray<{ readonly name: string; readonly hash: string }>
  /** The services that it can ask for. */
  readonly services: ReadonlyArray<{ readonly label: string; readonly hash: string; readonly readable: string }>
}

/** What is known of the framework and of Effect, which are in no package of the project's. */
export interface Framework {
  /** Effect's version. */
  readonly effect: string
  /** For what `ablate/numerics` exports, the hash of the code behind each name. */
  readonly numerics: Readonly<Record<string, string>>
}

export interface Context {
  readonly projectRoot: string
  readonly graph: ModuleGraph
  readonly reach: Reach
  readonly packages: PackageReach
  readonly framework: Framework
}

const shown = ({ projectRoot }: Context, path: string): string => shownPath(projectRoot, path)

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Content of a file or of all files below a folder; of a script (a thread or a process begins with it) all that it imports. */
const contentOf = ({ graph, packages }: Context, path: string): string => {
  const { observed } = graph
  switch (observed.kind(path)) {
    case "file":
      return isScript(path)
        ? FileStamp.sha256(JSON.stringify(packages.from(path, false).map(({ hash }) => hash)))
        : observed.hash(path)
    case "folder":
      return FileStamp.sha256(
        JSON.stringify(
          observed.entries(path).map((file) => [file, observed.hash(`${path.replace(/\/$/, "")}/${file}`)])
        )
      )
    case "absent":
      return "absent"
  }
}

const externalName = ({ framework, graph }: Context, { name, origin }: Closure["externals"][number]): string => {
  switch (origin._tag) {
    case "Effect":
      return `effect@${framework.effect}`
    case "Package": {
      const info = graph.policy.packageOf(origin.path)
      return `${origin.name}@${info?.version ?? "0.0.0"}`
    }
    case "Framework":
      return origin.specifier === "ablate/numerics" && name !== "" ? "ablate/numerics" : origin.specifier
    case "Builtin":
      return origin.specifier
  }
}

/** The framework stays out of keys, but for the numerics: a figure is made by them. */
const numericsOf = ({ framework }: Context, closure: Closure): StageCode["numerics"] => {
  const names = closure.externals.flatMap(({ name, origin }) =>
    origin._tag === "Framework" && origin.specifier === "ablate/numerics" ? [name] : []
  )
  const all = names.includes("*") ? Object.keys(framework.numerics) : names
  return [...new Set(all)].sort(byText).map((name) => ({ name, hash: framework.numerics[name] ?? "" }))
}

const readableOf = (context: Context, closure: Closure): string => {
  const byModule = new Map<string, Array<readonly [number, string]>>()
  for (const part of closure.parts) {
    const path = shown(context, part.module.path)
    const code = part.kind === "data" ? `(data ${FileStamp.sha256(part.code).slice(0, 12)})` : part.code
    byModule.set(path, [...(byModule.get(path) ?? []), [part.index, code]])
  }
  const root = "part" in closure.root ? [closure.root.part.code] : []
  const effects = closure.effects.map(
    ({ code, module }) => `${shown(context, module.path)}: ${(code.split("\n")[0] ?? "").slice(0, 100)}`
  )
  // Their order decides: it is shown as a file of its own.
  if (effects.length > 0) root.push(`//#region what runs when modules are loaded\n${effects.join("\n")}\n//#endregion`)
  return [
    ...closure.externals.map(({ name, origin }) => `// from ${externalText(origin, name, context.graph)}`),
    ...root,
    ...[...byModule]
      .sort(([a], [b]) => byText(a, b))
      .map(([path, parts]) => {
        const code = parts.sort(([a], [b]) => a - b).map(([, each]) => each)
        return `//#region ${path}\n${code.join("\n")}\n//#endregion`
      }),
    ""
  ].join("\n")
}

type Made = Omit<StageCode, "services">

const reachedBy = ({ graph, packages }: Context, closure: Closure): ReadonlyArray<ReachedPackage> => {
  const found: Array<ReachedPackage> = []
  for (const { origin } of closure.externals)
    if (origin._tag === "Package") found.push(...packages.from(origin.path, false))
  for (const [part, { required }] of closure.named)
    for (const { isWhole, specifier } of required) {
      const origin = graph.policy.of(specifier, part.module.path, "require")
      if (origin._tag === "Package" || origin._tag === "Own") found.push(...packages.from(origin.path, isWhole))
    }
  const distinct = new Map<string, ReachedPackage>()
  for (const each of found) {
    const id = `${each.name}@${each.version} ${each.hash}`
    if (distinct.get(id)?.via !== undefined || !distinct.has(id)) distinct.set(id, each)
  }
  return [...distinct.values()].sort(
    (a, b) => byText(a.name, b.name) || byText(a.version, b.version) || byText(a.hash, b.hash)
  )
}

/** What a closure names as files: by the number of the part that names it, as written, and where it lies. */
const assetsOf = (
  { graph, projectRoot }: Context,
  { named }: Closure
): ReadonlyArray<readonly [part: number, written: string, path: string]> => {
  // Whoever asks for its own place may put a path together with a text from anywhere else.
  const places = new Set(named.filter(([, { usesPlace }]) => usesPlace).map(([part]) => dirname(part.module.path)))
  return named.flatMap(([, { assets, literals, read }], number) => {
    const found = new Map<string, readonly [number, string, string]>()
    for (const { path, written } of assets) found.set(path, [number, written, path])
    const maybe = (written: string, folder: string): void => {
      const path = resolve(folder, written)
      if (!found.has(path) && path !== folder && graph.observed.kind(path) !== "absent")
        found.set(path, [number, written, path])
    }
    for (const each of read) maybe(each, projectRoot)
    for (const place of places) for (const literal of literals) maybe(literal, place)
    return [...found.values()]
  })
}

const made = (context: Context, closure: Closure): Made => {
  const reached = reachedBy(context, closure)
  const assets: Array<{ readonly path: string; readonly hash: string }> = []
  const contents: Array<string> = []
  for (const [number, written, path] of assetsOf(context, closure)) {
    const hash = contentOf(context, path)
    assets.push({ path: shown(context, path), hash })
    contents.push(`${number} ${written} ${hash}`)
  }
  const numerics = numericsOf(context, closure)
  const packages = [...new Set(closure.externals.map((external) => externalName(context, external)))].sort(byText)
  return {
    hash: FileStamp.sha256(
      JSON.stringify([
        closure.text,
        packages.filter((name) => !name.startsWith("ablate")),
        reached.map(({ hash, name, version }) => [name, version, hash]),
        contents,
        numerics.map(({ hash, name }) => [name, hash])
      ])
    ),
    readable: readableOf(context, closure),
    packages,
    reached,
    numerics,
    assets: assets.sort((a, b) => byText(a.path, b.path)),
    variables: [...new Set(closure.named.flatMap(([, named]) => named.variables))].sort(byText)
  }
}

/** The code of a stage, with the services that it can ask of the experiment's layers. */
export const stageCode = (context: Context, root: Root, layers: Layers | undefined): StageCode => {
  const closure = context.reach.closure(root)
  const own = made(context, closure)
  const needed = layers === undefined ? undefined : neededBy(context.graph, closure, layers)
  if (needed === undefined || needed.leaves.length === 0) return { ...own, services: [] }
  const services = needed.leaves.map((leaf) => ({ label: leaf.label, ...made(context, leaf.closure) }))
  return {
    ...own,
    hash: FileStamp.sha256(JSON.stringify([own.hash, needed.shape, services.map(({ hash }) => hash)])),
    reached: [...own.reached, ...services.flatMap(({ reached }) => reached)],
    numerics: [...own.numerics, ...services.flatMap(({ numerics }) => numerics)],
    assets: [...own.assets, ...services.flatMap(({ assets }) => assets)],
    variables: [...new Set([own, ...services].flatMap(({ variables }) => variables))].sort(byText),
    services: services.map(({ hash, label, readable }) => ({ hash, label, readable }))
  }
}
