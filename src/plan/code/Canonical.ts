/**
 * A piece of a module in a form that does not depend on how it is written: no formatting, no comments, and numbers in
 * place of the names of what it declares itself. The names that it takes from outside stay apart, to be replaced by what
 * they stand for.
 */
import { Predicate } from "effect"
import { hoistedNames, lexicalNames, namesOf } from "./Scope.ts"
import { child, children, isNode, isTrue, keyName, literalText, type Node, text, walk } from "./Syntax.ts"

/** How a piece uses a name from outside. */
export interface Use {
  /** It is called, or made with `new`. */
  called: boolean
  /** It is handed on as a value: anything may be done with it. */
  value: boolean
  /** It, or a member of it, is assigned to. */
  written: boolean
  /** Members that are read by name. */
  readonly members: Set<string>
}

export interface Canonical {
  /** One more than there are names: what stands before, between and after them. */
  readonly texts: ReadonlyArray<string>
  /** Names from outside in the order in which they stand; `import(<specifier>)` for a module that is loaded late. */
  readonly names: ReadonlyArray<string>
  readonly uses: ReadonlyMap<string, Use>
  /** Whether a `.name` is read: then the names of functions and classes count. */
  readonly readsNames: boolean
}

/** The name under which a late import stands among the names. */
const lateImport = (specifier: string): string => `import(${specifier})`

/** The specifier of a late import by its name; undefined for any other name. */
export const lateSpecifier = (name: string): string | undefined => /^import\((.*)\)$/s.exec(name)?.[1]

/** Fields that say nothing, or the same as others. */
const silent = new Set(["type", "start", "end", "range", "loc", "raw", "shorthand", "parent", "directive", "phase"])

class Writer {
  readonly texts: Array<string> = [""]
  readonly names: Array<string> = []
  readonly uses = new Map<string, Use>()
  readsNames = false
  readonly #scopes: Array<Map<string, number>> = []
  #locals = 0

  write(piece: string): void {
    this.texts[this.texts.length - 1] += piece
  }

  use(name: string): Use {
    const known = this.uses.get(name) ?? { called: false, value: false, written: false, members: new Set<string>() }
    this.uses.set(name, known)
    return known
  }

