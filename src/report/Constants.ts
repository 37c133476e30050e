/** Axes on which all rows of a table agree: formats for people say them once instead of in every row. */
import { format } from "../domain/CellText.ts"
import type { ReportTable } from "./ReportTable.ts"

/** The labels that all rows share; none of a table of one row, or with one axis, where they are what names the row. */
export const sharedLabels = ({ axes, rows }: ReportTable): ReadonlyArray<readonly [axis: string, label: string]> => {
  if (rows.length < 2) return []
  const [first] = rows
  return axes.flatMap((axis) => {
    const label = first?.labels[axis]
    return label !== undefined && rows.every((row) => row.labels[axis] === label) ? [[axis, label] as const] : []
  })
}

/** `All rows: split=by-emotion-word.`; nothing where they share no label. */
export const sharedSentence = (table: ReportTable): ReadonlyArray<string> => {
  const shared = sharedLabels(table)
  return shared.length === 0 ? [] : [`All rows: ${format(shared)}.`]
}

/** The table without the axes that {@link sharedSentence} tells. */
export const withoutShared = (table: ReportTable): ReportTable => {
  const shared = new Set(sharedLabels(table).map(([axis]) => axis))
  return shared.size === 0 ? table : { ...table, axes: table.axes.filter((axis) => !shared.has(axis)) }
}
