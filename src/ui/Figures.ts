/** Which figures the screen shows of the cells, and how those of a row are told together. */
import type { ColumnSpec } from "../domain/TableSpec.ts"
import type { Progress } from "../observe/Progress.ts"
import * as Vector from "../observe/Vector.ts"

/** A metric that can be shown. */
export type Column = Pick<ColumnSpec, "metric" | "label"> & Partial<Pick<ColumnSpec, "kind" | "better" | "digits">>

export interface Figures {
  /** The table's columns; none: the metrics that the cells publish. */
  readonly columns: ReadonlyArray<Column>
  /** Labels of the baseline rows; null where the table has none. */
  readonly baseline: { readonly [axis: string]: string } | null
  /** The 95 % interval of a mean; null for too few values. */
  readonly interval: (values: ReadonlyArray<number>) => readonly [low: number, high: number] | null
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