  #local(name: string): number | undefined {
    for (let at = this.#scopes.length - 1; at >= 0; at--) {
      const found = this.#scopes[at]?.get(name)
      if (found !== undefined) return found
    }
    return undefined
  }

  #within(names: ReadonlyArray<string>, inside: () => void): void {
    const scope = new Map<string, number>()
    for (const name of names) if (!scope.has(name)) scope.set(name, this.#locals++)
    this.#scopes.push(scope)
    inside()
    this.#scopes.pop()
  }

  /** A name where it is read, written or called. `how` marks the use of one from outside. */
  #name(name: string, how: (use: Use) => void): void {
    const local = this.#local(name)
    if (local !== undefined) {
      this.write(`$${local}`)
      return
    }
    how(this.use(name))
    this.names.push(name)
    this.texts.push("")
  }

  /** An expression that is called, or whose member is read or written. */
  #rooted(node: Node, how: (use: Use) => void): void {
    if (node.type === "Identifier") this.#name(text(node, "name"), how)
    else this.node(node)
  }

  #list(nodes: unknown): void {
    this.write("[")
    if (Array.isArray(nodes))
      for (const each of nodes) {
        if (isNode(each)) this.node(each)
        else this.write("~")
        this.write(",")
      }
    this.write("]")
  }

  #fields(node: Node, except?: string): void {
    this.write(`(${node.type}`)
    for (const field in node) {
      if (silent.has(field) || field === except) continue
      this.write(` ${field}:`)
      this.#value(node[field])
    }
    this.write(")")
  }

  #value(value: unknown): void {
    if (isNode(value)) this.node(value)
    else if (Array.isArray(value)) this.#list(value)
    else if (Predicate.isBigInt(value)) this.write(`${value}n`)
    else if (Predicate.isNumber(value)) this.write(Object.is(value, -0) ? "-0" : String(value))
    else if (Predicate.isRegExp(value)) this.write(String(value))
    else this.write(JSON.stringify(value) ?? "~")
  }

  /** A class member, a property or a member access: its key is a name, unless it is computed. */
  #keyed(node: Node, field: string): void {
    const name = keyName(node, field)
    const key = child(node, field)
    if (name === "name") this.readsNames = true
    if (name !== undefined) this.write(JSON.stringify(name))
    else if (key !== undefined) this.node(key)
  }

  #function(node: Node): void {
    const body = child(node, "body")
    const own = node.type === "FunctionExpression" ? namesOf(child(node, "id")) : []
    const only = body?.type === "BlockStatement" ? children(body, "body") : []
    // `=> { return x }` says what `=> x` says.
    const returned = only.length === 1 && only[0]?.type === "ReturnStatement" ? child(only[0], "argument") : undefined
    const isBlock = body?.type === "BlockStatement" && returned === undefined
    const statements = isBlock && body !== undefined ? children(body, "body") : []
    const bound = [...own, ...children(node, "params").flatMap(namesOf), ...hoistedNames(statements)]
    this.write(`(fn ${node.type === "ArrowFunctionExpression"} ${isTrue(node, "async")} ${isTrue(node, "generator")} `)
    this.#within([...bound, ...lexicalNames(statements), ...(isBlock ? ["arguments"] : [])], () => {
      this.#list(node.params)
      if (isBlock) this.#list(body?.body)
      else if (returned !== undefined) this.node(returned)
      else if (body !== undefined) this.node(body)
    })
    this.write(")")
  }

  /** Inside a function the name of a function or class is a local of that one. */
  #declaredName(node: Node): void {
    const [name] = namesOf(child(node, "id"))
    const local = name === undefined ? undefined : this.#local(name)
    if (local !== undefined) this.write(`$${local}`)
  }

  #class(node: Node): void {
    this.write("(class ")
    const superClass = child(node, "superClass")
    if (superClass !== undefined) this.node(superClass)
    this.#within(node.type === "ClassExpression" ? namesOf(child(node, "id")) : [], () => {
      this.#list(node.decorators)
      this.#list(child(node, "body")?.body)
    })
    this.write(")")
  }

  /** The target of an assignment: its root is written. */
  #target(node: Node): void {
    if (node.type === "Identifier") {
      this.#name(text(node, "name"), markWritten)
      return
    }
    if (node.type === "MemberExpression") {
      this.#member(node, markWritten)
      return
    }
    // A pattern assigns to everything that is named in it.
    const free = new Set<string>()
    walk(node, (each) => {
      if (each.type === "Identifier" && this.#local(text(each, "name")) === undefined) free.add(text(each, "name"))
      return true
    })
    this.node(node)
    for (const name of free) if (this.uses.has(name)) markWritten(this.use(name))
  }

  #member(node: Node, how?: (use: Use) => void): void {
    const object = child(node, "object")
    const name = keyName(node, "property")
    this.write("(. ")
    if (object !== undefined)
      this.#rooted(object, (use) => {
        if (how !== undefined) how(use)
        else if (name === undefined) use.value = true
        else use.members.add(name)
      })
    if (object?.type === "MemberExpression" && how !== undefined) this.#markRoot(object, how)
    this.write(isTrue(node, "optional") ? " ?" : " ")
    this.#keyed(node, "property")
    this.write(")")
  }

  #markRoot(node: Node, how: (use: Use) => void): void {
    const object = child(node, "object")
    if (object?.type === "MemberExpression") this.#markRoot(object, how)
    if (object?.type === "Identifier" && this.#local(text(object, "name")) === undefined)
      how(this.use(text(object, "name")))
  }

  #block(nodes: ReadonlyArray<Node>, node: Node): void {
    this.#within(lexicalNames(nodes), () => this.#fields(node))
  }

  /** What `require("…")` asks for. */
  #required(node: Node, callee: Node | undefined): string | undefined {
    if (node.type !== "CallExpression" || callee?.type !== "Identifier") return undefined
    if (text(callee, "name") !== "require" || this.#local("require") !== undefined) return undefined
    return literalText(children(node, "arguments")[0])
  }

  /** A declarator at the top of a module: what it declares is told by its place in the pattern. */
  declarator(node: Node): void {
    const id = child(node, "id")
    this.#within(namesOf(id), () => this.#value(id))
    this.write(" = ")
    this.#value(node.init)
  }

  node(node: Node): void {
    switch (node.type) {
      case "Identifier":
        this.#name(text(node, "name"), markValue)
        return
      case "FunctionDeclaration":
        this.#declaredName(node)
        this.#function(node)
        return
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        this.#function(node)
        return
      case "ClassDeclaration":
        this.#declaredName(node)
        this.#class(node)
        return
      case "ClassExpression":
        this.#class(node)
        return
      case "MemberExpression":
        this.#member(node)
        return
      case "Property":
      case "PropertyDefinition":
      case "MethodDefinition":
      case "AccessorProperty": {
        this.write(`(${node.type} ${node.kind ?? ""} ${isTrue(node, "static")} `)
        this.#keyed(node, "key")
        this.write(" ")
        this.#value(node.value)
        this.#list(node.decorators)
        this.write(")")
        return
      }
      case "CallExpression":
      case "NewExpression": {
        const callee = child(node, "callee")
        const required = this.#required(node, callee)
        if (required !== undefined) {
          this.#name(lateImport(required), markValue)
          return
        }
        this.write(`(${node.type}${isTrue(node, "optional") ? "?" : ""} `)
        if (callee !== undefined) this.#rooted(callee, markCalled)
        this.#list(node.arguments)
        this.write(")")
        return
      }
      case "AssignmentExpression": {
        this.write(`(= ${text(node, "operator")} `)
        const left = child(node, "left")
        if (left !== undefined) this.#target(left)
        this.write(" ")
        this.#value(node.right)
        this.write(")")
        return
      }
      case "UpdateExpression":
      case "UnaryExpression": {
        const argument = child(node, "argument")
        const writes = node.type === "UpdateExpression" || node.operator === "delete"
        this.write(`(${text(node, "operator")} ${isTrue(node, "prefix")} `)
        if (argument !== undefined) {
          if (writes) this.#target(argument)
          else this.node(argument)
        }
        this.write(")")
        return
      }
      case "ImportExpression": {
        const specifier = literalText(child(node, "source"))
        if (specifier === undefined) this.#fields(node)
        else this.#name(lateImport(specifier), markValue)
        return
      }
      case "TemplateElement":
        this.write(JSON.stringify(Predicate.hasProperty(node.value, "raw") ? node.value.raw : null))
        return
      case "LabeledStatement":
      case "BreakStatement":
      case "ContinueStatement": {
        const label = child(node, "label")
        this.write(`(${node.type} ${label === undefined ? "" : text(label, "name")} `)
        this.#value(node.body)
        this.write(")")
        return
      }
      case "MetaProperty":
        this.write(`(meta ${text(child(node, "meta") ?? node, "name")})`)
        return
      case "BlockStatement":
      case "StaticBlock": {
        const body = children(node, "body")
        const hoisted = node.type === "StaticBlock" ? hoistedNames(body) : []
        this.#within([...hoisted, ...lexicalNames(body)], () => this.#fields(node))
        return
      }
      case "SwitchStatement":
        this.#block(
          children(node, "cases").flatMap((each) => children(each, "consequent")),
          node
        )
        return
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement": {
        const head = child(node, node.type === "ForStatement" ? "init" : "left")
        if (head === undefined || head.type === "VariableDeclaration" || node.type === "ForStatement") {
          this.#block(head === undefined ? [] : [head], node)
          return
        }
        this.write(`(${node.type} `)
        this.#target(head)
        this.#value(node.right)
        this.#value(node.body)
        this.write(")")
        return
      }
      case "CatchClause":
        this.#within(namesOf(child(node, "param")), () => this.#fields(node))
        return
      default:
        this.#fields(node)
        return
    }
  }
}

const markWritten = (use: Use): void => {
  use.written = true
}
const markValue = (use: Use): void => {
  use.value = true
}
const markCalled = (use: Use): void => {
  use.called = true
}

/** The canonical form of a node that stands at the top of a module; what the module itself declares is outside. */
export const canonical = (node: Node): Canonical => {
  const writer = new Writer()
  if (node.type === "VariableDeclarator") writer.declarator(node)
  else writer.node(node)
  const { names, readsNames, texts, uses } = writer
  return { names, readsNames, texts, uses }
}
