/** The project's own modules as one program loads them: in the order of evaluation, with every name traced to its maker. */
import { Result } from "effect"
import type { Observed } from "../modules/Observed.ts"
import type { Origin, Policy } from "../modules/Policy.ts"
import { lateSpecifier } from "./Canonical.ts"
import * as Module from "./Module.ts"

/** What a name stands for. */
export type Binding =
  /** `local`: the name by which the part declares it. */
  | { readonly _tag: "Part"; readonly part: Module.Part; readonly local: string }
  /** All that a module of the project exports. */
  | { readonly _tag: "Namespace"; readonly module: Module.Module }
  /** A name of something outside the project; `*` for all of it. */
  | { readonly _tag: "External"; readonly origin: Exclude<Origin, { _tag: "Own" }>; readonly name: string }
  | { readonly _tag: "Global"; readonly name: string }

export interface ModuleGraph {
  /** In the order of evaluation; modules that are only imported late come last. */
  readonly modules: ReadonlyArray<Module.Module>
  readonly moduleAt: ReadonlyMap<string, Module.Module>
  /** What a name stands for where a part of the module uses it. */
  binding(module: Module.Module, name: string): Binding
  /** What a module exports under a name; undefined where it exports none such. */
  exported(module: Module.Module, name: string): Binding | undefined
  /** Every name that a module exports. */
  exportedNames(module: Module.Module): ReadonlyArray<string>
  origin(module: Module.Module, specifier: string): Origin
  /** Groups of modules that import each other in a circle, each in the order of evaluation. */
  readonly circles: ReadonlyArray<ReadonlyArray<Module.Module>>
  readonly observed: Observed
  readonly policy: Policy
}

/** Whether a name stands for one of Effect's modules, however it is imported; the framework exports some of them too. */
export const isNamespace = (binding: Binding, namespace: string): boolean => {
  if (binding._tag !== "External") return false
  const { name, origin } = binding
  return origin._tag === "Effect"
    ? name === namespace || origin.specifier === `effect/${namespace}`
    : origin._tag === "Framework" && name === namespace
}

/** An import that leads nowhere. */
export class ImportMissing extends Error {
  readonly specifier: string
  readonly importer: string

  constructor(specifier: string, importer: string) {
    super(`cannot find "${specifier}"`)
    this.specifier = specifier
    this.importer = importer
  }
}

/** A module that cannot be read. */
export class ModuleInvalid extends Error {
  readonly path: string
  readonly offset: number

  constructor(path: string, offset: number, message: string) {
    super(message)
    this.path = path
    this.offset = offset
  }
}

const lateSpecifiers = (module: Module.Module): ReadonlyArray<string> =>
  module.parts.flatMap(({ canonical }) => canonical.names.flatMap((name) => lateSpecifier(name) ?? []))

/**
 * Reads the modules that `entries` (absolute paths) import. Throws {@link ImportMissing} and {@link ModuleInvalid}.
 */
