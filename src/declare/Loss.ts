/** What a value loses on its way through its schema and back: two values that are written alike must not pass for one. */
import { Equal, Option, SchemaAST } from "effect"

export interface Loss {
  /** `words.path`, `rows[3]`; empty for the whole. */
  readonly path: string
  readonly found: unknown
  /** What comes back in its place. */
  readonly back: unknown
  /** The field is declared, yet nothing of it comes back. */
  readonly isDropped: boolean
}

/** The schemas that may describe a place in a value: no unions, nothing recursive. None: nothing is known of it. */
type Place = ReadonlyArray<SchemaAST.AST>

const spread = (ast: SchemaAST.AST): Place => {
  switch (ast._tag) {
    case "Union":
      return ast.types.flatMap(spread)
    case "Suspend":
      return spread(ast.thunk())
    default:
      return [ast]
  }
}

const ofField = (ast: SchemaAST.AST, field: string): Place | undefined => {
  switch (ast._tag) {
    case "Objects": {
      const property = ast.propertySignatures.find(({ name }) => name === field)
      const index = ast.indexSignatures.find(({ parameter }) => parameter._tag === "String")
      const type = property?.type ?? index?.type
      return type === undefined ? undefined : spread(type)
    }
    case "Declaration": {
      const inner = ast.typeParameters.flatMap(spread)
      const declared = inner.filter(SchemaAST.isObjects).flatMap((each) => ofField(each, field) ?? [])
      return declared.length > 0 ? declared : undefined
    }
    default:
      return undefined
  }
}

const fieldOf = (place: Place, field: string): Place => place.flatMap((ast) => ofField(ast, field) ?? [])

/** Elements, and what a container (an Option, a Map) holds. */
const within = (place: Place): Place =>
  place.flatMap((ast) =>
    SchemaAST.isArrays(ast)
      ? [...ast.elements, ...ast.rest].flatMap(spread)
      : SchemaAST.isDeclaration(ast)
        ? ast.typeParameters.flatMap(spread)
        : []
  )

const isOfObjects = (ast: SchemaAST.AST) => SchemaAST.isObjects(ast) || SchemaAST.isDeclaration(ast)

/** Whether a field must come back: an undeclared one of a struct drops out by design. */
const mustReturn = (place: Place, field: string): boolean => {
  const known = place.filter(isOfObjects)
  return known.length === 0 || known.some((ast) => ofField(ast, field) !== undefined)
}

/** For a struct an object is its fields; where another schema might describe it as well, its class tells them apart. */
const isOfOneStruct = (place: Place): boolean => {
  const [only, ...others] = place.filter(isOfObjects)
  return only !== undefined && others.length === 0 && SchemaAST.isObjects(only)
}

