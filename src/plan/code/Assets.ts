/**
 * What a part of a module names beside its code: files and folders by their place beside the module, packages that it
 * finds by `createRequire` or `import.meta.resolve`, and environment variables that it reads by Effect's `Config`.
 */
import { fileURLToPath, pathToFileURL } from "node:url"
import { Option } from "effect"
import type { Part } from "./Module.ts"
import { isNamespace, type ModuleGraph } from "./ModuleGraph.ts"
import { child, children, cooked, isMeta, keyName, literalText, type Node, text, walk } from "./Syntax.ts"

export interface Named {
  /** As written, and the absolute path of what it names. */
  readonly assets: ReadonlyArray<{ readonly written: string; readonly path: string }>
  /** Specifiers; `isWhole` where the program gets a path, from which it may reach any file of the package. */
  readonly required: ReadonlyArray<{ readonly specifier: string; readonly isWhole: boolean }>
  /** Names of environment variables, read by `Config`. */
  readonly variables: ReadonlyArray<string>
  /** Whether it asks for the place of its module in a way that is not understood here. */
  readonly usesPlace: boolean
  /** Paths that it reads as they stand: from the working directory. */
  readonly read: ReadonlyArray<string>
  /** All its texts that may be the place of a file. */
  readonly literals: ReadonlyArray<string>
}

const placed = (written: string, module: string): string | undefined =>
  Option.getOrUndefined(
    Option.liftThrowable(() => {
      const url = new URL(written, pathToFileURL(module))
      return url.protocol === "file:" ? fileURLToPath(new URL(url.pathname, "file:")) : undefined
    })()
  )

/** The fixed beginning of a template with expressions, as far as its last whole folder. */
const folderOf = (template: Node): string | undefined => {
  const first = cooked(children(template, "quasis")[0]) ?? ""
  const folder = first.slice(0, first.lastIndexOf("/") + 1)
  return folder === "" || folder === "./" || folder === "../" || folder === "/" ? undefined : folder
}

const isUrl = (node: Node): boolean =>
  node.type === "NewExpression" &&
  child(node, "callee")?.type === "Identifier" &&
  text(child(node, "callee") ?? node, "name") === "URL"

/** Whether calling this gives what `createRequire` gives. */
const makesRequire = (graph: ModuleGraph, part: Part, node: Node | undefined): boolean => {
  if (node?.type === "Identifier") {
    const binding = graph.binding(part.module, text(node, "name"))
    if (binding._tag === "External") return false
    return binding._tag === "Part" && makesRequire(graph, binding.part, child(binding.part.node, "init"))
  }
  if (node?.type !== "CallExpression") return false
  const callee = child(node, "callee")
  const name =
    callee?.type === "MemberExpression" ? keyName(callee, "property") : callee === undefined ? "" : text(callee, "name")
  return name === "createRequire"
}

const tooLong = 200

/** Literals that may be the place of a file. */
const mayBePath = (literal: string): boolean =>
  literal.length > 0 && literal.length < tooLong && !/^\.{0,2}\/?$|[\n\0]|^[a-z]+:/.test(literal)

/** Functions of `node:fs` and its kin that read what they are given the path of. */
const reading = /^(read|createReadStream|open|exists|stat|lstat|access|realpath|copyFile|cp)/

export const namedBy = (graph: ModuleGraph, part: Part): Named => {
  const assets = new Map<string, string>()
  const required: Array<Named["required"][number]> = []
  const variables = new Set<string>()
  const prefixes = new Set<string>()
  const read = new Set<string>()
  const literals = new Set<string>()
  let usesPlace = false
  const module = part.module.path
  const add = (written: string, path: string | undefined): void => {
    if (path !== undefined) assets.set(written, path)
  }
  const understood = new Set<Node>()
  const url = (node: Node): void => {
    const [first, second] = children(node, "arguments")
    if (second === undefined || !isMeta(second, "url")) return
    const written = literalText(first)
    const below = first?.type === "TemplateLiteral" ? folderOf(first) : undefined
    if (written === undefined && below === undefined) return
    understood.add(second)
    if (written !== undefined) add(written, placed(written, module))
    else if (below !== undefined) add(below, placed(below, module))
  }
  const call = (node: Node): void => {
    const callee = child(node, "callee")
    const specifier = literalText(children(node, "arguments")[0])
    if (callee === undefined || specifier === undefined) return
    const name = callee.type === "MemberExpression" ? keyName(callee, "property") : text(callee, "name")
    const object = callee.type === "MemberExpression" ? child(callee, "object") : undefined
    if (name === "resolve" && isMeta(object)) required.push({ specifier, isWhole: true })
    else if (
      part.module.isCommon &&
      name === "resolve" &&
      object?.type === "Identifier" &&
      text(object, "name") === "require"
    )
      required.push({ specifier, isWhole: true })
    else if (makesRequire(graph, part, name === "resolve" ? object : callee))
      required.push({ specifier, isWhole: name === "resolve" })
    else if (isConfig(graph, part, object)) {
      if (name === "nested") prefixes.add(specifier)
      else variables.add(specifier)
    } else if (name !== undefined && reading.test(name) && mayBePath(specifier)) read.add(specifier)
  }
  if (part.kind !== "data")
    walk(part.node, (node) => {
      if (isUrl(node)) url(node)
      if (node.type === "CallExpression") call(node)
      // What makes a `require` of its own asks for packages, not for files beside it.
      if (node.type === "CallExpression" && text(child(node, "callee") ?? node, "name") === "createRequire") {
        for (const each of children(node, "arguments")) understood.add(each)
      }
      if (isPlace(node) && !understood.has(node)) usesPlace = true
      for (const literal of textsOf(node)) if (mayBePath(literal)) literals.add(literal)
      return !isPlace(node)
    })
  const names = [...variables]
  return {
    assets: [...assets].map(([written, path]) => ({ written, path })),
    required,
    variables: [...names, ...[...prefixes].flatMap((prefix) => names.map((name) => `${prefix}_${name}`))],
    usesPlace,
    read: [...read],
    literals: [...literals]
  }
}

/** The texts of a node, also of a template around expressions; what follows a folder (`/data.txt`) lies below it. */
const textsOf = (node: Node): ReadonlyArray<string> => {
  const texts =
    node.type === "TemplateLiteral"
      ? children(node, "quasis").map((quasi) => cooked(quasi) ?? "")
      : [literalText(node) ?? ""]
  return texts.map((text) => text.replace(/^\/+(?=.)/, ""))
}

/** `import.meta.url` and its like, or `import.meta` itself; `__dirname` and `__filename` in CommonJS. */
const isPlace = (node: Node): boolean =>
  (node.type === "Identifier" && /^__(dir|file)name$/.test(text(node, "name"))) ||
  isMeta(node) ||
  (node.type === "MemberExpression" && isMeta(child(node, "object")))

const isConfig = (graph: ModuleGraph, part: Part, node: Node | undefined): boolean =>
  node?.type === "Identifier" && isNamespace(graph.binding(part.module, text(node, "name")), "Config")
