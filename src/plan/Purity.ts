/**
 * Which top-level initialisers of a module only declare. Sibling stages in one file must not be part of
 * each other's code, so what only declares is marked for the bundler as free of effects and goes when
 * nothing uses it. What cannot be shown to declare stays: a needless rerun is better than a stale number.
 *
 * A call declares when it is rooted in a name imported from `ablate` or `effect` (whatever stands in its
 * arguments), in a pure global, or in a function of the module whose body only declares.
 */
import { type ESTree, parse, Visitor } from "rolldown/utils"

export interface Marked {
  readonly code: string
  /**
   * Whether the module goes as a whole when none of its exports is used: it does nothing but initialise, yet
   * some initialiser cannot be shown to declare. (One that only declares goes piece by piece.)
   */
  readonly isDroppable: boolean
  /** Specifiers of imports that name nothing: they are there for their effects. */
  readonly bareImports: ReadonlyArray<string>
}

/** Inert: the bundler drops it unaided. Declares: it goes if wrapped. Effect: it stays. */
type Purity = 0 | 1 | 2
const inert = 0
const declares = 1
const effect = 2

const worst = (purities: Iterable<Purity>): Purity => {
  let found: Purity = inert
  for (const purity of purities) if (purity > found) found = purity
  return found
}
const atLeastDeclares = (purity: Purity): Purity => (purity === effect ? effect : declares)

const pureConstructors = new Set(
  "Map Set WeakMap WeakSet Array RegExp URL Error Date ArrayBuffer DataView TextEncoder TextDecoder Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array".split(
    " "
  )
)
const pureGlobals = new Set("String Number Boolean BigInt Symbol parseInt parseFloat isNaN isFinite".split(" "))
const pureNamespaces = new Set("Math Number String Array BigInt Symbol JSON".split(" "))
const pureObjectMethods = new Set("keys values entries fromEntries freeze hasOwn groupBy".split(" "))
const pureMethods = new Set(
  "map filter flatMap flat slice concat join split includes indexOf lastIndexOf find findIndex findLast some every reduce reduceRight at keys values entries toSorted toReversed toSpliced with trim trimStart trimEnd toLowerCase toUpperCase repeat padStart padEnd replace replaceAll startsWith endsWith charCodeAt codePointAt charAt substring match matchAll test has get toString toFixed union intersection difference".split(
    " "
  )
)

const isBuilderModule = (specifier: string): boolean => /^(ablate|effect)(\/|$)/.test(specifier)

type FunctionNode = ESTree.ArrowFunctionExpression | ESTree.Function

class Analysis {
  readonly #builders = new Set<string>()
  readonly #pureFunctions = new Set<string>()

  /** Where the module itself awaits: that cannot move into a wrapper function. */
  readonly #awaits: ReadonlyArray<number>

  constructor(program: ESTree.Program, source: string) {
    this.#awaits = source.includes("await") ? topLevelAwaits(program) : []
    for (const statement of program.body) {
      if (statement.type !== "ImportDeclaration" || !isBuilderModule(statement.source.value)) continue
      // Effect's Mutable* modules are the ones whose calls change what they are given.
      for (const { local } of statement.specifiers) {
        if (!local.name.startsWith("Mutable")) this.#builders.add(local.name)
      }
    }
  }

  /** Whether the chain of calls and members starts at a builder: `Schema.Struct({}).pipe(f)`. */
  isBuilt(node: ESTree.Expression | ESTree.Super, self = false): boolean {
    switch (node.type) {
      case "Identifier":
        return this.#builders.has(node.name)
      case "ThisExpression":
        return self
      case "CallExpression":
      case "NewExpression":
        return this.isBuilt(node.callee, self)
      case "MemberExpression":
        return this.isBuilt(node.object, self)
      case "TaggedTemplateExpression":
        return this.isBuilt(node.tag, self)
      case "ChainExpression":
      case "ParenthesizedExpression":
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "TSNonNullExpression":
      case "TSInstantiationExpression":
        return this.isBuilt(node.expression, self)
      default:
        return false
    }
  }

