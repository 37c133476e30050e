/** What a program says in lines: how far it is, or something for its log. */
import { Option, Schema } from "effect"
import type { ProgressReport } from "../../declare/Progress.ts"

const Report = Schema.Struct({
  current: Schema.Finite,
  total: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  unit: Schema.optionalKey(Schema.String),
  metrics: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown))
})
const fromJson = Schema.decodeUnknownOption(Schema.fromJsonString(Report))

const defaultUnit = "step"

const finite = (figures: { readonly [name: string]: unknown }): { readonly [name: string]: number } =>
  Object.fromEntries(
    Object.entries(figures).flatMap(([name, value]) => {
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value
      return typeof number === "number" && Number.isFinite(number) ? [[name, number]] : []
    })
  )

const told = (
  current: number,
  total: number | undefined,
  unit: string | undefined,
  figures: { readonly [name: string]: unknown }
) => ({
  current,
  unit: unit ?? defaultUnit,
  ...(total === undefined ? {} : { total }),
  metrics: finite(figures)
})

/** The report in a line; undefined where it is none. A pattern may say `current`, `total`, `unit` and figures. */
export const reportIn = (line: string, pattern: RegExp | undefined): ProgressReport | undefined => {
  if (line.startsWith("{")) {
    const json = Option.getOrUndefined(fromJson(line))
    if (json !== undefined) return told(json.current, json.total ?? undefined, json.unit, json.metrics ?? {})
  }
  const groups =
    pattern === undefined
      ? undefined
      : new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, "")).exec(line)?.groups
  if (groups === undefined) return undefined
  const { current, total, unit, ...figures } = groups
  const { current: number, total: all } = finite({ current, total })
  return number === undefined ? undefined : told(number, all, unit, figures)
}