export const load = (entries: ReadonlyArray<string>, observed: Observed, policy: Policy): ModuleGraph => {
  const moduleAt = new Map<string, Module.Module>()
  const modules: Array<Module.Module> = []
  const originOf = new Map<string, Origin>()

  const origin = (module: Module.Module, specifier: string): Origin => {
    const id = `${module.path}\0${specifier}`
    const found = originOf.get(id) ?? policy.of(specifier, module.path, module.isCommon ? "require" : "import")
    originOf.set(id, found)
    return found
  }
  const ownOf = (module: Module.Module, specifiers: ReadonlyArray<string>, isLate = false): ReadonlyArray<string> =>
    specifiers.flatMap((specifier) => {
      const found = origin(module, specifier)
      // What is asked for late may be asked for in vain: somebody may be prepared for that.
      if (found._tag === "Missing" && !isLate) throw new ImportMissing(specifier, module.path)
      return found._tag === "Own" ? [found.path] : []
    })
  const read = (path: string): Module.Module => {
    const known = moduleAt.get(path)
    if (known !== undefined) return known
    const content = observed.bytes(path)
    const module = parsed(path, content)
    moduleAt.set(path, module)
    return module
  }

  // Depth first, a module after those that it imports: as they are evaluated.
  const visited = new Set<string>()
  const late: Array<string> = []
  const links = new Map<string, ReadonlyArray<string>>()
  const visit = (path: string): void => {
    if (visited.has(path)) return
    visited.add(path)
    const module = read(path)
    const imported = ownOf(module, module.requests)
    links.set(path, imported)
    for (const each of imported) visit(each)
    modules.push(module)
    late.push(...ownOf(module, lateSpecifiers(module), true))
  }
  for (const entry of entries) visit(entry)
  for (let path = late.shift(); path !== undefined; path = late.shift()) visit(path)

  const imported = (module: Module.Module, { imported: name, specifier }: Module.ImportedName): Binding | undefined => {
    const from = origin(module, specifier)
    if (from._tag !== "Own") return { _tag: "External", origin: from, name }
    const target = moduleAt.get(from.path)
    if (target === undefined) return undefined
    return name === "*" ? { _tag: "Namespace", module: target } : exported(target, name)
  }

  const exportedBy = (module: Module.Module, name: string, asked: Set<Module.Module>): Binding | undefined => {
    if (asked.has(module)) return undefined
    asked.add(module)
    const common = module.isCommon ? module.parts[0] : undefined
    if (common !== undefined) return { _tag: "Part", part: common, local: "default" }
    const own = module.exports.get(name)
    if (own !== undefined) return "local" in own ? binding(module, own.local) : imported(module, own)
    if (name === "default") return undefined
    let outside: Binding | undefined
    for (const specifier of module.exportAll) {
      const from = origin(module, specifier)
      if (from._tag !== "Own") {
        outside ??= { _tag: "External", origin: from, name }
        continue
      }
      const target = moduleAt.get(from.path)
      const found = target === undefined ? undefined : exportedBy(target, name, asked)
      if (found !== undefined) return found
    }
    return outside
  }
  const exported = (module: Module.Module, name: string): Binding | undefined => exportedBy(module, name, new Set())

  const binding = (module: Module.Module, name: string): Binding => {
    const part = module.partOf.get(name)
    if (part !== undefined) return { _tag: "Part", part, local: name }
    const from = module.imports.get(name)
    if (from !== undefined) return imported(module, from) ?? { _tag: "Global", name }
    const late = lateSpecifier(name)
    if (late !== undefined) return imported(module, { specifier: late, imported: "*" }) ?? { _tag: "Global", name }
    return { _tag: "Global", name }
  }

  const exportedNames = (module: Module.Module, asked = new Set<Module.Module>()): ReadonlyArray<string> => {
    if (asked.has(module)) return []
    asked.add(module)
    const others = module.exportAll.flatMap((specifier) => {
      const from = origin(module, specifier)
      const target = from._tag === "Own" ? moduleAt.get(from.path) : undefined
      return target === undefined ? [] : exportedNames(target, asked).filter((name) => name !== "default")
    })
    return [...new Set([...module.exports.keys(), ...others])].sort()
  }

  return {
    modules,
    moduleAt,
    binding,
    exported,
    exportedNames: (module) => exportedNames(module),
    origin,
    circles: circlesOf(modules, links),
    observed,
    policy
  }
}

const parsed = (path: string, content: Buffer): Module.Module =>
  Result.getOrThrowWith(Result.try({ try: () => Module.read(path, content), catch: (cause) => cause }), (cause) =>
    cause instanceof Module.SyntaxInvalid ? new ModuleInvalid(path, cause.offset, cause.message) : cause
  )

/** Strongly connected modules (Tarjan). */
const circlesOf = (
  modules: ReadonlyArray<Module.Module>,
  links: ReadonlyMap<string, ReadonlyArray<string>>
): ReadonlyArray<ReadonlyArray<Module.Module>> => {
  const numbers = new Map<string, number>()
  const stack: Array<string> = []
  const onStack = new Set<string>()
  const groups: Array<ReadonlySet<string>> = []
  const connect = (path: string): number => {
    const number = numbers.size
    numbers.set(path, number)
    let low = number
    stack.push(path)
    onStack.add(path)
    for (const next of links.get(path) ?? []) {
      if (!numbers.has(next)) low = Math.min(low, connect(next))
      else if (onStack.has(next)) low = Math.min(low, numbers.get(next) ?? low)
    }
    if (low === number) {
      const group = new Set(stack.splice(stack.indexOf(path)))
      for (const each of group) onStack.delete(each)
      if (group.size > 1) groups.push(group)
    }
    return low
  }
  for (const { path } of modules) if (!numbers.has(path)) connect(path)
  return groups.map((group) => modules.filter(({ path }) => group.has(path)))
}
