/** How near a table comes to the figures printed elsewhere: every one's distance in units of its column's printed spread, and all together. */
import type { TableSpec } from "../domain/TableSpec.ts"
import type { ReportColumn, ReportRow } from "./ReportTable.ts"
import { printedSpread, rootMeanSquare } from "./statistics/index.ts"

type Reference = NonNullable<TableSpec["reference"]>

/** Adds to every cell that has a reference figure how far its mean is from it. Columns whose printed figures are all equal get none. */
export const withReferenceDistances = (
  rows: ReadonlyArray<ReportRow>,
  columns: ReadonlyArray<ReportColumn>,
  reference: Reference
): ReadonlyArray<ReportRow> => {
  const spreads = new Map(
    columns.map(({ id }) => [id, printedSpread(reference.rows.flatMap(({ figures }) => figures[id]?.value ?? []))])
  )
  return rows.map((row) => ({
    ...row,
    cells: Object.fromEntries(
      Object.entries(row.cells).map(([id, cell]) => {
        const spread = spreads.get(id) ?? null
        if (spread === null || cell.mean === null || cell.reference === undefined) return [id, cell]
        return [id, { ...cell, referenceDistance: (cell.mean - cell.reference) / spread }]
      })
    )
  }))
}

/** "1.99 over 100 figures (stratified); 2.24 over 97, 3 undefined (by-emotion-word)": over each table's worth of rows. */
const distances = (rows: ReadonlyArray<ReportRow>, axes: ReadonlyArray<string>): ReadonlyArray<string> =>
  [...Map.groupBy(rows, ({ labels }) => axes.map((axis) => labels[axis] ?? "").join(" · "))].flatMap(([part, own]) => {
    const cells = own.flatMap((row) => Object.values(row.cells)).filter(({ reference }) => reference !== undefined)
    const found = cells.flatMap(({ referenceDistance }) => referenceDistance ?? [])
    const distance = rootMeanSquare(found)
    if (distance === null) return []
    const unsaid = cells.length - found.length
    return [
      `${distance.toFixed(2)} over ${found.length} figures${unsaid === 0 ? "" : `, ${unsaid} without`}${part === "" ? "" : ` (${part})`}`
    ]
  })

/** The sentence that says how near the whole comes; none where no row has a reference figure. */
export const nearnessOf = (
  rows: ReadonlyArray<ReportRow>,
  axes: ReadonlyArray<string>,
  { label, rows: printed }: Reference
): string | undefined => {
  const own = axes.filter((axis) => !printed.some(({ labels }) => axis in labels))
  const found = distances(rows, own)
  return found.length === 0
    ? undefined
    : `z: distance from the ${label}'s figure in spreads of its column there; root mean square ${found.join("; ")}; its columns' own means would be 1.`
}
