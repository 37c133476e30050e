/**
 * The closure of a stage: the parts of the project's modules that it reaches, and the statements with effects that are
 * run when the modules are loaded and could change something that it reaches.
 */

import type { Origin } from "../modules/Policy.ts"
import { type Named, namedBy } from "./Assets.ts"
import type { Canonical, Use } from "./Canonical.ts"
import { Evaluation } from "./Evaluate.ts"
import type { Module, Part } from "./Module.ts"
import type { Binding, ModuleGraph } from "./ModuleGraph.ts"
import { child, children, isClass, isFunction, isTrue } from "./Syntax.ts"

/** Something outside the project: where it comes from, the name taken of it, and who asks. */
export interface ExternalUse {
  readonly origin: Exclude<Origin, { _tag: "Own" } | { _tag: "Missing" }>
  readonly name: string
}

/** Where a closure starts: a name that a module exports, or an expression in it as a part of its own. */
export type Root = { readonly module: Module; readonly name: string } | { readonly module: Module; readonly part: Part }

export interface Closure {
  readonly root: Root
  /** Parts by their numbers: the order in which they are first reached. */
  readonly parts: ReadonlyArray<Part>
  /** Those of them that have effects, in the order of evaluation. */
  readonly effects: ReadonlyArray<Part>
  readonly externals: ReadonlyArray<ExternalUse>
  readonly named: ReadonlyArray<readonly [part: Part, named: Named]>
  /** The closure as text that does not depend on names, places and formatting. */
  readonly text: string
}

/** What a part takes from elsewhere, in the order in which it stands. */
interface Taken {
  readonly binding: Binding
  readonly use: Use | undefined
}

/** Globals through which the state of everything can be changed. */
const farReaching = new Set([
  "globalThis",
  "global",
  "window",
  "self",
  "process",
  "eval",
  "Function",
  "Reflect",
  "require",
  "module"
])

/** What a CommonJS module is given. */
const commonNames = new Set(["require", "module", "exports"])

interface Influence {
  readonly parts: ReadonlyMap<Part, { readonly value: boolean; readonly written: boolean }>
  readonly isGlobal: boolean
  readonly usesPackages: boolean
}

const readOnlyOfFs = /^(read|exists|stat|lstat|access|realpath|open|createRead|constants|default|\*)/

export class Reach {
  readonly #graph: ModuleGraph
  readonly #evaluation: Evaluation
  readonly #order: ReadonlyMap<Part, number>
  readonly #effects: ReadonlyArray<Part>
  readonly #taken = new Map<Part, ReadonlyArray<Taken>>()
  readonly #influences = new Map<Part, Influence>()
  readonly #named = new Map<Part, Named>()

  constructor(graph: ModuleGraph) {
    this.#graph = graph
    this.#evaluation = new Evaluation(graph)
    const parts = graph.modules.flatMap((module) => module.parts)
    this.#order = new Map(parts.map((part, at) => [part, at]))
    this.#effects = parts.filter((part) => this.#evaluation.part(part) === undefined)
  }

  get graph(): ModuleGraph {
    return this.#graph
  }

  /** Whether evaluating a part may have effects. */
  hasEffects(part: Part): boolean {
    return this.#evaluation.part(part) === undefined
  }

  named(part: Part): Named {
    const known = this.#named.get(part) ?? namedBy(this.#graph, part)
    this.#named.set(part, known)
    return known
  }

