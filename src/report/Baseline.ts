/** Which row every row is compared with, and which rows are compared with one another. */
type Labels = Readonly<Record<string, string>>

/** Whatever has the labels of a row: a row, or a cell of one. */
interface Labelled {
  readonly labels: Labels
}

export interface Baselines<Row extends Labelled> {
  readonly isBaseline: (row: Row) => boolean
  /** The baseline row that agrees with the row on every axis that the baseline does not fix; undefined where there is none. */
  readonly of: (row: Row) => Row | undefined
  /** The same text for the rows of one baseline row, and for that row. */
  readonly block: (row: Row) => string
}

/** Without a baseline all rows are one block. */
export const baselinesOf = <Row extends Labelled>(
  rows: ReadonlyArray<Row>,
  axes: ReadonlyArray<string>,
  baseline: Labels | undefined
): Baselines<Row> => {
  const fixed = Object.entries(baseline ?? {})
  const free = axes.filter((axis) => baseline === undefined || !(axis in baseline))
  const isBaseline = ({ labels }: Row) =>
    baseline !== undefined && fixed.every(([axis, value]) => labels[axis] === value)
  const block = ({ labels }: Row) =>
    baseline === undefined ? "" : JSON.stringify(free.map((axis) => labels[axis] ?? ""))
  const found = new Map<string, Row>()
  for (const row of rows) if (isBaseline(row) && !found.has(block(row))) found.set(block(row), row)
  return { isBaseline, of: (row) => found.get(block(row)), block }
}
