/**
 * Which tensors an artifact holds, as its type says: their names, dtypes and sides. A side is a name, which has one
 * size in all tensors of the artifact, or a number, which is its size.
 */
import { Predicate } from "effect"
import type { Dtype, Shape, Tensor, TensorsByDtype } from "../domain/Tensor.ts"
import { DeclarationError } from "./DeclarationError.ts"

/** A name, a size, or (as the last side) `"..."`: any further sides. */
export type Side = string | number

/** A tensor of one dtype and of the sides named. */
export interface TensorType<D extends Dtype = Dtype, S extends ReadonlyArray<Side> = ReadonlyArray<Side>> {
  readonly _tag: "Tensor"
  readonly dtype: D
  readonly sides: S
}

/** A tensor that may be absent. */
export interface OptionalTensor<T extends TensorType = TensorType> {
  readonly _tag: "Optional"
  readonly tensor: T
}

/** Any number of tensors of one type, each under a name of its own. */
export interface TensorRecord<T extends TensorType = TensorType> {
  readonly _tag: "Record"
  readonly tensor: T
}

/** Tensors by name. */
export type Fields = { readonly [name: string]: TensorType | OptionalTensor | TensorRecord }

type Sizes<S extends ReadonlyArray<Side>> = { readonly [K in keyof S]: S[K] extends number ? S[K] : number }

type ShapeOf<S extends ReadonlyArray<Side>> = S extends readonly [...infer Leading extends ReadonlyArray<Side>, "..."]
  ? readonly [...Sizes<Leading>, ...Shape]
  : Sizes<S>

/** The tensor that a type describes; the length of its shape is known. */
export type TensorOf<T extends TensorType> = TensorsByDtype<ShapeOf<T["sides"]>>[T["dtype"]]

type OptionalNames<F extends Fields> = { [K in keyof F]: F[K] extends OptionalTensor ? K : never }[keyof F]

/** The tensors that fields describe: those of a record are an object of their own. */
export type TensorsOf<F extends Fields> = {
  readonly [K in Exclude<keyof F, OptionalNames<F>>]: F[K] extends TensorRecord<infer T>
    ? { readonly [name: string]: TensorOf<T> }
    : F[K] extends TensorType
      ? TensorOf<F[K]>
      : never
} & { readonly [K in OptionalNames<F>]?: F[K] extends OptionalTensor<infer T> ? TensorOf<T> : never }

const typeOf =
  <D extends Dtype>(dtype: D) =>
  <const S extends ReadonlyArray<Side>>(...sides: S): TensorType<D, S> => ({ _tag: "Tensor", dtype, sides })

/** A float32 tensor: `F32("rows", 12)`. No side for a scalar; `"..."` as the last one for any further sides. */
export const F32 = typeOf("F32")

/** A float64 tensor; see {@link F32}. */
export const F64 = typeOf("F64")

/** An int32 tensor; see {@link F32}. */
export const I32 = typeOf("I32")

/** A tensor of bytes; see {@link F32}. */
export const U8 = typeOf("U8")

/** A tensor that need not be there. */
export const optional = <T extends TensorType>(tensor: T): OptionalTensor<T> => ({ _tag: "Optional", tensor })

/**
 * All tensors that have no name among the others: the parameters of a network, for one. The file has each under its
 * own name; the field's name is not in it.
 */
export const record = <T extends TensorType>(tensor: T): TensorRecord<T> => ({ _tag: "Record", tensor })

const REST = "..."

const refuse = (problem: string) => new DeclarationError({ subject: "Artifact.tensors", problem })

/** Throws where fields contradict themselves. */
export const checkFields = (fields: Fields): void => {
  const records: Array<string> = []
  for (const [name, field] of Object.entries(fields)) {
    // What untyped code may give.
    const given: unknown = field
    if (
      !Predicate.isTagged(given, "Tensor") &&
      !Predicate.isTagged(given, "Optional") &&
      !Predicate.isTagged(given, "Record")
    )
      throw refuse(`"${name}" must be a tensor's type, such as F32("rows", "dims"), found ${typeof given}`)
    const { sides } = field._tag === "Tensor" ? field : field.tensor
    if (field._tag === "Record") records.push(`"${name}"`)
    if (sides.slice(0, -1).includes(REST))
      throw refuse(`"..." must be the last side of a tensor, found ${sidesText(sides)} for "${name}"`)
    const odd = sides.find((side) => typeof side === "number" && !(Number.isSafeInteger(side) && side >= 0))
    if (odd !== undefined) throw refuse(`a size is a whole number of at least 0, found ${odd} for "${name}"`)
  }
  if (records.length > 1) throw refuse(`at most one field can be a record, found ${records.join(" and ")}`)
}