  #takenBy(part: Part): ReadonlyArray<Taken> {
    const known = this.#taken.get(part) ?? this.#takenOf(part.module, part.canonical)
    this.#taken.set(part, known)
    return known
  }

  #takenOf(module: Module, { names, uses }: Canonical): ReadonlyArray<Taken> {
    return names.map((name) => ({ binding: this.#graph.binding(module, name), use: uses.get(name) }))
  }

  /** The parts that a binding leads to, with the members of a namespace that are used. */
  #partsOf({ binding, use }: Taken): ReadonlyArray<readonly [name: string, binding: Binding]> {
    if (binding._tag !== "Namespace") return [["", binding]]
    const isWhole = use === undefined || use.value || use.written || use.called || use.members.size === 0
    const names = isWhole ? this.#graph.exportedNames(binding.module) : [...use.members].sort()
    return names.flatMap((name): ReadonlyArray<readonly [string, Binding]> => {
      const found = this.#graph.exported(binding.module, name)
      if (found === undefined) return []
      return found._tag === "Namespace"
        ? this.#partsOf({ binding: found, use: undefined }).map(([below, each]) => [`${name}.${below}`, each])
        : [[name, found]]
    })
  }

  /** Everything that running an effect may touch. */
  #influence(effect: Part): Influence {
    const known = this.#influences.get(effect)
    if (known !== undefined) return known
    const parts = new Map<Part, { value: boolean; written: boolean }>([[effect, { value: true, written: true }]])
    let isGlobal = false
    let usesPackages = false
    const pending = [effect]
    for (let part = pending.pop(); part !== undefined; part = pending.pop())
      for (const taken of this.#takenBy(part))
        for (const [, binding] of this.#partsOf(taken)) {
          const { use } = taken
          if (binding._tag === "Part") {
            const seen = parts.get(binding.part)
            const entry = seen ?? { value: false, written: false }
            entry.value ||= use?.value === true
            entry.written ||= use?.written === true
            if (seen === undefined) {
              parts.set(binding.part, entry)
              pending.push(binding.part)
            }
          } else if (binding._tag === "Global") {
            const isItsOwn = part.module.isCommon && commonNames.has(binding.name)
            const isFar = farReaching.has(binding.name) && !isItsOwn
            if (isFar || (use?.written === true && !isItsOwn) || use?.members.has("prototype") === true) isGlobal = true
          } else if (binding._tag === "External") {
            if (binding.origin._tag === "Package") usesPackages = true
            if (binding.origin._tag === "Builtin" && touchesOutside(binding.origin.specifier, binding.name, use))
              isGlobal = true
          }
        }
    const influence = { parts, isGlobal, usesPackages }
    this.#influences.set(effect, influence)
    return influence
  }

  /** Whether what an effect does to a part that it touches can be seen by others who reach it. */
  #isState(part: Part, how: { readonly value: boolean; readonly written: boolean }): boolean {
    if (part.kind === "let" || part.kind === "var" || how.written || hasStatics(part)) return true
    const shape = this.#evaluation.part(part)
    switch (shape?.is) {
      case "primitive":
      case "built":
      case "library":
      case "node":
      case "global":
        return false
      case "function":
        // What a call at load time gave may keep something to itself.
        return how.value || !isDirect(part)
      case "class":
        return how.value
      default:
        return true
    }
  }

  /** The closure of a root. */
  closure(root: Root): Closure {
    const included = new Set<Part>()
    const externals = new Map<string, ExternalUse>()
    let reachesPackages = false
    const start: ReadonlyArray<Taken> =
      "name" in root
        ? [
            {
              binding: this.#graph.exported(root.module, root.name) ?? { _tag: "Global", name: root.name },
              use: undefined
            }
          ]
        : this.#takenBy(root.part)
    const include = (taken: Iterable<Taken>): void => {
      const pending: Array<Part> = []
      const take = (each: Taken): void => {
        for (const [, binding] of this.#partsOf(each)) {
          if (binding._tag === "Part" && !included.has(binding.part)) {
            included.add(binding.part)
            pending.push(binding.part)
          } else if (binding._tag === "External" && binding.origin._tag !== "Missing") {
            if (binding.origin._tag === "Package") reachesPackages = true
            externals.set(externalText(binding.origin, binding.name, this.#graph), {
              origin: binding.origin,
              name: binding.name
            })
          }
        }
      }
      for (const each of taken) take(each)
      for (let part = pending.pop(); part !== undefined; part = pending.pop())
        for (const each of this.#takenBy(part)) take(each)
    }
    include(start)
    for (let grown = true; grown; ) {
      grown = false
      for (const effect of this.#effects) {
        if (included.has(effect)) continue
        const influence = this.#influence(effect)
        const isSeen =
          influence.isGlobal ||
          (influence.usesPackages && reachesPackages) ||
          [...influence.parts].some(([part, how]) => included.has(part) && this.#isState(part, how))
        if (!isSeen) continue
        grown = true
        included.add(effect)
        include(this.#takenBy(effect))
      }
    }
    return this.#written(root, start, included, externals)
  }

  #written(
    root: Root,
    start: ReadonlyArray<Taken>,
    included: ReadonlySet<Part>,
    externals: Map<string, ExternalUse>
  ): Closure {
    const effects = this.#effects.filter((part) => included.has(part))
    const numbers = new Map<Part, number>()
    const parts: Array<Part> = []
    const numberOf = (part: Part): number => {
      const known = numbers.get(part)
      if (known !== undefined) return known
      numbers.set(part, parts.length)
      parts.push(part)
      return parts.length - 1
    }
    const nameOf = (taken: Taken, name: string): string => {
      const one = (binding: Binding): string => {
        switch (binding._tag) {
          case "Part": {
            const { declares } = binding.part
            const which = declares.length > 1 ? `/${declares.indexOf(binding.local)}` : ""
            return `@${numberOf(binding.part)}${which}`
          }
          case "External":
            return binding.origin._tag === "Missing"
              ? `<missing ${name}>`
              : `<${externalText(binding.origin, binding.name, this.#graph)}>`
          case "Global":
            return `~${binding.name}`
          case "Namespace":
            return "{}"
        }
      }
      if (taken.binding._tag !== "Namespace") return one(taken.binding)
      return `{${this.#partsOf(taken)
        .map(([member, binding]) => `${member}:${one(binding)}`)
        .join(",")}}`
    }
    const write = ({ names, texts }: Canonical, taken: ReadonlyArray<Taken>): string =>
      texts.reduce((all, text, at) => {
        const before = taken[at - 1]
        return all + (before === undefined ? "" : nameOf(before, names[at - 1] ?? "")) + text
      }, "")
    const lines: Array<string> = []
    if ("name" in root) lines.push(start.map((each) => nameOf(each, root.name)).join(" "))
    else lines.push(write(root.part.canonical, start))
    let done = 0
    const writeAll = (): void => {
      for (; done < parts.length; done++) {
        const part = parts[done]
        if (part !== undefined) lines.push(`#${done} ${part.kind} ${write(part.canonical, this.#takenBy(part))}`)
      }
    }
    writeAll()
    for (const effect of effects) {
      numberOf(effect)
      writeAll()
    }
    lines.push(`effects ${effects.map(numberOf).join(" ")}`)
    lines.push(`before ${this.#epochs(parts, effects).join(" ")}`)
    const reached = new Set(parts.map((part) => part.module))
    // In a circle the order of evaluation decides what is there when something is read.
    for (const circle of this.#graph.circles)
      if (circle.some((module) => reached.has(module)))
        lines.push(
          `circle ${circle.map((module) => module.parts.flatMap((part) => numbers.get(part) ?? []).join(",")).join(" ")}`
        )
    // A package that is imported for its effects alone may change anything.
    for (const module of this.#graph.modules)
      for (const specifier of module.bare) {
        const origin = this.#graph.origin(module, specifier)
        if (origin._tag === "Own" || origin._tag === "Missing") continue
        const text = externalText(origin, "", this.#graph)
        externals.set(text, { origin, name: "" })
        lines.push(`bare ${text}`)
      }
    if (parts.some(({ canonical }) => canonical.readsNames) || ("part" in root && root.part.canonical.readsNames))
      lines.push(`names ${JSON.stringify(parts.map((part) => part.declares))}`)
    return {
      root,
      parts,
      effects,
      externals: [...externals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, use]) => use),
      named: [...("part" in root ? [root.part] : []), ...parts].map((part) => [part, this.named(part)] as const),
      text: lines.join("\n")
    }
  }

  /** For every part that computes something when it is evaluated: how many of the effects come before it. */
  #epochs(parts: ReadonlyArray<Part>, effects: ReadonlyArray<Part>): ReadonlyArray<string> {
    if (effects.length === 0) return []
    const places = effects.map((effect) => this.#order.get(effect) ?? 0)
    return parts.flatMap((part, number) => {
      if (isDirect(part)) return []
      const place = this.#order.get(part) ?? 0
      return [`${number}:${places.filter((each) => each < place).length}`]
    })
  }
}

/** Whether a part only says what it is: evaluating it reads nothing. */
const isDirect = ({ kind, node }: Part): boolean => {
  if (kind === "function" || kind === "data") return true
  const init = kind === "default" ? node : child(node, "init")
  return init !== undefined && (isFunction(init) || init.type === "Literal")
}

/** Whether a part is a class with something of its own beside what its instances have. */
const hasStatics = ({ kind, node }: Part): boolean => {
  const made = kind === "class" || kind === "default" ? node : child(node, "init")
  const body = made !== undefined && isClass(made) ? child(made, "body") : undefined
  return (
    body !== undefined &&
    children(body, "body").some((member) => member.type === "StaticBlock" || isTrue(member, "static"))
  )
}

const touchesOutside = (specifier: string, name: string, use: Use | undefined): boolean => {
  if (specifier === "node:process" || specifier === "node:vm") return true
  if (specifier === "node:module") return name !== "createRequire"
  if (!specifier.startsWith("node:fs")) return false
  const names = name === "*" || name === "default" ? [...(use?.members ?? [])] : [name]
  return names.some((each) => !readOnlyOfFs.test(each))
}

/** A name of something outside, in a form that does not depend on where the project lies. */
export const externalText = (origin: ExternalUse["origin"], name: string, graph: ModuleGraph): string => {
  if (origin._tag !== "Package") return `${origin.specifier}#${name}`
  const info = graph.policy.packageOf(origin.path)
  const place = info === undefined ? origin.path : origin.path.slice(info.folder.length)
  return `${origin.name}${place}#${name}`
}
