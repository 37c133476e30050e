/**
 * What a part of a module names beside its code: files and folders by their place beside the module, packages that it
 * finds by `createRequire` or `import.meta.resolve`, and environment variables that it reads by Effect's `Config`.
 */
import { existsSync } from "node:fs"
import { dirname, resolve, sep } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { Option } from "effect"
import type { Part } from "./Module.ts"
import type { ModuleGraph } from "./ModuleGraph.ts"
import { child, children, cooked, isMeta, keyName, literalText, type Node, text, walk } from "./Syntax.ts"

export interface Named {
  /** As written, and the absolute paths of what it may be. */
  readonly assets: ReadonlyArray<{ readonly written: string; readonly paths: ReadonlyArray<string> }>
  /** Specifiers; `isWhole` where the program gets a path, from which it may reach any file of the package. */
  readonly required: ReadonlyArray<{ readonly specifier: string; readonly isWhole: boolean }>
  /** Names of environment variables. */
  readonly variables: ReadonlyArray<string>
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

/** Literals that may be a path below the module's folder: a module that asks for its own place puts them together itself. */
const mayBePath = (literal: string): boolean =>
  literal.length > 0 && literal.length < tooLong && !/^\.{0,2}\/?$|[\n\0]|^[a-z]+:/.test(literal)

/** Whether a module uses its own place in another way than those that are understood by themselves. */
const asksForPlace = (module: Part["module"]): boolean =>
  /import\.meta\.(dirname|filename|url)|import\.meta(?!\.)/.test(module.code)

export const namedBy = (graph: ModuleGraph, part: Part): Named => {
  const assets = new Map<string, ReadonlyArray<string>>()
  const required: Array<Named["required"][number]> = []
  const variables: Array<string> = []
  const module = part.module.path
  const folder = dirname(module)
  const add = (written: string, paths: ReadonlyArray<string | undefined>): void => {
    const known = paths.filter((path) => path !== undefined)
    if (known.length > 0) assets.set(written, known)
  }
  const understood = new Set<Node>()
  if (part.kind === "data") return { assets: [], required, variables }
  const isPlaced = asksForPlace(part.module)
  walk(part.node, (node) => {
    if (isUrl(node)) {
      const [first, second] = children(node, "arguments")
      if (!isMeta(second, "url")) return true
      const written = literalText(first)
      if (second !== undefined) understood.add(second)
      if (written !== undefined) add(written, [placed(written, module)])
      else if (first?.type === "TemplateLiteral") {
        const below = folderOf(first)
        if (below !== undefined) add(below, [placed(below, module)])
      }
    }
    if (node.type === "CallExpression") {
      const callee = child(node, "callee")
      const [first] = children(node, "arguments")
      const specifier = literalText(first)
      if (callee !== undefined && specifier !== undefined) {
        const isResolve = callee.type === "MemberExpression" && keyName(callee, "property") === "resolve"
        const object = isResolve ? child(callee, "object") : callee
        if (isResolve && isMeta(object)) required.push({ specifier, isWhole: true })
        else if (makesRequire(graph, part, object)) required.push({ specifier, isWhole: isResolve })
        else if (callee.type === "MemberExpression" && isConfig(graph, part, child(callee, "object")))
          variables.push(specifier)
      }
    }
    if (isPlaced) {
      const literal = literalText(node)
      if (literal !== undefined && mayBePath(literal) && !assets.has(literal)) {
        const path = resolve(folder, literal)
        if (
          path.startsWith(folder.endsWith(sep) ? folder : folder + sep) ||
          literal.startsWith("..") ||
          existsSync(path)
        ) {
          const seen = graph.observed.kind(path)
          if (seen !== "absent") add(literal, [path])
        }
      }
    }
    return true
  })
  return { assets: [...assets].map(([written, paths]) => ({ written, paths })), required, variables }
}

const isConfig = (graph: ModuleGraph, part: Part, node: Node | undefined): boolean => {
  if (node?.type !== "Identifier") return false
  const binding = graph.binding(part.module, text(node, "name"))
  return (
    binding._tag === "External" &&
    binding.origin._tag === "Effect" &&
    (binding.name === "Config" || binding.origin.specifier === "effect/Config")
  )
}