type Flat = { readonly [name: string]: Tensor }
type Nested = { readonly [name: string]: Tensor | Flat | undefined }

const isTensor = (value: Tensor | Flat): value is Tensor => Array.isArray(value.shape)

const sidesText = (sides: ReadonlyArray<Side>) => `[${sides.join(", ")}]`

const found = ({ dtype, shape }: Tensor) => `${dtype} ${sidesText(shape)}`

const problem = (name: string, was: string, expected: string) => `tensor "${name}": found ${was}, expected ${expected}`

/** The sizes of the sides met so far, and the tensor that said so. */
type Sizing = Map<string, { readonly size: number; readonly tensor: string }>

const mismatch = (name: string, tensor: Tensor, { dtype, sides }: TensorType, sizing: Sizing): string | undefined => {
  const expected = `${dtype} ${sidesText(sides)}`
  const isOpen = sides.at(-1) === REST
  const named = isOpen ? sides.slice(0, -1) : sides
  const { shape } = tensor
  if (tensor.dtype !== dtype || (isOpen ? shape.length < named.length : shape.length !== named.length))
    return problem(name, found(tensor), expected)
  for (const [at, side] of named.entries()) {
    const size = shape[at] ?? 0
    if (typeof side === "number") {
      if (size !== side) return problem(name, found(tensor), expected)
      continue
    }
    const known = sizing.get(side)
    if (known === undefined) sizing.set(side, { size, tensor: name })
    else if (known.size !== size)
      return problem(name, found(tensor), `${expected} with ${side} = ${known.size}, as tensor "${known.tensor}" has`)
  }
  return undefined
}

/** Tensors under the names that they have in a file, or what is wrong with them, as a sentence. */
export const toFile = (fields: Fields, tensors: Nested): Flat | string => {
  const flat: Record<string, Tensor> = {}
  for (const [name, value] of Object.entries(tensors)) {
    if (value === undefined) continue
    const isRecord = fields[name]?._tag === "Record"
    for (const [own, tensor] of isTensor(value) ? [[name, value] as const] : Object.entries(value)) {
      if (isRecord && fields[own] !== undefined)
        return problem(own, `it in the record "${name}"`, "another name: a tensor of this name is declared beside it")
      flat[own] = tensor
    }
  }
  const read = fromFile(fields, flat)
  return typeof read === "string" ? read : flat
}

/** A file's tensors as the fields have them, or what is wrong with them, as a sentence. */
export const fromFile = <F extends Fields>(fields: F, flat: Flat): TensorsOf<F> | string => {
  const sizing: Sizing = new Map()
  const tensors: Record<string, Tensor | Flat> = {}
  const rest = new Map(Object.entries(flat))
  const all = recordOf(fields)
  for (const [name, field] of Object.entries(fields)) {
    if (field._tag === "Record") continue
    const type = field._tag === "Tensor" ? field : field.tensor
    const tensor = rest.get(name)
    rest.delete(name)
    if (tensor === undefined) {
      if (field._tag === "Optional") continue
      return problem(name, "nothing", `${type.dtype} ${sidesText(type.sides)}`)
    }
    const wrong = mismatch(name, tensor, type, sizing)
    if (wrong !== undefined) return wrong
    tensors[name] = tensor
  }
  for (const [name, tensor] of rest) {
    if (all === undefined) {
      const declared = Object.keys(fields).map((each) => `"${each}"`)
      return problem(name, found(tensor), `no tensor but ${declared.join(", ") || "none at all"}`)
    }
    const wrong = mismatch(name, tensor, all.type, sizing)
    if (wrong !== undefined) return wrong
  }
  if (all !== undefined) tensors[all.name] = Object.fromEntries(rest)
  // Each of them was compared with its field above.
  return tensors as TensorsOf<F>
}

const recordOf = (fields: Fields) => {
  for (const [name, field] of Object.entries(fields)) if (field._tag === "Record") return { name, type: field.tensor }
  return undefined
}
