/** Which cells to keep: by axis the values that are meant. Values of one axis are alternatives; axes are combined. */
import { Effect } from "effect"
import type { Label, Point } from "../declare/Grid.ts"
import * as CellId from "../domain/CellId.ts"
import { didYouMean, UsageError } from "./UsageError.ts"

/** A text names the value that prints so. */
export type Only = { readonly [axis: string]: Label | ReadonlyArray<Label> }

/** Whether cells are selected, one is named, or rows of a table are selected. */
type What = "only" | "cell" | "rows"

/** The same with every value as it prints. */
export type Selection = ReadonlyMap<string, ReadonlyArray<string>>

/** How a label is written that holds what separates labels. */
const quoting = `A label with a comma, a quote or a backslash stands in quotes: 'axis="a, b"'`

const isMany = (values: Label | ReadonlyArray<Label>): values is ReadonlyArray<Label> => Array.isArray(values)

export const selectionOf = (only: Only): Selection =>
  new Map(Object.entries(only).map(([axis, values]) => [axis, (isMany(values) ? values : [values]).map(String)]))

/** `axis=value,…`, as it can be typed. */
export const format = (selection: Selection): string =>
  CellId.format([...selection].flatMap(([axis, values]) => values.map((value) => [axis, value] as const)))

/** Parses `axis=value` pairs, separated by commas. A value without an axis adds to the axis before it. */
export const parse = Effect.fnUntraced(function* (given: ReadonlyArray<string>, what: What = "only") {
  const only: Record<string, Array<string>> = Object.create(null)
  for (const text of given) {
    let current: string | undefined
    for (const { axis, label } of CellId.parse(text)) {
      current = axis ?? current
      if (current === undefined || axis === "")
        return yield* new UsageError({
          about: { option: what, given: [] },
          text: `it takes axis=value, found "${axis === undefined ? "" : `${axis}=`}${label}"`
        })
      const values = only[current] ?? []
      values.push(label)
      only[current] = values
    }
  }
  const result: Only = only
  return result
})

/** Whether a point is selected. */
export const matches = (selection: Selection, point: Point): boolean => {
  for (const [axis, values] of selection) if (!values.includes(String(point[axis]))) return false
  return true
}

/** Refuses an axis that the grid does not have, and a value that no point has. */
export const check = Effect.fnUntraced(function* (
  selection: Selection,
  points: ReadonlyArray<Point>,
  what: What = "only"
) {
  for (const [axis, values] of selection) {
    const axes = Object.keys(points[0] ?? {})
    if (!axes.includes(axis))
      return yield* new UsageError({
        about: { option: what, given: [] },
        text: `there is no axis "${axis}".${didYouMean(axis, axes)} The axes are ${axes.join(", ")}`
      })
    const known = [...new Set(points.map((point) => String(point[axis])))]
    const written = known.map(CellId.formatLabel)
    const hint = written.some((each) => each.startsWith('"')) ? `. ${quoting}` : ""
    for (const value of values)
      if (!known.includes(value))
        return yield* new UsageError({
          about: { option: what, given: [] },
          text: `axis "${axis}" has no value "${value}".${didYouMean(value, known)} Its values are ${written.slice(0, 20).join(", ")}${known.length > 20 ? ", …" : ""}${hint}`
        })
  }
})
