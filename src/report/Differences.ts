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

const compared = (row: ReportRow, base: ReportRow, testRows: TestRows | undefined): ReportRow => ({
  ...row,
  cells: Object.fromEntries(
    Object.entries(row.cells).map(([column, cell]) => {
      const paired = difference(row, base, column, cell, testRows)
      return [column, paired === null ? cell : { ...cell, difference: paired }]
    })
  )
})

/** Adds `pHolm` to every difference that has a p: the whole table is one family. Gives its size too. */
const adjusted = (rows: ReadonlyArray<ReportRow>) => {
  const places = rows.flatMap((row) =>
    Object.entries(row.cells).flatMap(([column, { difference: paired }]) =>
      paired === undefined ? [] : [{ row, column, p: paired.p ?? paired.pT ?? null }]
    )
  )
  const byRow = new Map<ReportRow, Map<string, number | null>>()
  for (const [index, p] of holm(places.map(({ p: own }) => own)).entries()) {
    const place = places[index]
    if (place === undefined) continue
    const columns = byRow.get(place.row) ?? new Map<string, number | null>()
    byRow.set(place.row, columns.set(place.column, p))
  }
  return {
    family: places.filter(({ p }) => p !== null).length,
    rows: rows.map((row) => ({
      ...row,
      cells: Object.fromEntries(
        Object.entries(row.cells).map(([column, cell]) => [
          column,
          cell.difference === undefined
            ? cell
            : { ...cell, difference: { ...cell.difference, pHolm: byRow.get(row)?.get(column) ?? null } }
        ])
      )
    }))
  }
}

export const withDifferences = (
  rows: ReadonlyArray<ReportRow>,
  baselines: Baselines,
  testRows: TestRows | undefined
): { readonly rows: ReadonlyArray<ReportRow>; readonly family: number } =>
  adjusted(
    rows.map((row) => {
      const base = baselines.isBaseline(row) ? undefined : baselines.of(row)
      return base === undefined ? row : compared(row, base, testRows)
    })
  )
