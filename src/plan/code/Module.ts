/**
 * One module of the project taken apart: its top-level statements as parts that can be kept or left out one by one, what
 * it imports and exports. Types and comments are gone before.
 */
import { extname } from "node:path"
import { Option } from "effect"
import { minifySync, parseSync, transformSync } from "rolldown/utils"
import { isScript } from "../modules/Policy.ts"
import { type Canonical, canonical } from "./Canonical.ts"
import { hoistedNames, namesOf } from "./Scope.ts"
import { child, children, isClass, isFunction, isNode, keyName, literalText, type Node, span, text } from "./Syntax.ts"

/** A top-level statement, or one declarator of one. */
export interface Part {
  readonly module: Module
  /** Its place in the module. */
  readonly index: number
  /** `const`, `let`, `var`, `function`, `class`, `default`, `statement`, `data`. */
  readonly kind: string
  /** The statement, or the declarator. */
  readonly node: Node
  /** Names that it declares for the module. A default export without a name is `default`. */
  readonly declares: ReadonlyArray<string>
  readonly canonical: Canonical
  /** As a person reads it, without types and comments. */
  readonly code: string
}

/** Where a local name of an import comes from. `imported`: a name, `default`, or `*` for the whole namespace. */
export interface ImportedName {
  readonly specifier: string
  readonly imported: string
}

export type Exported = { readonly local: string } | ImportedName

export interface Module {
  /** Absolute real path. */
  readonly path: string
  /** JavaScript without types and comments. */
  readonly code: string
  readonly parts: ReadonlyArray<Part>
  /** By the name that it declares. */
  readonly partOf: ReadonlyMap<string, Part>
  readonly imports: ReadonlyMap<string, ImportedName>
  readonly exports: ReadonlyMap<string, Exported>
  /** Specifiers of `export * from`. */
  readonly exportAll: ReadonlyArray<string>
  /** Specifiers of every import and re-export in their order: that of evaluation. */
  readonly requests: ReadonlyArray<string>
  /** Those that are imported for their effects alone. */
  readonly bare: ReadonlySet<string>
  /** CommonJS: one part, which gives every name. */
  readonly isCommon: boolean
}

/** A syntax error, at an offset of the source. */
export class SyntaxInvalid extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/** The source without types, and without comments. Throws {@link SyntaxInvalid}. */
const plainCode = (path: string, source: string): string => {
  // Never by a tsconfig.json that happens to lie above: what it says would be in no key.
  const stripped = transformSync(path, source, { tsconfig: false })
  const [error] = stripped.errors.length > 0 ? parseSync(path, source).errors : []
  if (error !== undefined || stripped.errors.length > 0)
    throw new SyntaxInvalid(error?.message ?? "cannot be parsed", error?.labels[0]?.start ?? 0)
  // Nothing is renamed or folded: a person reads it.
  const { code } = minifySync(`${path}.js`, stripped.code, {
    module: true,
    compress: false,
    mangle: false,
    codegen: { removeWhitespace: false, legalComments: "none" }
  })
  return code
}

const dataModule = (path: string, content: Buffer): Module => {
  const isJson = extname(path) === ".json"
  const parsed = isJson
    ? Option.liftThrowable((json: string): unknown => JSON.parse(json))(content.toString("utf8"))
    : Option.none()
  const value = Option.isSome(parsed) ? JSON.stringify(parsed.value) : content.toString("base64")
  const node: Node = { type: "Data", value }
  const data: Canonical = { texts: [`data ${value}`], names: [], uses: new Map(), readsNames: false }
  const module: Module = {
    path,
    code: "",
    parts: [],
    partOf: new Map(),
    imports: new Map(),
    exports: new Map(),
    exportAll: [],
    requests: [],
    bare: new Set(),
    isCommon: false
  }
  const part: Part = { module, index: 0, kind: "data", node, declares: ["default"], canonical: data, code: value }
  const names = Option.isSome(parsed) && isNamed(parsed.value) ? Object.keys(parsed.value) : []
  return Object.assign(module, {
    parts: [part],
    partOf: new Map([["default", part]]),
    // A name that a module takes of a JSON file stands for the whole of it.
    exports: new Map(["default", ...names].map((name) => [name, { local: "default" }]))
  })
}

const isNamed = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value)

class Reading {
  readonly parts: Array<Omit<Part, "module">> = []
  readonly imports = new Map<string, ImportedName>()
  readonly exports = new Map<string, Exported>()
  readonly exportAll: Array<string> = []
  readonly requests: Array<string> = []
  readonly bare = new Set<string>()
  readonly #code: string

  constructor(code: string) {
    this.#code = code
  }