const isPlain = (value: object) => {
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

const isOneClass = (a: object, b: object): boolean =>
  Object.getPrototypeOf(a) === Object.getPrototypeOf(b) || (isPlain(a) && isPlain(b))

const bytes = (view: ArrayBufferView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)

const tag = (value: object): string => Object.prototype.toString.call(value)

/** Values that are known by one text or figure. Undefined: compared by their fields. */
const contentOf = (value: object): string | number | undefined =>
  value instanceof Date
    ? value.getTime()
    : value instanceof RegExp || value instanceof URL
      ? String(value)
      : value instanceof Error
        ? `${value.name}: ${value.message}`
        : undefined

const sequence = (
  found: ReadonlyArray<unknown>,
  back: ReadonlyArray<unknown>,
  place: Place,
  path: string
): Loss | undefined => {
  // Most elements and fields come back as they are: their path and place are made only where they do not.
  if (found.length !== back.length) return { path, found, back, isDropped: false }
  for (const [at, each] of found.entries()) {
    const loss = Object.is(each, back[at]) ? undefined : lossAt(each, back[at], place, `${path}[${at}]`)
    if (loss !== undefined) return loss
  }
  return undefined
}

const fields = (found: object, back: object, place: Place, path: string): Loss | undefined => {
  const name = (field: string) => (path === "" ? field : `${path}.${field}`)
  for (const field of Object.keys(back)) {
    // A default stands where nothing was given.
    if (!(field in found)) continue
    const [given, read] = [Reflect.get(found, field), Reflect.get(back, field)]
    const loss = Object.is(given, read) ? undefined : lossAt(given, read, fieldOf(place, field), name(field))
    if (loss !== undefined) return loss
  }
  for (const field of Object.keys(found))
    if (!(field in back) && mustReturn(place, field))
      return { path: name(field), found: Reflect.get(found, field), back: undefined, isDropped: true }
  return undefined
}

const lossAt = (found: unknown, back: unknown, place: Place, path: string): Loss | undefined => {
  if (Object.is(found, back)) return undefined
  const whole: Loss = { path, found, back, isDropped: false }
  if (typeof found !== "object" || typeof back !== "object" || found === null || back === null) return whole
  if (Array.isArray(found) || Array.isArray(back))
    return Array.isArray(found) && Array.isArray(back) ? sequence(found, back, within(place), path) : whole
  if (Option.isOption(found) && Option.isOption(back))
    return Option.isSome(found) && Option.isSome(back)
      ? lossAt(found.value, back.value, within(place), path)
      : Option.isNone(found) && Option.isNone(back)
        ? undefined
        : whole
  if (Equal.isEqual(found) || Equal.isEqual(back)) return Equal.equals(found, back) ? undefined : whole
  if (ArrayBuffer.isView(found) && ArrayBuffer.isView(back))
    // A Buffer is read back as a Uint8Array: the same bytes.
    return tag(found) === tag(back) && Buffer.compare(bytes(found), bytes(back)) === 0 ? undefined : whole
  if (!isOneClass(found, back) && !(isPlain(back) && isOfOneStruct(place))) return whole
  // The entries of a Map are arrays, whose elements are what the place holds.
  if (found instanceof Map && back instanceof Map) return sequence([...found], [...back], place, path)
  if (found instanceof Set && back instanceof Set) return sequence([...found], [...back], within(place), path)
  const content = contentOf(back)
  if (content !== undefined) return Object.is(content, contentOf(found)) ? undefined : whole
  return fields(found, back, place, path)
}

/**
 * The first place where a value differs from what came back of it, or undefined. Fields that the schema does not declare
 * do not count, nor do defaults where nothing was given; else values are told apart strictly: 0 from −0, a number from
 * its text, an instance from its fields, a Map from one in another order.
 */
export const lossOf = (ast: SchemaAST.AST, found: unknown, back: unknown): Loss | undefined =>
  lossAt(found, back, spread(SchemaAST.toType(ast)), "")

const shownLength = 60

const cut = (text: string) => (text.length <= shownLength ? text : `${text.slice(0, shownLength - 1)}…`)

const show = (value: unknown): string => {
  switch (typeof value) {
    case "string":
      return `the text ${cut(JSON.stringify(value))}`
    case "bigint":
      return `the bigint ${value}n`
    case "number":
      return `the number ${Object.is(value, -0) ? "-0" : value}`
    case "object": {
      if (value === null) return "null"
      if (Array.isArray(value)) return `an array of ${value.length}`
      if (isPlain(value)) return "a plain object"
      const isDate = value instanceof Date && !Number.isNaN(value.getTime())
      const content = isDate ? value.toISOString() : contentOf(value)
      const kind = value.constructor?.name ?? "an object"
      return content === undefined ? `an instance of ${kind}` : `the ${kind} ${cut(String(content))}`
    }
    default:
      return String(value)
  }
}

/** `x: the text "NaN" would come back as the number NaN…`, with what to do about it. */
export const describe = ({ back, found, isDropped, path }: Loss): string => {
  const at = path === "" ? "" : `${path}: `
  if (isDropped)
    return `${at}${show(found)} would be lost: a union takes its first member that fits, without the fields of the others. Put the member with more fields first, or give each a tag (Schema.TaggedStruct)`
  const change = `${at}${show(found)} would come back as ${show(back)}`
  return typeof found === typeof back && typeof found !== "object"
    ? `${change}: its schema does not keep it. Write what comes back, or a schema that keeps what it is given`
    : `${change}: its schema writes both alike. Give the members of a union a tag (Schema.TaggedStruct), so that they are told apart${found === undefined ? ", or leave the field out" : ""}`
}
