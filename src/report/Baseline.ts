/** Which row every row is compared with, and which rows are compared with one another. */
import type { ReportRow } from "./ReportTable.ts"

type Labels = Readonly<Record<string, string>>

export interface Baselines {
  readonly isBaseline: (row: ReportRow) => boolean
  /** The baseline row that agrees with the row on every axis that the baseline does not fix; undefined where there is none. */
  readonly of: (row: ReportRow) => ReportRow | undefined
  /** The same text for the rows of one baseline row, and for that row. */
  readonly block: (row: ReportRow) => string
}

/** Without a baseline all rows are one block. */
export const baselinesOf = (
  rows: ReadonlyArray<ReportRow>,
  axes: ReadonlyArray<string>,
  baseline: Labels | undefined
): Baselines => {
  const fixed = Object.entries(baseline ?? {})
  const free = axes.filter((axis) => baseline === undefined || !(axis in baseline))
  const isBaseline = ({ labels }: ReportRow) =>
    baseline !== undefined && fixed.every(([axis, value]) => labels[axis] === value)
  const block = ({ labels }: ReportRow) =>
    baseline === undefined ? "" : JSON.stringify(free.map((axis) => labels[axis] ?? ""))
  const found = new Map<string, ReportRow>()
  for (const row of rows) if (isBaseline(row) && !found.has(block(row))) found.set(block(row), row)
  return { isBaseline, of: (row) => found.get(block(row)), block }
}