  /** `self`: inside a class that extends a builder, where `this` is one too. */
  purity(node: ESTree.Expression, self = false): Purity {
    switch (node.type) {
      case "Literal":
      case "Identifier":
      case "ThisExpression":
      case "MetaProperty":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return inert
      case "ParenthesizedExpression":
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "TSNonNullExpression":
      case "TSTypeAssertion":
      case "TSInstantiationExpression":
      case "ChainExpression":
        return this.purity(node.expression, self)
      case "TemplateLiteral":
        return worst(node.expressions.map((part) => atLeastDeclares(this.purity(part, self))))
      case "UnaryExpression":
        return node.operator === "delete" ? effect : this.purity(node.argument, self)
      case "BinaryExpression":
        return node.left.type === "PrivateIdentifier"
          ? effect
          : worst([this.purity(node.left, self), this.purity(node.right, self)])
      case "LogicalExpression":
        return worst([this.purity(node.left, self), this.purity(node.right, self)])
      case "ConditionalExpression":
        return worst([
          this.purity(node.test, self),
          this.purity(node.consequent, self),
          this.purity(node.alternate, self)
        ])
      case "ArrayExpression":
        return worst(node.elements.map((element) => (element === null ? inert : this.#item(element, self))))
      case "ObjectExpression":
        return worst(
          node.properties.map((property) =>
            property.type === "SpreadElement"
              ? this.#item(property, self)
              : worst([this.#key(property.key, property.computed), this.purity(property.value, self)])
          )
        )
      case "MemberExpression":
        if (node.object.type === "Super") return effect
        return worst([
          this.purity(node.object, self),
          node.property.type === "PrivateIdentifier" ? effect : this.#key(node.property, node.computed)
        ])
      case "CallExpression":
        if (this.isBuilt(node, self)) return this.#hasAwait(node) ? effect : declares
        return atLeastDeclares(worst([this.#callee(node.callee, self), ...this.#arguments(node.arguments, self)]))
      case "NewExpression":
        if (this.isBuilt(node, self)) return this.#hasAwait(node) ? effect : declares
        return node.callee.type === "Identifier" && pureConstructors.has(node.callee.name)
          ? atLeastDeclares(worst(this.#arguments(node.arguments, self)))
          : effect
      case "TaggedTemplateExpression":
        return this.isBuilt(node, self) && !this.#hasAwait(node) ? declares : effect
      default:
        return effect
    }
  }

  /** A function whose call declares: constants, branches and a returned value, no loop and no assignment. */
  isPureFunction(node: FunctionNode): boolean {
    if (node.async || node.body === null || ("generator" in node && node.generator)) return false
    if (node.params.some((param) => param.type === "AssignmentPattern" && this.purity(param.right) === effect))
      return false
    return node.body.type === "BlockStatement"
      ? node.body.body.every((statement) => this.#declaresOnly(statement))
      : this.purity(node.body) !== effect
  }

  addPureFunction(name: string): void {
    this.#pureFunctions.add(name)
  }

  #declaresOnly(statement: ESTree.Statement | ESTree.Directive): boolean {
    switch (statement.type) {
      case "BlockStatement":
        return statement.body.every((inner) => this.#declaresOnly(inner))
      case "ReturnStatement":
        return statement.argument === null || this.purity(statement.argument) !== effect
      case "IfStatement":
        return (
          this.purity(statement.test) !== effect &&
          this.#declaresOnly(statement.consequent) &&
          (statement.alternate === null || this.#declaresOnly(statement.alternate))
        )
      case "VariableDeclaration":
        return (
          statement.kind === "const" &&
          statement.declarations.every(({ init }) => init === null || this.purity(init) !== effect)
        )
      case "FunctionDeclaration":
      case "TSTypeAliasDeclaration":
      case "TSInterfaceDeclaration":
        return true
      default:
        return false
    }
  }

  #hasAwait(node: ESTree.Span): boolean {
    return this.#awaits.some((at) => at >= node.start && at < node.end)
  }

  #item(node: ESTree.Expression | ESTree.SpreadElement, self: boolean): Purity {
    return node.type === "SpreadElement" ? atLeastDeclares(this.purity(node.argument, self)) : this.purity(node, self)
  }

  #key(node: ESTree.Expression | ESTree.PrivateIdentifier, computed: boolean): Purity {
    return !computed || node.type === "PrivateIdentifier" ? inert : this.purity(node)
  }

  /** What is called back must declare too. */
  #arguments(nodes: ReadonlyArray<ESTree.Expression | ESTree.SpreadElement>, self: boolean): ReadonlyArray<Purity> {
    return nodes.map((node) => {
      if (node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression")
        return this.isPureFunction(node) ? inert : effect
      return this.#item(node, self)
    })
  }

  #callee(node: ESTree.Expression | ESTree.Super, self: boolean): Purity {
    if (node.type === "Identifier")
      return pureGlobals.has(node.name) || this.#pureFunctions.has(node.name) ? inert : effect
    if (node.type !== "MemberExpression" || node.computed || node.property.type !== "Identifier") return effect
    const { object, property } = node
    if (object.type === "Super") return effect
    if (object.type === "Identifier") {
      if (pureNamespaces.has(object.name)) return object.name === "Math" && property.name === "random" ? effect : inert
      if (object.name === "Object") return pureObjectMethods.has(property.name) ? inert : effect
    }
    return pureMethods.has(property.name) ? this.purity(object, self) : effect
  }
}

const topLevelAwaits = (program: ESTree.Program): ReadonlyArray<number> => {
  const found: Array<number> = []
  let depth = 0
  const enter = () => {
    depth++
  }
  const leave = () => {
    depth--
  }
  new Visitor({
    FunctionDeclaration: enter,
    "FunctionDeclaration:exit": leave,
    FunctionExpression: enter,
    "FunctionExpression:exit": leave,
    ArrowFunctionExpression: enter,
    "ArrowFunctionExpression:exit": leave,
    AwaitExpression: (node) => {
      if (depth === 0) found.push(node.start)
    }
  }).visit(program)
  return found
}

interface Edit {
  readonly at: number
  readonly text: string
}

const wrapOpen = "/* @__PURE__ */ (() => ("
const wrapClose = "))()"

/** Marks one module's source (TypeScript or JavaScript) for the bundler. `path` gives the language. */
export const mark = async (path: string, source: string): Promise<Marked> => {
  const { errors, program } = await parse(path, source)
  // The bundler reports the syntax error, with its place.
  if (errors.length > 0) return { code: source, isDroppable: false, bareImports: [] }
  const analysis = new Analysis(program, source)
  const edits: Array<Edit> = []
  let hasEffects = false
  let isUnclear = false
  const wrap = (node: ESTree.Expression, self = false): void => {
    const purity = analysis.purity(node, self)
    if (purity === effect) isUnclear = true
    if (purity === declares) edits.push({ at: node.start, text: wrapOpen }, { at: node.end, text: wrapClose })
  }
  const markFunction = (name: string, node: FunctionNode): void => {
    if (!analysis.isPureFunction(node)) return
    analysis.addPureFunction(name)
    edits.push({ at: node.start, text: "/* @__NO_SIDE_EFFECTS__ */ " })
  }
  const markClass = (node: ESTree.Class): void => {
    const { superClass } = node
    const self = superClass !== null && analysis.isBuilt(superClass)
    if (superClass !== null) wrap(superClass)
    for (const member of node.body.body) {
      if (member.type === "PropertyDefinition" && member.static && member.value !== null) wrap(member.value, self)
    }
  }
  const declaration = (node: ESTree.Declaration | ESTree.Statement | ESTree.Directive): void => {
    switch (node.type) {
      case "VariableDeclaration":
        for (const { id, init } of node.declarations) {
          if (init === null) continue
          const isFunction = init.type === "ArrowFunctionExpression" || init.type === "FunctionExpression"
          if (isFunction && id.type === "Identifier" && node.kind === "const") markFunction(id.name, init)
          else wrap(init)
        }
        return
      case "FunctionDeclaration":
        if (node.id !== null) markFunction(node.id.name, node)
        return
      case "ClassDeclaration":
        markClass(node)
        return
      case "ImportDeclaration":
      case "ExportAllDeclaration":
      case "EmptyStatement":
        return
      default:
        if (!isErased(node)) hasEffects = true
    }
  }
  // Functions first: an initialiser may call one that stands below it.
  const statements = program.body.toSorted((a, b) => Number(isFunctionLike(b)) - Number(isFunctionLike(a)))
  for (const statement of statements) {
    if (statement.type === "ExportNamedDeclaration") {
      if (statement.declaration !== null) declaration(statement.declaration)
    } else if (statement.type === "ExportDefaultDeclaration") {
      const exported = statement.declaration
      if (exported.type === "ClassDeclaration" || exported.type === "ClassExpression") markClass(exported)
      else if (exported.type !== "TSInterfaceDeclaration") wrap(exported)
    } else declaration(statement)
  }
  const bareImports = program.body.flatMap((statement) =>
    statement.type === "ImportDeclaration" && statement.specifiers.length === 0 ? [statement.source.value] : []
  )
  return { code: applied(source, edits), isDroppable: isUnclear && !hasEffects, bareImports }
}

const isFunctionLike = (statement: ESTree.Statement | ESTree.Directive): boolean => {
  const node =
    statement.type === "ExportNamedDeclaration" && statement.declaration !== null ? statement.declaration : statement
  if (node.type === "FunctionDeclaration") return true
  const init = node.type === "VariableDeclaration" ? node.declarations[0]?.init : undefined
  return init?.type === "ArrowFunctionExpression" || init?.type === "FunctionExpression"
}

/** Types vanish, an enum is dropped by the bundler itself, and a directive does nothing in a module. */
const isErased = (node: ESTree.Declaration | ESTree.Statement | ESTree.Directive): boolean =>
  node.type === "TSTypeAliasDeclaration" ||
  node.type === "TSInterfaceDeclaration" ||
  node.type === "TSEnumDeclaration" ||
  node.type === "TSDeclareFunction" ||
  (node.type === "ExpressionStatement" && node.expression.type === "Literal")

const applied = (source: string, edits: ReadonlyArray<Edit>): string => {
  let code = ""
  let from = 0
  for (const { at, text } of edits.toSorted((a, b) => a.at - b.at)) {
    code += source.slice(from, at) + text
    from = at
  }
  return code + source.slice(from)
}

const open = "/* @__PURE__ */ (() => "
const close = /\)\(\)(?=;$|\) \{$| \{$)/

/** Takes the marks out of bundled code again, so that a person reads what the author wrote. */
export const unmarked = (code: string): string => {
  const lines = code.split("\n")
  for (const [index, line] of lines.entries()) {
    const at = line.indexOf(open)
    if (at < 0) continue
    // The wrapper closes on the first later line of the same indent, or on its own line.
    const indent = /^\s*/.exec(line)?.[0] ?? ""
    const end = close.test(line)
      ? index
      : lines.findIndex((other, i) => i > index && close.test(other) && /^\s*/.exec(other)?.[0] === indent)
    const last = lines[end]
    if (last === undefined) continue
    lines[end] = last.replace(close, "")
    lines[index] = (lines[index] ?? "").replace(open, "")
  }
  return lines.join("\n").replaceAll(/\/\* @__(?:PURE|NO_SIDE_EFFECTS)__ \*\/ ?\n?/g, "")
}