  #part(kind: string, node: Node, declares: ReadonlyArray<string>, code: string): void {
    this.parts.push({ index: this.parts.length, kind, node, declares, canonical: canonical(node), code })
  }

  #slice(node: Node): string {
    return this.#code.slice(...span(node))
  }

  #request(node: Node): string {
    const specifier = literalText(child(node, "source")) ?? ""
    this.requests.push(specifier)
    return specifier
  }

  #declaration(node: Node): ReadonlyArray<string> {
    if (node.type === "VariableDeclaration") {
      const kind = text(node, "kind")
      return children(node, "declarations").flatMap((each) => {
        const names = namesOf(child(each, "id"))
        this.#part(kind, each, names, `${kind} ${this.#slice(each)};`)
        return names
      })
    }
    const names = namesOf(child(node, "id"))
    this.#part(node.type === "ClassDeclaration" ? "class" : "function", node, names, this.#slice(node))
    return names
  }

  #import(node: Node): void {
    const specifier = this.#request(node)
    const specifiers = children(node, "specifiers")
    if (specifiers.length === 0) this.bare.add(specifier)
    for (const each of specifiers) {
      const local = namesOf(child(each, "local"))[0] ?? ""
      const imported =
        each.type === "ImportNamespaceSpecifier"
          ? "*"
          : each.type === "ImportDefaultSpecifier"
            ? "default"
            : (keyName(each, "imported") ?? local)
      this.imports.set(local, { specifier, imported })
    }
  }

  #exportNamed(node: Node): void {
    const declaration = child(node, "declaration")
    if (declaration !== undefined) {
      for (const name of this.#declaration(declaration)) this.exports.set(name, { local: name })
      return
    }
    const specifier = child(node, "source") === undefined ? undefined : this.#request(node)
    for (const each of children(node, "specifiers")) {
      const local = keyName(each, "local") ?? ""
      const exported = keyName(each, "exported") ?? local
      this.exports.set(exported, specifier === undefined ? { local } : { specifier, imported: local })
    }
  }

  #exportDefault(node: Node): void {
    const declaration = child(node, "declaration")
    if (declaration === undefined) return
    const names = isFunction(declaration) || isClass(declaration) ? namesOf(child(declaration, "id")) : []
    if (declaration.type === "Identifier") {
      this.exports.set("default", { local: text(declaration, "name") })
      return
    }
    const declares = names.length > 0 ? names : ["default"]
    this.#part("default", declaration, declares, `export default ${this.#slice(declaration)}`)
    this.exports.set("default", { local: declares[0] ?? "default" })
  }

  /** A module that cannot be taken apart: its statements assign what it exports. */
  whole(program: Node): void {
    this.#part("statement", program, ["default"], this.#code)
    this.exports.set("default", { local: "default" })
  }

  statement(node: Node): void {
    switch (node.type) {
      case "ImportDeclaration":
        this.#import(node)
        return
      case "ExportNamedDeclaration":
        this.#exportNamed(node)
        return
      case "ExportDefaultDeclaration":
        this.#exportDefault(node)
        return
      case "ExportAllDeclaration": {
        const specifier = this.#request(node)
        const name = keyName(node, "exported")
        if (name === undefined) this.exportAll.push(specifier)
        else this.exports.set(name, { specifier, imported: "*" })
        return
      }
      case "VariableDeclaration":
      case "FunctionDeclaration":
      case "ClassDeclaration":
        this.#declaration(node)
        return
      case "EmptyStatement":
        return
      default:
        this.#part("statement", node, hoistedNames([node]), this.#slice(node))
    }
  }
}

const isCommonJs = (path: string, body: ReadonlyArray<Node>, code: string): boolean =>
  /\.c[jt]s$/.test(path) ||
  (!body.some(({ type }) => type === "ImportDeclaration" || type.startsWith("Export")) &&
    /\b(?:module\s*\.\s*exports|exports\s*[.[]|require\s*\()/.test(code))

/** Takes a file apart; what is no script is one part. Throws {@link SyntaxInvalid}. */
export const read = (path: string, content: Buffer): Module => {
  if (!isScript(path)) return dataModule(path, content)
  const code = plainCode(path, content.toString("utf8"))
  const parsed: unknown = parseSync(`${path}.js`, code, { preserveParens: false, sourceType: "module" }).program
  const reading = new Reading(code)
  const body = isNode(parsed) ? children(parsed, "body") : []
  const isCommon = isNode(parsed) && isCommonJs(path, body, code)
  if (isCommon) reading.whole(parsed)
  else for (const statement of body) reading.statement(statement)
  const { bare, exportAll, exports, imports, requests } = reading
  const partOf = new Map<string, Part>()
  const module: Module = { path, code, parts: [], partOf, imports, exports, exportAll, requests, bare, isCommon }
  const parts = reading.parts.map((each): Part => ({ ...each, module }))
  for (const part of parts) for (const name of part.declares) partOf.set(name, part)
  return Object.assign(module, { parts })
}
