/**
 * One canonical, type-tagged, length-prefixed encoding of plain data. Two values share an encoding only if they are
 * the same value: `["ab","c"]` and `["a","bc"]`, 0 and -0, NaN and "NaN", null and undefined, a missing field and an
 * undefined one all differ; the order of an object's keys does not matter.
 */
import { Schema } from "effect"

/** A value that has no canonical encoding: a function, a symbol, a class instance. */
export class NotPlainData extends Schema.TaggedError<NotPlainData>()("NotPlainData", {
  path: Schema.String,
  found: Schema.String
}) {
  override get message() {
    return `${this.path === "" ? "the value" : this.path} is ${this.found}; expected plain data (JSON values, undefined, bigint, bytes)`
  }
}

const text = (value: string): string =>
  // A lone surrogate becomes U+FFFD in UTF-8, which would let two strings share a hash: escape those strings.
  value.isWellFormed() ? `s${value.length}:${value}` : `S${value.length}:${JSON.stringify(value)}`

const number = (value: number): string => (Object.is(value, -0) ? "d-0;" : `d${value};`)

/** Encodes a string map whose values are encoded already. Keys must be in code-unit order. */
export const mapOf = (entries: ReadonlyArray<readonly [key: string, encoded: string]>): string => {
  let out = `m${entries.length}:`
  for (const [key, encoded] of entries) out += text(key) + encoded
  return out
}

/** Encodes a string. */
export const ofString = text

/** Encodes plain data. Throws {@link NotPlainData} with the path of what is not. */
export const encode = (value: unknown, path = ""): string => {
  switch (typeof value) {
    case "string":
      return text(value)
    case "number":
      return number(value)
    case "boolean":
      return value ? "t" : "f"
    case "undefined":
      return "u"
    case "bigint":
      return `b${value};`
    case "object": {
      if (value === null) return "n"
      if (Array.isArray(value)) {
        let out = `l${value.length}:`
        for (let index = 0; index < value.length; index++) out += encode(value[index], `${path}[${index}]`)
        return out
      }
      if (value instanceof Uint8Array) return `x${value.length}:${Buffer.from(value).toString("hex")}`
      const prototype = Object.getPrototypeOf(value)
      if (prototype !== Object.prototype && prototype !== null)
        throw new NotPlainData({ path, found: `an instance of ${value.constructor?.name ?? "a class"}` })
      // Without a comparison `sort` goes by code units.
      const keys = Object.keys(value).sort()
      let out = `m${keys.length}:`
      for (const key of keys) out += text(key) + encode(Reflect.get(value, key), path === "" ? key : `${path}.${key}`)
      return out
    }
    default:
      throw new NotPlainData({ path, found: `a ${typeof value}` })
  }
}
