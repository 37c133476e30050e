/**
 * The services that an experiment gives its stages, taken apart: which expression provides which service, so that a
 * stage's code contains the implementations that it can ask for, and no others.
 */
import { canonical } from "./Canonical.ts"
import type { Module, Part } from "./Module.ts"
import { isNamespace, type ModuleGraph } from "./ModuleGraph.ts"
import type { Closure, Reach } from "./Reach.ts"
import { child, children, isClass, keyName, type Node, span, text } from "./Syntax.ts"

/** One expression that makes a layer. */
export interface Leaf {
  readonly _tag: "Leaf"
  readonly closure: Closure
  /** The services that it provides; undefined where that cannot be told: then all that it reaches. */
  readonly provides: ReadonlySet<Part>
  readonly reaches: ReadonlySet<Part>
  /** As the author calls it. */
  readonly label: string
}

/** Layers that are put together by a function of Effect's. */
export interface Composed {
  readonly _tag: "Composed"
  readonly by: string
  readonly layers: ReadonlyArray<Layers>
}

export type Layers = Leaf | Composed

const providing = new Set(["succeed", "sync", "effect"])
const composing = new Set(["merge", "mergeAll", "provide", "provideMerge"])

/** The member of a module of Effect, or of the framework, that a node names; undefined where it names something else. */
const memberOf = (
  graph: ModuleGraph,
  module: Module,
  node: Node | undefined,
  namespace: string
): string | undefined => {
  if (node?.type !== "MemberExpression") return undefined
  const object = child(node, "object")
  if (object?.type !== "Identifier") return undefined
  const isMeant = isNamespace(graph.binding(module, text(object, "name")), namespace)
  return isMeant ? keyName(node, "property") : undefined
}

/** The innermost callee of calls of calls: `Context.Service<S>()("id")` → `Context.Service`. */
const innermost = (node: Node | undefined): Node | undefined =>
  node?.type === "CallExpression" ? innermost(child(node, "callee")) : node

/** Whether a part declares a service. */
export const isService = (graph: ModuleGraph, { module, node }: Part): boolean => {
  const made = isClass(node) ? child(node, "superClass") : child(node, "init")
  const name = memberOf(graph, module, innermost(made), "Context")
  return name === "Service" || name === "Reference"
}

const servicesIn = (graph: ModuleGraph, closure: Closure): ReadonlySet<Part> =>
  new Set(closure.parts.filter((part) => isService(graph, part)))

/** The expression of the experiment's `layer`, where it can be seen in its file. */
const layerExpression = (
  graph: ModuleGraph,
  entry: Module
): { readonly module: Module; readonly node: Node } | undefined => {
  const binding = graph.exported(entry, "default")
  if (binding?._tag !== "Part") return undefined
  const { module, node } = binding.part
  const made = binding.part.kind === "default" ? node : child(node, "init")
  if (memberOf(graph, module, made === undefined ? undefined : child(made, "callee"), "Experiment") !== "make")
    return undefined
  const options = made === undefined ? undefined : children(made, "arguments")[1]
  if (options?.type !== "ObjectExpression") return undefined
  const layers = children(options, "properties").filter(
    (property) => property.type === "Property" && keyName(property, "key") === "layer"
  )
  const hasSpread = children(options, "properties").some((property) => property.type === "SpreadElement")
  const value = layers.length === 1 && !hasSpread ? child(layers[0] ?? options, "value") : undefined
  return value === undefined ? undefined : { module, node: value }
}

const codeOf = (module: Module, node: Node): string => module.code.slice(...span(node))

