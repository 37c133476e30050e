/**
 * Which schemas give back every value that they encode, whatever it is: decided once, from the schema alone. What is
 * not certain here is checked value by value (see {@link lossOf}), which costs a decoding each.
 */
import { Schema, SchemaAST } from "effect"

/** What an encoded value is in JSON. */
type Kind = "null" | "boolean" | "number" | "string" | "array" | "object"

interface Written {
  readonly kinds: ReadonlySet<Kind>
  /** Written as it is: members of a union that all are so cannot be mistaken for one another. */
  readonly asIs: boolean
  /** Of a struct: the fields that always hold one literal. */
  readonly tags?: ReadonlyMap<string, unknown>
}

const written = (kinds: ReadonlyArray<Kind>, asIs = false): Written => ({ kinds: new Set(kinds), asIs })

const tagsOf = ({ propertySignatures }: SchemaAST.Objects): ReadonlyMap<string, unknown> =>
  new Map(
    propertySignatures.flatMap(({ name, type }) =>
      SchemaAST.isLiteral(type) && !SchemaAST.isOptional(type) ? [[String(name), type.literal] as const] : []
    )
  )

/** Structs that one field tells apart are as good as one kind. */
const tagged = (structs: ReadonlyArray<Written>): ReadonlyArray<Written> => {
  const [first] = structs
  for (const name of first?.tags?.keys() ?? []) {
    const values = structs.map(({ tags }) => tags?.get(name))
    if (!values.includes(undefined) && new Set(values).size === structs.length) return [written(["object"])]
  }
  return structs
}

const asIs = {
  string: written(["string"], true),
  number: written(["number"], true),
  boolean: written(["boolean"], true),
  null: written(["null"], true)
}
const anything = written(["null", "boolean", "number", "string", "array", "object"])

const literal = (value: unknown): Written | undefined => {
  const type = typeof value
  return type === "string" || type === "number" || type === "boolean" ? asIs[type] : undefined
}

const isDisjoint = (members: ReadonlyArray<Written>): boolean => {
  const taken = new Set<Kind>()
  for (const { kinds } of members)
    for (const kind of kinds) {
      if (taken.has(kind)) return false
      taken.add(kind)
    }
  return true
}

const union = (members: ReadonlyArray<Written>): Written | undefined => {
  const plain = members.filter((member) => member.asIs)
  const others = [
    ...tagged(members.filter((member) => member.tags !== undefined)),
    ...members.filter((member) => !member.asIs && member.tags === undefined)
  ]
  const kinds = members.flatMap((member) => [...member.kinds])
  const together = written(plain.flatMap((member) => [...member.kinds]))
  return isDisjoint([together, ...others]) ? written(kinds, others.length === 0) : undefined
}

/** Undefined where it is not certain that every value comes back. `seen` holds the recursive schemas on the way. */
const writtenBy = (ast: SchemaAST.AST, seen: Set<SchemaAST.AST>): Written | undefined => {
  if (ast.encoding !== undefined) return undefined
  const each = (parts: ReadonlyArray<SchemaAST.AST>) => {
    const all: Array<Written> = []
    for (const part of parts) {
      const one = writtenBy(part, seen)
      if (one === undefined) return undefined
      all.push(one)
    }
    return all
  }
  switch (ast._tag) {
    case "String":
    case "TemplateLiteral":
      return asIs.string
    case "Boolean":
      return asIs.boolean
    case "Null":
      return asIs.null
    case "Number":
      // What is not finite is written as text, unless a check keeps it out.
      return Schema.toCodecJson(Schema.make(ast)).ast.encoding === undefined
        ? asIs.number
        : written(["number", "string"])
    case "Undefined":
      return written(["null"])
    case "BigInt":
      return written(["string"])
    case "Literal":
      return literal(ast.literal)
    case "Enum":
      return written(["string", "number"], true)
    case "Declaration":
      return ast === Schema.Json.ast ? anything : undefined
    case "Arrays":
      return each([...ast.elements, ...ast.rest]) === undefined ? undefined : written(["array"])
    case "Objects": {
      // A struct without fields passes on whatever it is given.
      if (ast.propertySignatures.length + ast.indexSignatures.length === 0) return undefined
      if (ast.indexSignatures.length > 1) return undefined
      const isByText = ast.indexSignatures.every(({ parameter }) => parameter === Schema.String.ast)
      const fields = [...ast.propertySignatures, ...ast.indexSignatures].map(({ type }) => type)
      return isByText && each(fields) !== undefined ? { ...written(["object"]), tags: tagsOf(ast) } : undefined
    }
    case "Union": {
      const members = each(ast.types)
      return members === undefined ? undefined : union(members)
    }
    case "Suspend": {
      if (seen.has(ast)) return anything
      seen.add(ast)
      return writtenBy(ast.thunk(), seen) === undefined ? undefined : anything
    }
    default:
      return undefined
  }
}

/** Whether every value of a schema surely comes back from its JSON as it was. */
export const isFaithful = (ast: SchemaAST.AST): boolean => writtenBy(ast, new Set()) !== undefined
