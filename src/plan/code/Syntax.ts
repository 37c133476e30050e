/** A syntax tree as it comes from the parser, read without trusting its shape. */
import { Predicate } from "effect"

export interface Node {
  readonly type: string
  readonly [field: string]: unknown
}

export const isNode = (value: unknown): value is Node =>
  Predicate.hasProperty(value, "type") && Predicate.isString(value.type)

/** A child node by its field; undefined where there is none. */
export const child = (node: Node, field: string): Node | undefined => {
  const value = node[field]
  return isNode(value) ? value : undefined
}

/** The nodes of a list; holes (`[, a]`) are left out. */
export const children = (node: Node, field: string): ReadonlyArray<Node> => {
  const value = node[field]
  return Array.isArray(value) ? value.filter(isNode) : []
}

export const text = (node: Node, field: string): string => {
  const value = node[field]
  return Predicate.isString(value) ? value : ""
}

export const isTrue = (node: Node, field: string): boolean => node[field] === true

/** Where the node stands in its source: characters from its beginning. */
export const span = (node: Node): readonly [start: number, end: number] => {
  const { end, start } = node
  return [Predicate.isNumber(start) ? start : 0, Predicate.isNumber(end) ? end : 0]
}

/** The text of a string literal, or of a template without expressions. */
export const literalText = (node: Node | undefined): string | undefined => {
  if (node?.type === "Literal") return Predicate.isString(node.value) ? node.value : undefined
  if (node?.type !== "TemplateLiteral" || children(node, "expressions").length > 0) return undefined
  return cooked(children(node, "quasis")[0])
}

/** The text of one part of a template. */
export const cooked = (element: Node | undefined): string | undefined => {
  const value = element?.value
  return Predicate.hasProperty(value, "cooked") && Predicate.isString(value.cooked) ? value.cooked : undefined
}

/** The name of a property that is not computed, or computed from a literal. */
export const keyName = (node: Node, field: string): string | undefined => {
  const key = child(node, field)
  if (key === undefined) return undefined
  if (isTrue(node, "computed")) return literalText(key)
  if (key.type === "Identifier") return text(key, "name")
  if (key.type === "PrivateIdentifier") return `#${text(key, "name")}`
  return key.type === "Literal" ? String(key.value) : undefined
}

export const isFunction = (node: Node): boolean =>
  node.type === "FunctionDeclaration" || node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression"

export const isClass = (node: Node): boolean => node.type === "ClassDeclaration" || node.type === "ClassExpression"

/** Whether the node is `import.meta`, or `import.meta.<name>` where a name is given. */
export const isMeta = (node: Node | undefined, name?: string): boolean => {
  if (name === undefined) return node?.type === "MetaProperty" && text(child(node, "meta") ?? node, "name") === "import"
  return node?.type === "MemberExpression" && isMeta(child(node, "object")) && keyName(node, "property") === name
}

/** Visits a node and all below it; below a node for which `enter` gives false it does not go. */
export const walk = (node: Node, enter: (node: Node) => boolean | undefined): void => {
  if (enter(node) === false) return
  for (const field in node) {
    const value = node[field]
    if (isNode(value)) walk(value, enter)
    else if (Array.isArray(value)) for (const each of value) if (isNode(each)) walk(each, enter)
  }
}
