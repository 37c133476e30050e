/**
 * Whether evaluating an expression when a module is loaded only declares: it calls nothing that could change or depend on
 * anything else, nor hands it to anything that might. What cannot be shown to declare is taken to have effects.
 */
import { isQuietMethod, mannerOf, words } from "./Constructors.ts"
import type { Module, Part } from "./Module.ts"
import type { Binding, ModuleGraph } from "./ModuleGraph.ts"
import { namesOf } from "./Scope.ts"
import { built, convertsQuietly, either, isPlain, type Names, plain, primitive, type Shape, unknown } from "./Shape.ts"
import { child, children, isClass, isFunction, isTrue, keyName, type Node, text } from "./Syntax.ts"

const constructors = words(`Map Set WeakMap WeakSet Array RegExp URL URLSearchParams Error TypeError RangeError Date
  ArrayBuffer SharedArrayBuffer DataView TextEncoder TextDecoder Int8Array Uint8Array Uint8ClampedArray Int16Array
  Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array`)
const functions = words(
  "String Number Boolean BigInt Symbol parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent structuredClone"
)
const namespaces: Readonly<Record<string, ReadonlySet<string>>> = {
  Math: words(`abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp expm1 floor fround hypot imul log
    log10 log1p log2 max min pow round sign sin sinh sqrt tan tanh trunc`),
  JSON: words("parse stringify"),
  Object: words("keys values entries fromEntries freeze hasOwn is"),
  Array: words("isArray of from"),
  Number: words("isFinite isInteger isNaN isSafeInteger parseFloat parseInt"),
  String: words("fromCharCode fromCodePoint raw"),
  BigInt: words("asIntN asUintN"),
  Symbol: words("for"),
  Buffer: words("from alloc"),
  performance: words("")
}
/** Of Node's modules: they only look, and give data. */
const looking: Readonly<Record<string, ReadonlySet<string>>> = {
  "node:fs": words("readFileSync existsSync readdirSync statSync realpathSync lstatSync"),
  "node:path": words("join resolve dirname basename extname relative normalize parse isAbsolute format"),
  "node:url": words("fileURLToPath pathToFileURL"),
  "node:os": words("homedir tmpdir platform arch cpus availableParallelism EOL"),
  "node:util": words("inspect format"),
  "node:crypto": words("createHash hash"),
  "node:module": words("createRequire")
}
const readingMethods =
  words(`map filter flatMap flat slice concat join split includes indexOf lastIndexOf find findIndex
  findLast findLastIndex some every reduce reduceRight at keys values entries toSorted toReversed toSpliced with trim
  trimStart trimEnd toLowerCase toUpperCase repeat padStart padEnd replace replaceAll startsWith endsWith charCodeAt
  codePointAt charAt substring match matchAll test exec has get toString toFixed toPrecision valueOf toISOString getTime
  union intersection difference subarray localeCompare normalize forEach digest`)
const changingMethods = words("push pop shift unshift splice sort reverse fill copyWithin set add delete clear update")
/** Deep enough for helpers of helpers; beyond, a call counts as one with effects. */
const deepest = 12

/** The effect-free evaluation's shape; undefined where it may have effects. */
type Result = Shape | undefined

/** They call what they are given. */
const callbackMethods = words(
  "map filter flatMap find findIndex findLast findLastIndex some every reduce reduceRight forEach toSorted replace replaceAll"
)

const noNames: Names = { shapes: new Map(), fresh: new Set(), outer: undefined, self: unknown, call: undefined }
const inside = (outer: Names, self = outer.self, call = outer.call): Names => ({
  shapes: new Map(),
  fresh: new Set(),
  outer,
  self,
  call
})

const lookUp = (
  names: Names | undefined,
  name: string
): { readonly shape: Shape; readonly owner: Names } | undefined => {
  for (let at = names; at !== undefined; at = at.outer) {
    const shape = at.shapes.get(name)
    if (shape !== undefined) return { shape, owner: at }
  }
  return undefined
}

export class Evaluation {
  readonly #graph: ModuleGraph
  readonly #parts = new Map<Part, Result>()
  readonly #open = new Set<Part | Node>()
  /** Calls that have not returned. */
  readonly #calls = new Set<object>()
  #depth = 0

  constructor(graph: ModuleGraph) {
    this.#graph = graph
  }

