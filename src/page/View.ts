/** What the parts of a page need of its data beside the data: found once, when the data come. */
import { differsFromZero, formatFigure } from "../report/format/Figures.ts"
import type { PageData } from "../report/page/PageData.ts"
import type { ReportColumn, ReportTable } from "../report/ReportTable.ts"
import type { Printer } from "./FigureText.ts"
import { aroundZero, over, type Scale } from "./Whisker.tsx"

export interface ColumnView {
  readonly column: ReportColumn
  readonly printer: Printer
  /** Of the differences from the baseline, and of the means. */
  readonly differences: Scale
  readonly means: Scale
  /** Its group and label. */
  readonly name: string
}

export interface View {
  readonly data: PageData
  readonly columns: ReadonlyMap<string, ColumnView>
  /** The axis by which rows are called first: the baseline's, or the first. */
  readonly mainAxis: string
  readonly hasDifferences: boolean
}

export const headingOf = ({ label, unit }: ReportColumn): string => (unit === undefined ? label : `${label} (${unit})`)

export const nameOf = (column: ReportColumn): string =>
  column.group === undefined ? headingOf(column) : `${column.group}: ${headingOf(column)}`

const viewOf = ({ rows }: ReportTable, column: ReportColumn): ColumnView => {
  const cells = rows.flatMap((row) => row.cells[column.id] ?? [])
  const isBare = cells.every(({ mean, reference }) => Math.abs(mean ?? 0) <= 1 && Math.abs(reference ?? 0) <= 1)
  const differences = cells.flatMap(({ difference }) =>
    difference === undefined ? [] : [difference.mean, ...(difference.ci95 ?? [])]
  )
  return {
    column,
    printer: { digits: column.digits ?? 4, isBare },
    differences: aroundZero(differences),
    means: over(
      cells.flatMap(({ ci95, mean, values }) => [...values, ...(mean === null ? [] : [mean]), ...(ci95 ?? [])])
    ),
    name: nameOf(column)
  }
}

/** The axis whose label the baseline is called by. */
const mainAxisOf = ({ axes, baseline, rows }: ReportTable): string =>
  axes.find((axis) => rows.some((row) => row.labels[axis] === baseline)) ?? axes[0] ?? ""

export const make = (data: PageData): View => ({
  data,
  columns: new Map(data.table.columns.map((column) => [column.id, viewOf(data.table, column)])),
  mainAxis: mainAxisOf(data.table),
  hasDifferences: data.table.rows.some(({ cells }) =>
    Object.values(cells).some((cell) => cell.difference !== undefined)
  )
})

/** A row's first label, and the others. */
export const callOf = (
  { data: { table }, mainAxis }: View,
  labels: Readonly<Record<string, string>>
): readonly [main: string, rest: string] => [
  labels[mainAxis] ?? "",
  table.axes
    .filter((axis) => axis !== mainAxis)
    .map((axis) => labels[axis] ?? "")
    .join(" · ")
]

/** How many differences there are, and how many exclude 0. */
export const differenceCounts = ({ data: { table } }: View): { readonly all: number; readonly differing: number } => {
  const differences = table.rows.flatMap(({ cells }) =>
    Object.values(cells).flatMap(({ difference }) => difference ?? [])
  )
  return { all: differences.length, differing: differences.filter(differsFromZero).length }
}

export const count = (value: number): string => formatFigure(value, 0, false).replace(/\B(?=(\d{3})+$)/g, "\u202F")
