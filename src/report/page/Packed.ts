/**
 * JSON in which the keys of like objects are written once: a table of ten thousand cells is a third as long. Every object
 * is `[shape, …values]`, every list `[-1, …items]`; the shapes, lists of keys, stand apart.
 */

export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

export interface Packed {
  readonly shapes: ReadonlyArray<ReadonlyArray<string>>
  readonly value: Json
}

const LIST = -1

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)

export const pack = (value: Json): Packed => {
  const shapes: Array<ReadonlyArray<string>> = []
  const known = new Map<string, number>()
  const shapeOf = (keys: ReadonlyArray<string>): number => {
    const name = JSON.stringify(keys)
    const found = known.get(name) ?? shapes.push(keys) - 1
    known.set(name, found)
    return found
  }
  const packed = (each: Json): Json => {
    if (typeof each !== "object" || each === null) return each
    if (isList(each)) return [LIST, ...each.map(packed)]
    return [shapeOf(Object.keys(each)), ...Object.values(each).map(packed)]
  }
  return { value: packed(value), shapes }
}

export const unpack = ({ shapes, value }: Packed): Json => {
  const unpacked = (each: Json): Json => {
    if (typeof each !== "object" || each === null || !isList(each)) return each
    const [shape, ...values] = each
    const keys = typeof shape === "number" && shape !== LIST ? shapes[shape] : undefined
    if (keys === undefined) return values.map(unpacked)
    const out: { [key: string]: Json } = Object.create(null)
    for (const [at, key] of keys.entries()) out[key] = unpacked(values[at] ?? null)
    return out
  }
  return unpacked(value)
}
