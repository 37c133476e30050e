/** Which rows and columns of a table are shown, in which order, as the reader chose. */
import { differsFromZero } from "../report/format/Figures.ts"
import type { ReportCell, ReportColumn, ReportRow, ReportTable } from "../report/ReportTable.ts"

/** What a cell shows first: its mean, or its difference from the baseline. */
export type Shown = "means" | "differences"

/** By an axis's labels, by a column's figures, or as the table has its rows. */
export interface Order {
  readonly by: { readonly axis: string } | { readonly column: string } | null
  readonly isDescending: boolean
}

export interface Choice {
  readonly search: string
  /** By axis the label that rows must have; an axis that is not there is free. */
  readonly labels: Readonly<Record<string, string>>
  /** Only rows with a figure that differs from the baseline. */
  readonly onlyDiffering: boolean
  /** Columns that are left out, by id. */
  readonly hidden: ReadonlyArray<string>
  readonly order: Order
  readonly shown: Shown
}

export const everything: Choice = {
  search: "",
  labels: {},
  onlyDiffering: false,
  hidden: [],
  order: { by: null, isDescending: false },
  shown: "means"
}

export const differs = (cell: ReportCell | undefined): boolean =>
  cell?.difference !== undefined && differsFromZero(cell.difference)

/** Every word is to be found in the row: in a label, or as `axis=label` from the beginning of both. */
const matches = (row: ReportRow, words: ReadonlyArray<string>): boolean => {
  const labels = Object.entries(row.labels).map(([axis, label]) => [axis.toLowerCase(), label.toLowerCase()] as const)
  return words.every((word) =>
    labels.some(([axis, label]) => label.includes(word) || `${axis}=${label}`.startsWith(word))
  )
}

const figureOf = (row: ReportRow, column: string, shown: Shown): number | null => {
  const cell = row.cells[column]
  return shown === "differences" ? (cell?.difference?.mean ?? null) : (cell?.mean ?? null)
}

/** Numbers within labels count as numbers: `layer 2` stands before `layer 10`. */
const { compare } = new Intl.Collator("en", { numeric: true })

/** Rows without a figure stand last, whatever the direction; equals stay as they were. */
const byChoice = ({ order: { by, isDescending }, shown }: Choice) => {
  const sign = isDescending ? -1 : 1
  return (left: ReportRow, right: ReportRow): number => {
    if (by === null) return 0
    if ("axis" in by) return sign * compare(left.labels[by.axis] ?? "", right.labels[by.axis] ?? "")
    const [a, b] = [figureOf(left, by.column, shown), figureOf(right, by.column, shown)]
    return a === null ? (b === null ? 0 : 1) : b === null ? -1 : sign * (a - b)
  }
}

export const columnsOf = (table: ReportTable, { hidden }: Choice): ReadonlyArray<ReportColumn> =>
  table.columns.filter(({ id }) => !hidden.includes(id))

/** Indices into the table's rows. */
export const rowsOf = (table: ReportTable, choice: Choice): ReadonlyArray<number> => {
  const words = choice.search.toLowerCase().split(/\s+/).filter(Boolean)
  const columns = columnsOf(table, choice)
  const labels = Object.entries(choice.labels)
  const kept = [...table.rows.entries()].filter(
    ([, row]) =>
      labels.every(([axis, label]) => row.labels[axis] === label) &&
      matches(row, words) &&
      (!choice.onlyDiffering || columns.some(({ id }) => differs(row.cells[id])))
  )
  const compared = byChoice(choice)
  return kept.sort(([, left], [, right]) => compared(left, right)).map(([at]) => at)
}

/** The part of the table that is shown, in its order: what is copied. */
export const partOf = (table: ReportTable, choice: Choice): ReportTable => ({
  ...table,
  columns: columnsOf(table, choice),
  rows: rowsOf(table, choice).flatMap((at) => table.rows[at] ?? [])
})

/** A click on what the rows are sorted by turns them round, and a third puts them back. */
export const turned = (
  { by, isDescending }: Order,
  next: NonNullable<Order["by"]>,
  firstDescending: boolean
): Order => {
  const isSame = JSON.stringify(by) === JSON.stringify(next)
  if (!isSame) return { by: next, isDescending: firstDescending }
  return isDescending === firstDescending
    ? { by: next, isDescending: !firstDescending }
    : { by: null, isDescending: false }
}

/** Axes whose labels a reader can choose among: more than one, and few enough for a list. */
export const choices = (table: ReportTable): ReadonlyArray<readonly [axis: string, labels: ReadonlyArray<string>]> =>
  table.axes.flatMap((axis) => {
    const labels = [...new Set(table.rows.map((row) => row.labels[axis] ?? ""))]
    return labels.length > 1 && labels.length <= 40 ? [[axis, labels] as const] : []
  })