const take = (reach: Reach, module: Module, node: Node, depth = 0): Layers => {
  const { graph } = reach
  if (depth < 20) {
    if (node.type === "Identifier") {
      const binding = graph.binding(module, text(node, "name"))
      const init =
        binding._tag === "Part" && binding.part.kind === "const" ? child(binding.part.node, "init") : undefined
      const isPlain = binding._tag === "Part" && binding.part.declares.length === 1
      if (binding._tag === "Part" && init !== undefined && isPlain) {
        const found = take(reach, binding.part.module, init, depth + 1)
        return found._tag === "Leaf" ? { ...found, label: text(node, "name") } : found
      }
    }
    if (node.type === "CallExpression") {
      const callee = child(node, "callee")
      const name = memberOf(graph, module, callee, "Layer")
      const given = children(node, "arguments")
      if (name !== undefined && composing.has(name) && given.every(({ type }) => type !== "SpreadElement"))
        return { _tag: "Composed", by: name, layers: given.map((each) => take(reach, module, each, depth + 1)) }
      if (callee?.type === "MemberExpression" && keyName(callee, "property") === "pipe") {
        const object = child(callee, "object")
        const steps = given.map((step) => [memberOf(graph, module, child(step, "callee"), "Layer"), step] as const)
        if (object !== undefined && steps.every(([by]) => by !== undefined && composing.has(by)))
          return steps.reduce<Layers>(
            (all, [by = "", step]) => ({
              _tag: "Composed",
              by,
              layers: [all, ...children(step, "arguments").map((each) => take(reach, module, each, depth + 1))]
            }),
            take(reach, module, object, depth + 1)
          )
      }
    }
  }
  return leaf(reach, module, node)
}

const leaf = (reach: Reach, module: Module, node: Node): Leaf => {
  const { graph } = reach
  const code = codeOf(module, node)
  const part: Part = { module, index: -1, kind: "default", node, declares: [], canonical: canonical(node), code }
  const closure = reach.closure({ module, part })
  const reaches = servicesIn(graph, closure)
  const provided = providedBy(graph, module, node)
  return {
    _tag: "Leaf",
    closure,
    reaches,
    provides: provided === undefined ? reaches : new Set([provided]),
    label: code.length <= 60 ? code : `${code.slice(0, 59)}…`
  }
}

/** The service of `Layer.succeed(S, …)` and its like. */
const providedBy = (graph: ModuleGraph, module: Module, node: Node): Part | undefined => {
  const inner =
    node.type === "CallExpression" && child(node, "callee")?.type === "CallExpression" ? child(node, "callee") : node
  const name = inner === undefined ? undefined : memberOf(graph, module, child(inner, "callee"), "Layer")
  const [first] = inner === undefined ? [] : children(inner, "arguments")
  if (name === undefined || !providing.has(name) || first?.type !== "Identifier") return undefined
  const binding = graph.binding(module, text(first, "name"))
  return binding._tag === "Part" && isService(graph, binding.part) ? binding.part : undefined
}

/** The layers of the experiment in `entry`; undefined where its file shows none. */
export const layersOf = (reach: Reach, entry: Module, hasLayer: boolean): Layers | undefined => {
  const found = layerExpression(reach.graph, entry)
  if (found !== undefined) return take(reach, found.module, found.node)
  if (!hasLayer) return undefined
  // It is put together in a way that cannot be followed: all that the experiment is made of may be in it.
  const closure = reach.closure({ module: entry, name: "default" })
  const reaches = servicesIn(reach.graph, closure)
  return { _tag: "Leaf", closure, reaches, provides: reaches, label: "the experiment" }
}

const leavesOf = (layers: Layers): ReadonlyArray<Leaf> =>
  layers._tag === "Leaf" ? [layers] : layers.layers.flatMap(leavesOf)

export interface Needed {
  readonly leaves: ReadonlyArray<Leaf>
  /** How they are put together. */
  readonly shape: string
}

/** What a closure can ask of the layers, with what those ask of each other. */
export const neededBy = (graph: ModuleGraph, closure: Closure, layers: Layers): Needed => {
  const wanted = new Set(servicesIn(graph, closure))
  const taken = new Set<Leaf>()
  const all = leavesOf(layers)
  for (let grown = true; grown; ) {
    grown = false
    for (const each of all) {
      if (taken.has(each) || ![...each.provides].some((service) => wanted.has(service))) continue
      grown = true
      taken.add(each)
      for (const service of each.reaches) wanted.add(service)
    }
  }
  const leaves = all.filter((each) => taken.has(each))
  const shape = (layer: Layers): string => {
    if (layer._tag === "Leaf") return taken.has(layer) ? String(leaves.indexOf(layer)) : ""
    const below = layer.layers.map(shape).filter((each) => each !== "")
    return below.length > 1 ? `${layer.by}(${below.join(",")})` : (below[0] ?? "")
  }
  return { leaves, shape: shape(layers) }
}
