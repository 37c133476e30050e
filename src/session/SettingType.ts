/** A setting's type in words, from the JSON Schema of its declaration. */
import { Predicate } from "effect"

type JsonSchema = { readonly [key: string]: unknown }

const isSchema = (value: unknown): value is JsonSchema => Predicate.isObject(value) && !Array.isArray(value)

const bound = (value: unknown): number | undefined =>
  Predicate.isNumber(value) && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined

/** `1 to 1000`, `above 0`, `at least 2`; empty where nothing bounds it. */
const range = ({ exclusiveMaximum, exclusiveMinimum, maximum, minimum }: JsonSchema): string => {
  const [from, to, above, below] = [minimum, maximum, exclusiveMinimum, exclusiveMaximum].map(bound)
  if (from !== undefined && to !== undefined) return ` ${from} to ${to}`
  return [
    from === undefined ? "" : ` at least ${from}`,
    above === undefined ? "" : ` above ${above}`,
    to === undefined ? "" : ` up to ${to}`,
    below === undefined ? "" : ` below ${below}`
  ].join("")
}

export const typeText = (schema: unknown): string => {
  if (!isSchema(schema)) return "any"
  if (Array.isArray(schema.enum))
    return schema.enum.map((value) => (Predicate.isString(value) ? value : JSON.stringify(value))).join(" | ")
  if ("const" in schema) return JSON.stringify(schema.const)
  for (const alternatives of [schema.anyOf, schema.oneOf])
    if (Array.isArray(alternatives)) return alternatives.map(typeText).join(" | ")
  // A check may stand beside what it checks.
  if (Array.isArray(schema.allOf) && schema.type === undefined)
    return [...new Set(schema.allOf.map(typeText))].join(" and ")
  switch (schema.type) {
    case "array":
      return `list of ${typeText(schema.items)}`
    case "integer":
    case "number":
      return `${schema.type === "integer" ? "whole number" : "number"}${range(schema)}`
    case "string":
      return "text"
    default:
      return Predicate.isString(schema.type) ? schema.type : "any"
  }
}

/** What is declared at a dotted path. */
export const at = (schema: unknown, path: ReadonlyArray<string>): unknown => {
  let found = schema
  for (const name of path) {
    const properties = isSchema(found) ? found.properties : undefined
    found = isSchema(properties) ? properties[name] : undefined
  }
  return found
}

export const descriptionOf = (schema: unknown): string =>
  isSchema(schema) && Predicate.isString(schema.description) ? schema.description : ""
