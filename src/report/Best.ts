/**
 * Which figure is the best of its column, and remains so: it is compared, paired over shared seeds, with every other row
 * of its baseline, and each paired t p is below 0.05 after Holm's adjustment over those rows. A best that some other row
 * may well match is none.
 */
import type { Better } from "../domain/ResultTable.ts"
import type { Baselines } from "./Baseline.ts"
import { seedValues } from "./CellFigures.ts"
import type { ReportColumn, ReportRow } from "./ReportTable.ts"
import { holm, isConstant, pairedT, sharedDifferences } from "./statistics/index.ts"

const ALPHA = 0.05

/** The row of the best mean; undefined where two share it. */
const leader = (rows: ReadonlyArray<ReportRow>, column: string, better: Better): ReportRow | undefined => {
  const sign = better === "higher" ? 1 : -1
  let best: ReportRow | undefined
  let most = Number.NEGATIVE_INFINITY
  let isShared = false
  for (const row of rows) {
    const mean = row.cells[column]?.mean
    if (mean === null || mean === undefined || sign * mean < most) continue
    isShared = sign * mean === most
    best = row
    most = sign * mean
  }
  return isShared ? undefined : best
}

const survives = (best: ReportRow, rows: ReadonlyArray<ReportRow>, column: string): boolean => {
  const own = best.cells[column]
  if (own === undefined) return false
  const others = rows.filter((row) => row !== best && (row.cells[column]?.n ?? 0) > 0)
  const ps: Array<number> = []
  for (const row of others) {
    const cell = row.cells[column]
    const differences = cell === undefined ? [] : sharedDifferences(seedValues(own), seedValues(cell))
    const p = isConstant(differences) ? null : (pairedT(differences)?.p ?? null)
    // One that cannot be told from it is enough.
    if (p === null || p >= ALPHA) return false
    ps.push(p)
  }
  return ps.length > 0 && holm(ps).every((p) => p !== null && p < ALPHA)
}

/** Marks the cells that are best and survive; only in columns that say which figures are better. */
export const withBest = (
  rows: ReadonlyArray<ReportRow>,
  columns: ReadonlyArray<ReportColumn>,
  baselines: Baselines
): ReadonlyArray<ReportRow> => {
  const marked = new Map<ReportRow, Set<string>>()
  for (const block of Map.groupBy(rows, baselines.block).values())
    for (const { better, id } of columns) {
      const best = better === undefined ? undefined : leader(block, id, better)
      if (best !== undefined && survives(best, block, id)) marked.set(best, (marked.get(best) ?? new Set()).add(id))
    }
  return marked.size === 0
    ? rows
    : rows.map((row) => {
        const columnsOfRow = marked.get(row)
        if (columnsOfRow === undefined) return row
        const cells = Object.entries(row.cells).map(
          ([id, cell]) => [id, columnsOfRow.has(id) ? { ...cell, best: true } : cell] as const
        )
        return { ...row, cells: Object.fromEntries(cells) }
      })
}
