/** Which figures the screen shows of the cells, and how those of a row are told together. */
import type { ColumnSpec } from "../domain/TableSpec.ts"
import type { Progress } from "../observe/Progress.ts"
import type { FigureSpec } from "../observe/RunControl.ts"
import * as Vector from "../observe/Vector.ts"

/** A metric that can be shown. */
export type Column = Pick<ColumnSpec, "metric" | "label"> &
  Partial<Pick<ColumnSpec, "kind" | "unit" | "better" | "digits">>

export interface Figures {
  /** The table's columns; none: the metrics that the cells publish. */
  readonly columns: ReadonlyArray<Column>
  /** Labels of the baseline rows; null where the table has none. */
  readonly baseline: { readonly [axis: string]: string } | null
  readonly interval: Interval
}

/** The 95 % interval of the mean of such figures; null for too few values, and for equal ones. */
export type Interval = (
  values: ReadonlyArray<number>,
  column: Pick<Column, "kind" | "unit">
) => readonly [low: number, high: number] | null

/** A table's figures, its most telling columns first. */
export const ofTable = ({ baseline, columns, headline }: FigureSpec, interval: Interval): Figures => {
  const first = headline?.columns ?? []
  const rank = ({ metric }: Column) => (first.includes(metric) ? first.indexOf(metric) : first.length)
  return { columns: columns.toSorted((a, b) => rank(a) - rank(b)), baseline: baseline ?? null, interval }
}

export const none: Figures = { columns: [], baseline: null, interval: () => null }

const published = new WeakMap<Progress["metrics"], ReadonlyArray<Column>>()

const publishedColumns = ({ metrics }: Progress): ReadonlyArray<Column> => {
  const known = published.get(metrics)
  if (known !== undefined) return known
  const names = new Set<string>()
  for (const chunk of metrics.chunks)
    for (const cell of chunk) if (cell !== null) for (const name of Object.keys(cell)) names.add(name)
  const columns = [...names].map((name): Column => ({ metric: name, label: name }))
  published.set(metrics, columns)
  return columns
}

export const columnsOf = (progress: Progress, figures: Figures): ReadonlyArray<Column> =>
  figures.columns.length > 0 ? figures.columns : publishedColumns(progress)

/** The figure of a cell: undefined before it has one, null where it is undefined. */
export const figureOf = (progress: Progress, cell: number, metric: string): number | null | undefined => {
  const metrics = cell < 0 ? undefined : Vector.get(progress.metrics, cell)
  return metrics === undefined || metrics === null ? undefined : (metrics[metric]?.value ?? null)
}

/** Decimals worth printing. */
export const decimalsOf = ({ digits, kind }: Column): number => digits ?? (kind === "count" ? 0 : 4)
