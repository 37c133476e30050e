/** The differences between two key records, field by field. */
import * as Json from "../declare/Json.ts"
import type { ArtifactHash } from "../domain/Hash.ts"
import type { KeyRecord } from "../domain/KeyRecord.ts"

/** A field of the config in which two keys differ. */
export interface ConfigDifference {
  readonly kind: "config"
  readonly path: string
  readonly from: string
  readonly to: string
}

/** A field in which two keys' records differ. */
export type Difference =
  | ConfigDifference
  | {
      readonly kind: "input"
      readonly name: string
      readonly from: ArtifactHash | undefined
      readonly to: ArtifactHash | undefined
    }
  | { readonly kind: "code"; readonly from: string; readonly to: string }
  | { readonly kind: "numerics"; readonly from: string | undefined; readonly to: string | undefined }

const absent = "(absent)"

const show = (value: unknown) => (value === undefined ? absent : Json.stringify(value))

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null

const addConfig = (path: string, from: unknown, to: unknown, out: Array<ConfigDifference>) => {
  if (isObject(from) && isObject(to) && Array.isArray(from) === Array.isArray(to)) {
    for (const key of [...new Set([...Object.keys(from), ...Object.keys(to)])].sort())
      addConfig(path === "" ? key : `${path}.${key}`, from[key], to[key], out)
    return
  }
  if (show(from) !== show(to)) out.push({ kind: "config", path, from: show(from), to: show(to) })
}

/** Every field in which the config `to` differs from the config `from`. */
export const configDifferences = (from: unknown, to: unknown): ReadonlyArray<ConfigDifference> => {
  const out: Array<ConfigDifference> = []
  addConfig("", from, to, out)
  return out
}

/** Every field in which the record `to` differs from the record `from`. */
export const differences = (from: KeyRecord, to: KeyRecord): ReadonlyArray<Difference> => {
  const out: Array<Difference> = []
  if (from.code !== to.code) out.push({ kind: "code", from: from.code, to: to.code })
  out.push(...configDifferences(from.config, to.config))
  for (const name of [...new Set([...Object.keys(from.inputs), ...Object.keys(to.inputs)])].sort())
    if (from.inputs[name] !== to.inputs[name])
      out.push({ kind: "input", name, from: from.inputs[name], to: to.inputs[name] })
  if (from.numerics !== to.numerics) out.push({ kind: "numerics", from: from.numerics, to: to.numerics })
  return out
}