  /** What a part declares, if evaluating it only declares; undefined where it may have effects. */
  part(part: Part): Result {
    if (this.#parts.has(part)) return this.#parts.get(part)
    // In a circle of parts nothing is known of what is still being evaluated.
    if (this.#open.has(part)) return unknown
    this.#open.add(part)
    const shape = this.#declared(part)
    this.#open.delete(part)
    this.#parts.set(part, shape)
    return shape
  }

  #declared({ kind, module, node }: Part): Result {
    if (kind === "data") return plain
    if (kind === "statement") return this.#statement(node, module, noNames) === "effect" ? undefined : primitive
    if (kind === "function" || kind === "class" || kind === "default") return this.#expression(node, module, noNames)
    // What is declared with `using` is disposed of when the module has been evaluated.
    if (kind !== "const" && kind !== "let" && kind !== "var") return undefined
    const init = child(node, "init")
    const shape = init === undefined ? primitive : this.#expression(init, module, noNames)
    const id = child(node, "id")
    if (shape === undefined || id === undefined || id.type === "Identifier") return shape
    return this.#bind(id, shape, module, inside(noNames)) ? unknown : undefined
  }

  #binding(binding: Binding): Result {
    switch (binding._tag) {
      case "Part": {
        const shape = this.part(binding.part)
        const id = child(binding.part.node, "id")
        if (shape === undefined || binding.part.kind === "let" || binding.part.kind === "var") return unknown
        if (id === undefined || id.type === "Identifier" || binding.part.kind === "data") return shape
        // One of the names that a pattern takes out of a value.
        const names = inside(noNames)
        const init = child(binding.part.node, "init")
        const whole = init === undefined ? undefined : this.#expression(init, binding.part.module, noNames)
        if (whole === undefined || !this.#bind(id, whole, binding.part.module, names)) return unknown
        return names.shapes.get(binding.local) ?? unknown
      }
      case "Namespace":
        return { is: "namespace", module: binding.module }
      case "Global":
        return { is: "global", name: binding.name }
      case "External": {
        const { name: member, origin } = binding
        const path = member === "*" ? [] : [member]
        if (origin._tag === "Effect") {
          const below = /^effect\/(\w+)$/.exec(origin.specifier)?.[1]
          return { is: "library", path: below === undefined ? path : [below, ...path] }
        }
        if (origin._tag === "Framework") return { is: "library", path }
        if (origin._tag === "Builtin")
          return { is: "node", path: [origin.specifier, ...(member === "default" ? [] : path)] }
        return unknown
      }
    }
  }

  #expression(node: Node, module: Module, names: Names): Result {
    const go = (each: Node | undefined): Result =>
      each === undefined ? primitive : this.#expression(each, module, names)
    if (isFunction(node)) return { is: "function", node, module, names }
    if (isClass(node)) return this.#class(node, module, names)
    switch (node.type) {
      case "Literal":
        return primitive
      case "MetaProperty":
        return plain
      case "ThisExpression":
        return names.self
      case "Identifier": {
        const name = text(node, "name")
        const local = lookUp(names, name)
        return local !== undefined ? local.shape : this.#binding(this.#graph.binding(module, name))
      }
      case "TemplateLiteral":
        return this.#allConvert(children(node, "expressions"), module, names)
      case "UnaryExpression": {
        const shape = go(child(node, "argument"))
        if (shape === undefined || node.operator === "delete") return undefined
        const isQuiet = node.operator === "!" || node.operator === "typeof" || node.operator === "void"
        return isQuiet || convertsQuietly(shape) ? primitive : undefined
      }
      case "BinaryExpression":
        return this.#binary(node, module, names)
      case "LogicalExpression":
      case "ConditionalExpression": {
        const test = node.type === "LogicalExpression" ? child(node, "left") : child(node, "test")
        const first = go(test)
        const second = go(node.type === "LogicalExpression" ? child(node, "right") : child(node, "consequent"))
        const third = node.type === "LogicalExpression" ? first : go(child(node, "alternate"))
        return first === undefined || second === undefined || third === undefined ? undefined : either(second, third)
      }
      case "SequenceExpression": {
        const shapes = children(node, "expressions").map(go)
        return shapes.includes(undefined) ? undefined : shapes.at(-1)
      }
      case "ArrayExpression": {
        let of: Shape | undefined
        for (const element of children(node, "elements")) {
          const shape = this.#item(element, module, names)
          if (shape === undefined) return undefined
          of = either(of, shape)
        }
        return { is: "list", of: of ?? primitive }
      }
      case "ObjectExpression":
        return this.#object(node, module, names)
      case "MemberExpression": {
        const shape = go(child(node, "object"))
        return shape === undefined ? undefined : this.#member(shape, node, module, names)
      }
      case "ChainExpression":
        return go(child(node, "expression"))
      case "CallExpression":
        return this.#call(node, module, names)
      case "NewExpression":
        return this.#new(node, module, names)
      case "TaggedTemplateExpression": {
        const tag = go(child(node, "tag"))
        const quasi = child(node, "quasi")
        if (tag?.is === "global" && tag.name === "String") return go(quasi)
        return undefined
      }
      case "AssignmentExpression":
        return this.#assignment(node, module, names)
      case "UpdateExpression": {
        const target = child(node, "argument")
        const local = target?.type === "Identifier" ? this.#mutable(names, text(target, "name")) : undefined
        return local?.shape.is === "primitive" ? primitive : undefined
      }
      // A late import too: it loads a module whose effects are parts of their own, or something that cannot be known.
      default:
        return undefined
    }
  }

