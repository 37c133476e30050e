/** The rows that a figure is about, and what they are called in it. */
import type { ReportCell, ReportRow } from "../ReportTable.ts"
import type { FigureTable } from "./Figure.ts"

type Labels = Readonly<Record<string, string>>
type Where = Readonly<Record<string, ReadonlyArray<string>>>

/** Whether the labels are among those asked for on every axis named. */
export const isMeant = (labels: Labels, where: Where): boolean =>
  Object.entries(where).every(([axis, values]) => values.includes(labels[axis] ?? ""))

/** The axes on which the rows differ, in the table's order. */
export const varying = (rows: ReadonlyArray<{ readonly labels: Labels }>, axes: ReadonlyArray<string>) =>
  axes.filter((axis) => rows.some(({ labels }) => labels[axis] !== rows[0]?.labels[axis]))

/** A row by its labels on these axes; by all of them, where it differs from none. */
export const nameOf = ({ labels }: { readonly labels: Labels }, axes: ReadonlyArray<string>): string => {
  const shown = axes.length === 0 ? Object.keys(labels) : axes
  return shown.map((axis) => labels[axis] ?? "").join(" · ") || "all"
}

/** Whether a row is the one that others are compared with. */
export const isBaseline = (row: ReportRow, baseline: string | undefined): boolean =>
  (baseline ?? "") !== "" &&
  (baseline ?? "").split(" · ").every((label) => Object.values(row.labels).includes(label)) &&
  Object.values(row.cells).every(({ difference }) => difference === undefined)

/** "none of the 20 rows has split=by-word (split is one of stratified, by-emotion-word)". */
export const noneMeant = (things: string, all: ReadonlyArray<{ readonly labels: Labels }>, where: Where): string => {
  const asked = Object.entries(where).map(([axis, values]) => `${axis}=${values.join("|")}`)
  const known = Object.keys(where).map((axis) => {
    const labels = [...new Set(all.flatMap((each) => each.labels[axis] ?? []))]
    return labels.length === 0 ? `${axis} labels none of them` : `${axis} is ${labels.slice(0, 12).join(", ")}`
  })
  if (all.length === 0) return `there are no ${things}${asked.length === 0 ? "" : ` (${asked.join(", ")})`}`
  return `no ${things} with ${asked.join(", ")} (${known.join("; ")})`
}

/** What a column is called where no heading stands above it. */
export const columnTitle = ({ columns }: Pick<FigureTable, "columns">, metric: string): string => {
  const column = columns.find(({ id }) => id === metric)
  if (column === undefined) return metric
  const name = column.group === undefined ? column.label : `${column.group}: ${column.label}`
  return column.unit === undefined ? name : `${name} (${column.unit})`
}

/** Decimals of a column's figures. */
export const digitsOf = ({ columns }: Pick<FigureTable, "columns">, metric: string): number =>
  columns.find(({ id }) => id === metric)?.digits ?? 4

/** How many seeds are behind the figures: "5", or "3 to 5". */
export const countsOf = (cells: ReadonlyArray<Pick<ReportCell, "n">>): string => {
  const counts = cells.map(({ n }) => n)
  const least = Math.min(...counts)
  const most = Math.max(...counts)
  return least === most ? `${most}` : `${least} to ${most}`
}
