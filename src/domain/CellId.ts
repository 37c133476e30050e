/**
 * Cells as text: `method=agnostic,seed=0`. No two points share one. A label that would be mistaken for the text around it
 * stands in quotes, as JSON writes them (`method="a, b"`); typed by hand, `\,` does as well. What is printed can be typed.
 */
import { Option, Schema } from "effect"

export * from "./CellText.ts"

/** A label, with its axis where one is given. */
export interface Pair {
  readonly axis: string | undefined
  readonly label: string
}

const decodeQuoted = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.String))

const axisInQuotes = /"(?:[^"\\]|\\.)*"(?=[,=]|$)/y
const bareAxis = /(?:\\[,="\\]|[^,=])*/y
const labelInQuotes = /"(?:[^"\\]|\\.)*"(?=,|$)/y
const bareLabel = /(?:\\[,="\\]|[^,])*/y

const matchAt = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

interface Token {
  readonly value: string
  readonly end: number
}

const inQuotes = (text: string, at: number, pattern: RegExp): Token | undefined => {
  const found = matchAt(pattern, text, at)
  if (found === undefined) return undefined
  const value = Option.getOrElse(decodeQuoted(found), () => found.slice(1, -1).replace(/\\(.)/g, "$1"))
  return { value, end: at + found.length }
}

const bare = (text: string, at: number, pattern: RegExp): Token => {
  const found = matchAt(pattern, text, at) ?? ""
  return { value: found.replace(/\\([,="\\])/g, "$1"), end: at + found.length }
}

/** The labels of a cell by axis, its seed among them, from the text that {@link format} gives. */
export const labelsOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(parse(text).map(({ axis = "", label }) => [axis, label]))

/** `axis=label,label,axis=label`: each label with the axis that stands directly before it, if any. */
export const parse = (text: string): ReadonlyArray<Pair> => {
  const out: Array<Pair> = []
  for (let at = 0; at <= text.length; ) {
    const first = inQuotes(text, at, axisInQuotes) ?? bare(text, at, bareAxis)
    const hasAxis = text[first.end] === "="
    const from = first.end + 1
    const label = hasAxis ? (inQuotes(text, from, labelInQuotes) ?? bare(text, from, bareLabel)) : first
    out.push({ axis: hasAxis ? first.value : undefined, label: label.value })
    at = label.end + 1
  }
  return out
}
