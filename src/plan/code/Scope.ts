/** Which names a pattern, a block or a function binds. */
import { child, children, isFunction, type Node, text, walk } from "./Syntax.ts"

/** The names that a binding pattern declares, in their order. */
export const namesOf = (pattern: Node | undefined): ReadonlyArray<string> => {
  switch (pattern?.type) {
    case "Identifier":
      return [text(pattern, "name")]
    case "ObjectPattern":
      return children(pattern, "properties").flatMap((each) =>
        namesOf(each.type === "Property" ? child(each, "value") : each)
      )
    case "ArrayPattern":
      return children(pattern, "elements").flatMap(namesOf)
    case "AssignmentPattern":
      return namesOf(child(pattern, "left"))
    case "RestElement":
      return namesOf(child(pattern, "argument"))
    default:
      return []
  }
}

const declaratorNames = (declaration: Node): ReadonlyArray<string> =>
  children(declaration, "declarations").flatMap((each) => namesOf(child(each, "id")))

/** What the statements of one block declare for it: `let`, `const`, classes and functions. */
export const lexicalNames = (statements: ReadonlyArray<Node>): ReadonlyArray<string> =>
  statements.flatMap((statement) => {
    if (statement.type === "VariableDeclaration" && statement.kind !== "var") return declaratorNames(statement)
    if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration")
      return namesOf(child(statement, "id"))
    return []
  })

/** What `var` declares anywhere below, functions left out. */
export const hoistedNames = (nodes: ReadonlyArray<Node>): ReadonlyArray<string> => {
  const found: Array<string> = []
  for (const root of nodes)
    walk(root, (node) => {
      if (node.type === "VariableDeclaration" && node.kind === "var") found.push(...declaratorNames(node))
      return !(isFunction(node) || node.type === "StaticBlock")
    })
  return found
}
