/** What the source says of settings: the comment that stands directly before a setting's declaration. */
import { Option } from "effect"
import { parseSync } from "rolldown/utils"
import { child, children, isNode, keyName, type Node, span, text, walk } from "./Syntax.ts"

interface Comment {
  readonly value: string
  readonly start: number
  readonly end: number
}

/** The name of the function of `Setting` that a value is made by. */
const maker = (value: Node | undefined): string | undefined => {
  const callee = value?.type === "CallExpression" ? child(value, "callee") : undefined
  if (callee?.type !== "MemberExpression" || text(child(callee, "object") ?? callee, "name") !== "Setting")
    return undefined
  return keyName(callee, "property")
}

const tidy = (comment: string) =>
  comment
    .replaceAll(/^\s*\*+ ?/gm, " ")
    .replaceAll(/\s+/g, " ")
    .trim()

const parse = Option.liftThrowable((path: string, source: string) => parseSync(path, source))

/** By dotted path; what stands in no object of settings is not found. */
export const commentsIn = (path: string, source: string): ReadonlyMap<string, string> => {
  const parsed = Option.getOrUndefined(parse(path, source))
  const found = new Map<string, string>()
  if (parsed === undefined) return found
  const comments: ReadonlyArray<Comment> = parsed.comments
  const byEnd = comments.toSorted((a, b) => a.end - b.end)
  const before = (at: number): string => {
    const comment = byEnd.findLast(({ end }) => end <= at)
    return comment !== undefined && source.slice(comment.end, at).trim() === "" ? tidy(comment.value) : ""
  }
  const seen = new Set<Node>()
  const collect = (object: Node, prefix: string): void => {
    seen.add(object)
    for (const property of children(object, "properties")) {
      const value = child(property, "value")
      const made = maker(value)
      const name = made === undefined ? undefined : keyName(property, "key")
      if (value === undefined || name === undefined) continue
      const comment = before(span(property)[0])
      if (comment !== "" && !found.has(prefix + name)) found.set(prefix + name, comment)
      const [fields] = children(value, "arguments")
      if (made === "group" && fields?.type === "ObjectExpression") collect(fields, `${prefix}${name}.`)
    }
  }
  const program: unknown = parsed.program
  if (isNode(program))
    walk(program, (node) => {
      if (node.type === "ObjectExpression" && !seen.has(node)) collect(node, "")
      return true
    })
  return found
}