  /** A local of a call that has not returned: nobody else sees it change. */
  #mutable(names: Names, name: string): ReturnType<typeof lookUp> {
    const found = lookUp(names, name)
    const { call } = found?.owner ?? noNames
    return call !== undefined && this.#calls.has(call) ? found : undefined
  }

  /** An element or argument: what is spread must be a list of the language's own. */
  #item(node: Node, module: Module, names: Names): Result {
    if (node.type !== "SpreadElement") return this.#expression(node, module, names)
    const argument = child(node, "argument")
    const shape = argument === undefined ? undefined : this.#expression(argument, module, names)
    if (shape?.is === "list") return shape.of
    return shape !== undefined && isPlain(shape) ? plain : undefined
  }

  #allConvert(nodes: ReadonlyArray<Node>, module: Module, names: Names): Result {
    for (const each of nodes) {
      const shape = this.#expression(each, module, names)
      if (shape === undefined || !convertsQuietly(shape)) return undefined
    }
    return primitive
  }

  #binary(node: Node, module: Module, names: Names): Result {
    const left = child(node, "left")
    const right = child(node, "right")
    if (left === undefined || right === undefined || left.type === "PrivateIdentifier") return undefined
    const a = this.#expression(left, module, names)
    const b = this.#expression(right, module, names)
    if (a === undefined || b === undefined) return undefined
    switch (node.operator) {
      case "===":
      case "!==":
        return primitive
      case "instanceof":
        return b.is === "global" && constructors.has(b.name) ? primitive : undefined
      default:
        return convertsQuietly(a) && convertsQuietly(b) ? primitive : undefined
    }
  }

  #object(node: Node, module: Module, names: Names): Result {
    const fields = new Map<string, Shape | undefined>()
    let isOpen = false
    let holdsMore = false
    for (const property of children(node, "properties")) {
      if (property.type === "SpreadElement") {
        const argument = child(property, "argument")
        const shape = argument === undefined ? undefined : this.#expression(argument, module, names)
        if (shape === undefined) return undefined
        if (shape.is === "object") {
          // Spreading reads every field.
          for (const [name, field] of shape.fields) {
            if (field === undefined) return undefined
            fields.set(name, field)
          }
        } else if (isPlain(shape) || shape.is === "built" || shape.is === "library") isOpen = true
        else return undefined
        continue
      }
      const value = child(property, "value")
      const name = keyName(property, "key")
      const key = child(property, "key")
      if (name === undefined && (key === undefined || this.#allConvert([key], module, names) === undefined))
        return undefined
      const isAccessor = property.kind === "get" || property.kind === "set"
      const shape = value === undefined ? primitive : this.#expression(value, module, names)
      if (shape === undefined) return undefined
      if (name === undefined) {
        isOpen = true
        holdsMore ||= isAccessor || !isPlain(shape)
      } else fields.set(name, isAccessor ? undefined : shape)
    }
    if (!isOpen) return { is: "object", fields }
    return !holdsMore && [...fields.values()].every((field) => field !== undefined && isPlain(field)) ? plain : unknown
  }

  #member(shape: Shape, node: Node, module: Module, names: Names): Result {
    const name = keyName(node, "property")
    const key = child(node, "property")
    if (name === undefined && (key === undefined || this.#allConvert([key], module, names) === undefined))
      return undefined
    switch (shape.is) {
      case "primitive":
        return primitive
      case "plain":
        return plain
      case "list":
        return name === "length" || name === "size" ? primitive : either(shape.of, primitive)
      case "object": {
        if (name !== undefined && shape.fields.has(name)) return shape.fields.get(name)
        const fields = [...shape.fields.values()]
        if (name !== undefined) return primitive
        return fields.includes(undefined)
          ? undefined
          : fields.reduce<Shape>((all, field) => either(all, field ?? unknown), fields[0] ?? primitive)
      }
      case "built":
        return built
      case "library":
        return { is: "library", path: [...shape.path, name ?? "?"] }
      case "node":
        return { is: "node", path: [...shape.path, name ?? "?"] }
      case "namespace": {
        const found = name === undefined ? undefined : this.#graph.exported(shape.module, name)
        return found === undefined ? unknown : this.#binding(found)
      }
      case "global":
        if (shape.name === "process") return plain
        return constructors.has(shape.name) || shape.name in namespaces || shape.name === "undefined"
          ? primitive
          : undefined
      case "function":
        return name === "name" || name === "length" ? primitive : unknown
      case "class":
      case "instance": {
        const body = child(shape.is === "class" ? shape.node : shape.of, "body")
        const isStatic = shape.is === "class"
        const members = body === undefined ? [] : children(body, "body")
        const superClass = child(shape.is === "class" ? shape.node : shape.of, "superClass")
        if (superClass !== undefined && this.#expression(superClass, module, names)?.is !== "built") return undefined
        const mayBeAccessor = members.some(
          (member) =>
            isTrue(member, "static") === isStatic &&
            (member.kind === "get" || member.kind === "set") &&
            (name === undefined || keyName(member, "key") === undefined || keyName(member, "key") === name)
        )
        return mayBeAccessor ? undefined : superClass !== undefined ? built : unknown
      }
      case "unknown":
        return undefined
    }
  }

  #arguments(node: Node, module: Module, names: Names): ReadonlyArray<Shape> | undefined {
    const shapes: Array<Shape> = []
    for (const argument of children(node, "arguments")) {
      const shape = this.#item(argument, module, names)
      if (shape === undefined) return undefined
      shapes.push(shape)
    }
    return shapes
  }

  #call(node: Node, module: Module, names: Names): Result {
    const callee = child(node, "callee")
    const given = this.#arguments(node, module, names)
    if (callee === undefined || given === undefined) return undefined
    if (callee.type === "MemberExpression") return this.#method(callee, given, module, names)
    const shape = this.#expression(callee, module, names)
    return shape === undefined ? undefined : this.#apply(shape, given)
  }

  #method(callee: Node, given: ReadonlyArray<Shape>, module: Module, names: Names): Result {
    const object = child(callee, "object")
    const name = keyName(callee, "property")
    if (object === undefined || name === undefined) return undefined
    const on = object.type === "Super" ? undefined : this.#expression(object, module, names)
    if (on === undefined) return undefined
    if (on.is === "global") {
      if (!(namespaces[on.name]?.has(name) ?? false)) return undefined
      if (on.name === "Array" && name === "from" && given[1] !== undefined) {
        const from = given[0]
        const made = this.#apply(given[1], [from?.is === "list" ? from.of : primitive, primitive])
        const isQuiet = from !== undefined && (from.is === "list" || from.is === "object" || isPlain(from))
        return made === undefined || !isQuiet ? undefined : { is: "list", of: made }
      }
      if (on.name === "Object" && (name === "values" || name === "entries") && !given.every(isReadable))
        return undefined
      if (on.name === "JSON" || on.name === "String" || on.name === "Array")
        return given.every(isPlain) ? (name === "stringify" ? primitive : plain) : undefined
      if (on.name === "Math" || on.name === "Number") return given.every(convertsQuietly) ? primitive : undefined
      if (on.name === "Object" && (name === "freeze" || name === "fromEntries"))
        return given[0]?.is === "list" && name === "fromEntries" ? plainOr(given[0]) : given[0]
      return given.every(isPlain) ? plain : unknown
    }
    if (
      on.is === "built" ||
      (on.is === "library" && mannerOf([...on.path, name]) === undefined && isQuietMethod(name))
    ) {
      if (name === "node" && on.is === "built" && on.stage !== undefined) return this.#node(on.stage)
      if (!isQuietMethod(name)) return undefined
      return name === "pipe" ? this.#pipe(on, given) : built
    }
    const isList = on.is === "list" || isPlain(on)
    if (isList && readingMethods.has(name)) {
      const of = on.is === "list" ? on.of : isPlain(on) ? plain : unknown
      let result: Shape = plain
      for (const each of given) {
        if (each.is === "unknown" && callbackMethods.has(name)) return undefined
        if (each.is === "function") {
          const called = this.#apply(each, [
            name === "reduce" || name === "reduceRight" ? (given[1] ?? unknown) : of,
            of,
            primitive
          ])
          if (called === undefined) return undefined
          result = called
        } else if (each.is !== "list" && !isPlain(each) && each.is !== "unknown") {
          const called = this.#apply(each, [of, primitive])
          if (called === undefined) return undefined
          result = called
        }
      }
      switch (name) {
        case "map":
        case "flatMap":
          return { is: "list", of: result.is === "list" && name === "flatMap" ? result.of : result }
        case "filter":
        case "slice":
        case "toSorted":
        case "toReversed":
        case "concat":
        case "flat":
        case "subarray":
          return given.every((each) => each.is !== "unknown") ? { is: "list", of } : unknown
        case "find":
        case "findLast":
        case "at":
        case "get":
          return either(of, primitive)
        case "reduce":
        case "reduceRight":
          return result
        default:
          return isPlain(of) ? plain : unknown
      }
    }
    if (
      changingMethods.has(name) &&
      object.type === "Identifier" &&
      this.#mutable(names, text(object, "name"))?.owner.fresh.has(text(object, "name")) === true
    )
      return given.every((each) => each.is !== "function") ? unknown : undefined
    if (on.is === "instance") return undefined
    const shape = this.#member(on, callee, module, names)
    return shape === undefined ? undefined : this.#apply(shape, given)
  }

  /** Applying a stage encodes the config and asks for the numerics' name; it computes nothing. */
  #node(options: Shape): Result {
    const numerics = options.is === "object" ? (options.fields.get("numerics") ?? primitive) : unknown
    if (numerics.is === "unknown") return undefined
    return numerics.is === "primitive" || this.#apply(numerics, [plain]) !== undefined ? built : undefined
  }

  #pipe(on: Shape, given: ReadonlyArray<Shape>): Result {
    let shape: Shape = on
    for (const each of given) {
      const next = this.#apply(each, [shape])
      if (next === undefined) return undefined
      shape = next
    }
    return shape
  }

  /** Calls it with arguments of these shapes. */
  #apply(shape: Shape, given: ReadonlyArray<Shape>): Result {
    switch (shape.is) {
      // What Effect made in a first step keeps what the second step gives it.
      case "built":
        return built
      case "global":
        return functions.has(shape.name) && given.every(convertsQuietly) ? primitive : undefined
      case "library": {
        const manner = mannerOf(shape.path)
        if (manner === undefined) return undefined
        if (shape.path.join(".") === "Stage.make") return { is: "built", stage: given[1] ?? unknown }
        if (manner === "keeps") return built
        if (shape.path.at(-1) === "pipe")
          return given[0] === undefined ? undefined : this.#pipe(given[0], given.slice(1))
        const list = given.find((each) => each.is === "list")
        const of = list?.is === "list" ? list.of : unknown
        return given.every((each) => this.#callsQuietly(each, of)) ? built : undefined
      }
      case "node": {
        const [from = "", name = ""] = shape.path
        return looking[from]?.has(name) === true && given.every((each) => isPlain(each) || each.is === "unknown")
          ? plain
          : undefined
      }
      case "function":
        return this.#invoke(shape.node, shape.module, shape.names, given, unknown)
      default:
        return undefined
    }
  }

  /** Whether what is given to a function that calls it, or what it holds, declares. */
  #callsQuietly(shape: Shape, of: Shape): boolean {
    switch (shape.is) {
      case "function":
      case "library":
      case "global":
      case "node":
        return this.#apply(shape, [of, primitive]) !== undefined
      case "object":
        return [...shape.fields.values()].every((field) => field !== undefined && this.#callsQuietly(field, of))
      case "list":
        return shape.of.is === "list" || this.#callsQuietly(shape.of, of)
      case "unknown":
      case "class":
      case "instance":
      case "namespace":
        return false
      default:
        return true
    }
  }

  #invoke(node: Node, module: Module, outer: Names, given: ReadonlyArray<Shape>, self: Shape): Result {
    const body = child(node, "body")
    if (body === undefined || isTrue(node, "async") || isTrue(node, "generator")) return undefined
    if (this.#open.has(node) || this.#depth > deepest) return undefined
    this.#open.add(node)
    this.#depth++
    const call = {}
    this.#calls.add(call)
    const names = inside(outer, node.type === "ArrowFunctionExpression" ? outer.self : self, call)
    const isBound = children(node, "params").every((param, at) =>
      param.type === "RestElement"
        ? bindRest(param, given.slice(at), names)
        : this.#bind(param, given[at] ?? primitive, module, names)
    )
    const ended = !isBound
      ? "effect"
      : body.type === "BlockStatement"
        ? this.#statements(children(body, "body"), module, names)
        : (this.#expression(body, module, names) ?? "effect")
    this.#depth--
    this.#calls.delete(call)
    this.#open.delete(node)
    return ended === "effect" ? undefined : (ended ?? primitive)
  }

  /** Binds a pattern; false where that may run something. */
  #bind(pattern: Node, shape: Shape, module: Module, names: Names): boolean {
    switch (pattern.type) {
      case "Identifier":
        names.shapes.set(text(pattern, "name"), shape)
        return true
      case "AssignmentPattern": {
        const left = child(pattern, "left")
        const right = child(pattern, "right")
        const other = right === undefined ? undefined : this.#expression(right, module, names)
        return left !== undefined && other !== undefined && this.#bind(left, either(shape, other), module, names)
      }
      case "ArrayPattern":
        if (shape.is !== "list" && !isPlain(shape)) return false
        return children(pattern, "elements").every((each) =>
          each.type === "RestElement"
            ? bindRest(each, [shape.is === "list" ? shape.of : plain], names)
            : this.#bind(each, shape.is === "list" ? either(shape.of, primitive) : plain, module, names)
        )
      case "ObjectPattern":
        return children(pattern, "properties").every((property) => {
          if (property.type === "RestElement") {
            if (!isPlain(shape)) return false
            for (const name of namesOf(property)) names.shapes.set(name, plain)
            return true
          }
          const value = child(property, "value")
          const read: Node = { type: "MemberExpression", computed: property.computed, property: property.key }
          const field = this.#member(shape, read, module, names)
          return value !== undefined && field !== undefined && this.#bind(value, field, module, names)
        })
      default:
        return false
    }
  }

  #assignment(node: Node, module: Module, names: Names): Result {
    const left = child(node, "left")
    const right = child(node, "right")
    const value = right === undefined ? undefined : this.#expression(right, module, names)
    if (left === undefined || value === undefined) return undefined
    if (left.type === "Identifier") {
      const local = this.#mutable(names, text(left, "name"))
      if (local === undefined) return undefined
      if (node.operator !== "=" && !(convertsQuietly(local.shape) && convertsQuietly(value))) return undefined
      local.owner.fresh.delete(text(left, "name"))
      local.owner.shapes.set(text(left, "name"), either(local.shape, value))
      return value
    }
    if (left.type !== "MemberExpression") return undefined
    const object = child(left, "object")
    const key = child(left, "property")
    if (
      keyName(left, "property") === undefined &&
      (key === undefined || this.#allConvert([key], module, names) === undefined)
    )
      return undefined
    if (object?.type === "ThisExpression" && names.self.is === "instance") {
      const body = child(names.self.of, "body")
      const hasSetter = body !== undefined && children(body, "body").some((member) => member.kind === "set")
      return hasSetter || child(names.self.of, "superClass") !== undefined ? undefined : value
    }
    if (object?.type !== "Identifier" || (node.operator !== "=" && !convertsQuietly(value))) return undefined
    const local = this.#mutable(names, text(object, "name"))
    if (local === undefined || !local.owner.fresh.has(text(object, "name"))) return undefined
    const shape = local.shape
    local.owner.shapes.set(
      text(object, "name"),
      shape.is === "list"
        ? { is: "list", of: either(shape.of, value) }
        : isPlain(shape) && isPlain(value)
          ? plain
          : unknown
    )
    return value
  }

  #class(node: Node, module: Module, names: Names): Result {
    const superClass = child(node, "superClass")
    const base = superClass === undefined ? undefined : this.#expression(superClass, module, names)
    if (
      superClass !== undefined &&
      (base === undefined ||
        (base.is !== "built" && base.is !== "class" && base.is !== "global" && base.is !== "library"))
    )
      return undefined
    if (children(node, "decorators").length > 0) return undefined
    const self: Shape = base?.is === "built" ? built : { is: "class", node, module, names }
    const around = inside(names, self)
    for (const name of namesOf(child(node, "id"))) around.shapes.set(name, self)
    const body = child(node, "body")
    for (const member of body === undefined ? [] : children(body, "body")) {
      if (children(member, "decorators").length > 0) return undefined
      const key = child(member, "key")
      if (isTrue(member, "computed") && key !== undefined && this.#allConvert([key], module, around) === undefined)
        return undefined
      if (member.type === "StaticBlock" && this.#statements(children(member, "body"), module, around) !== undefined)
        return undefined
      const value = child(member, "value")
      if (member.type === "PropertyDefinition" && isTrue(member, "static") && value !== undefined)
        if (this.#expression(value, module, around) === undefined) return undefined
    }
    return self
  }

  #new(node: Node, module: Module, names: Names): Result {
    const callee = child(node, "callee")
    const given = this.#arguments(node, module, names)
    const shape = callee === undefined ? undefined : this.#expression(callee, module, names)
    if (shape === undefined || given === undefined) return undefined
    if (shape.is === "global") {
      if (!constructors.has(shape.name) || !given.every((each) => each.is !== "unknown" && each.is !== "instance"))
        return undefined
      if (shape.name === "RegExp" || shape.name === "Date" || shape.name.endsWith("Error"))
        return given.every(convertsQuietly) ? primitive : undefined
      const first = given[0]
      return {
        is: "list",
        of: first?.is === "list" ? entryOf(first.of) : first === undefined || isPlain(first) ? primitive : unknown
      }
    }
    if (shape.is !== "class" || child(shape.node, "superClass") !== undefined) return undefined
    const self: Shape = { is: "instance", of: shape.node }
    const body = child(shape.node, "body")
    for (const member of body === undefined ? [] : children(body, "body")) {
      const value = child(member, "value")
      if (value === undefined || isTrue(member, "static")) continue
      if (
        member.type === "PropertyDefinition" &&
        this.#expression(value, shape.module, inside(shape.names, self)) === undefined
      )
        return undefined
      if (member.kind === "constructor" && this.#invoke(value, shape.module, shape.names, given, self) === undefined)
        return undefined
    }
    return self
  }

  /** The shape of what the statements return (undefined where they return nothing), or `effect`. */
  #statements(nodes: ReadonlyArray<Node>, module: Module, names: Names): Shape | "effect" | undefined {
    let returned: Shape | undefined
    for (const node of nodes) if (node.type === "FunctionDeclaration") this.#hoist(node, module, names)
    for (const node of nodes) {
      const ended = this.#statement(node, module, names)
      if (ended === "effect") return "effect"
      if (ended !== undefined) returned = either(returned, ended)
    }
    return returned
  }

  #hoist(node: Node, module: Module, names: Names): void {
    for (const name of namesOf(child(node, "id"))) names.shapes.set(name, { is: "function", node, module, names })
  }

  #statement(node: Node, module: Module, names: Names): Shape | "effect" | undefined {
    const value = (field: string): Result | "none" => {
      const each = child(node, field)
      return each === undefined ? "none" : this.#expression(each, module, names)
    }
    const below = (field: string, within = inside(names)): Shape | "effect" | undefined => {
      const each = child(node, field)
      return each === undefined ? undefined : this.#statement(each, module, within)
    }
    switch (node.type) {
      case "EmptyStatement":
      case "FunctionDeclaration":
      case "BreakStatement":
      case "ContinueStatement":
        return undefined
      case "ExpressionStatement":
      case "ThrowStatement":
        return value(node.type === "ThrowStatement" ? "argument" : "expression") === undefined ? "effect" : undefined
      case "ReturnStatement": {
        const shape = value("argument")
        return shape === "none" ? primitive : (shape ?? "effect")
      }
      case "ClassDeclaration": {
        const shape = this.#class(node, module, names)
        if (shape === undefined) return "effect"
        for (const name of namesOf(child(node, "id"))) names.shapes.set(name, shape)
        return undefined
      }
      case "VariableDeclaration":
        for (const each of children(node, "declarations")) {
          const init = child(each, "init")
          const id = child(each, "id")
          const shape = init === undefined ? primitive : this.#expression(init, module, names)
          if (shape === undefined || id === undefined || !this.#bind(id, shape, module, names)) return "effect"
          if (id.type === "Identifier" && init !== undefined && isFresh(init)) names.fresh.add(text(id, "name"))
        }
        return undefined
      case "BlockStatement":
        return this.#statements(children(node, "body"), module, inside(names))
      case "IfStatement": {
        if (value("test") === undefined) return "effect"
        return joined(below("consequent"), below("alternate"))
      }
      case "ForStatement": {
        const scope = inside(names)
        const init = child(node, "init")
        if (
          init !== undefined &&
          (init.type === "VariableDeclaration"
            ? this.#statement(init, module, scope)
            : (this.#expression(init, module, scope) ?? "effect")) === "effect"
        )
          return "effect"
        return this.#loop(node, ["test", "update"], module, scope)
      }
      case "WhileStatement":
      case "DoWhileStatement":
        return this.#loop(node, ["test"], module, inside(names))
      case "ForOfStatement":
      case "ForInStatement": {
        const right = value("right")
        const left = child(node, "left")
        const declared =
          left?.type === "VariableDeclaration" ? child(children(left, "declarations")[0] ?? left, "id") : undefined
        if (right === undefined || right === "none" || declared === undefined || isTrue(node, "await")) return "effect"
        if (right.is !== "list" && !isPlain(right)) return "effect"
        const scope = inside(names)
        const of = node.type === "ForInStatement" ? primitive : right.is === "list" ? right.of : plain
        if (!this.#bind(declared, of, module, scope)) return "effect"
        return this.#loop(node, [], module, scope)
      }
      default:
        return "effect"
    }
  }

  /** Twice, since what a first pass assigns a second one reads. */
  #loop(node: Node, heads: ReadonlyArray<string>, module: Module, scope: Names): Shape | "effect" | undefined {
    let returned: Shape | undefined
    for (let pass = 0; pass < 2; pass++) {
      for (const head of heads) {
        const each = child(node, head)
        if (each !== undefined && this.#expression(each, module, scope) === undefined) return "effect"
      }
      const body = child(node, "body")
      const ended = body === undefined ? undefined : this.#statement(body, module, scope)
      if (ended === "effect") return "effect"
      if (ended !== undefined) returned = either(returned, ended)
    }
    return returned
  }
}

const joined = (a: Shape | "effect" | undefined, b: Shape | "effect" | undefined): Shape | "effect" | undefined =>
  a === "effect" || b === "effect" ? "effect" : b === undefined ? a : either(a, b)

/** Always succeeds, unlike the binding of other patterns. */
const bindRest = (param: Node, given: ReadonlyArray<Shape>, names: Names): true => {
  const of = given.reduce<Shape>((all, each) => either(all, each), given[0] ?? primitive)
  for (const name of namesOf(param)) names.shapes.set(name, { is: "list", of })
  return true
}

const isFresh = (init: Node): boolean =>
  init.type === "ArrayExpression" || init.type === "ObjectExpression" || init.type === "NewExpression"

const isReadable = (shape: Shape): boolean =>
  isPlain(shape) || shape.is === "built" || (shape.is === "object" && ![...shape.fields.values()].includes(undefined))

const plainOr = (shape: Shape): Shape => (isPlain(shape) ? plain : unknown)

/** A map is made from pairs: what it holds is what they hold. */
const entryOf = (pair: Shape): Shape => (pair.is === "list" ? pair.of : pair)
