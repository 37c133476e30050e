/** Every row's paired differences from its baseline row, and Holm's adjustment over all of them together. */
import type { Baselines } from "./Baseline.ts"
import { seedValues } from "./CellFigures.ts"
import type { ReportCell, ReportRow } from "./ReportTable.ts"
import { holm, pairedDifference, sharedDifferences } from "./statistics/index.ts"
import type { TestRows } from "./TestRows.ts"

const difference = (
  row: ReportRow,
  base: ReportRow,
  column: string,
  cell: ReportCell,
  testRows: TestRows | undefined
) => {
  const other = base.cells[column]
  if (other === undefined) return null
  const found = testRows?.cells[row.id]?.[column]
  const paired = pairedDifference(
    sharedDifferences(seedValues(cell), seedValues(other)),
    found?.difference == null || testRows === undefined ? {} : { rows: { ...found.difference, by: testRows.by } }
  )
  return paired === null || found?.tests === undefined ? paired : { ...paired, rows: found.tests }
}

type Compared = ReadonlyMap<string, NonNullable<ReturnType<typeof difference>>>

const compared = (row: ReportRow, base: ReportRow, testRows: TestRows | undefined): Compared =>
  new Map(
    Object.entries(row.cells).flatMap(([column, cell]) => {
      const paired = difference(row, base, column, cell, testRows)
      return paired === null ? [] : [[column, paired] as const]
    })
  )

/** The rows with their differences, and how many of those have a p: all of these are the family that `pHolm` is over. */
export const withDifferences = (
  rows: ReadonlyArray<ReportRow>,
  baselines: Baselines<ReportRow>,
  testRows: TestRows | undefined
): { readonly rows: ReadonlyArray<ReportRow>; readonly family: number } => {
  const found = rows.map((row): Compared => {
    const base = baselines.isBaseline(row) ? undefined : baselines.of(row)
    return base === undefined ? new Map() : compared(row, base, testRows)
  })
  const ps = found.flatMap((columns) => [...columns.values()].map(({ p, pT }) => p ?? pT ?? null))
  const adjusted = holm(ps).values()
  return {
    family: ps.filter((p) => p !== null).length,
    rows: rows.map((row, at) => {
      const columns = found[at]
      if (columns === undefined || columns.size === 0) return row
      const cells = { ...row.cells }
      for (const [column, paired] of columns) {
        const cell = cells[column]
        const pHolm = adjusted.next().value ?? null
        if (cell !== undefined) cells[column] = { ...cell, difference: { ...paired, pHolm } }
      }
      return { ...row, cells }
    })
  }
}
