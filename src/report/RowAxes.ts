/** Which axes label the rows of a table. */
import * as CellId from "../domain/CellId.ts"
import type { TableSpec } from "../domain/TableSpec.ts"
import type { CellOutcome } from "./CellOutcome.ts"

/**
 * The axes that label the rows: the specification's, then those that would otherwise pool different variants in one row
 * (two cells of one row and one seed), so that nothing is averaged that the reader cannot see.
 */
export const rowAxes = (spec: TableSpec, cells: ReadonlyArray<CellOutcome>): ReadonlyArray<string> => {
  const all = [...new Set(cells.flatMap((cell) => Object.keys(cell.labels)))]
  const shown = spec.rows.filter((axis) => all.includes(axis) || cells.length === 0)
  const hidden = all.filter((axis) => !shown.includes(axis))
  const varies = hidden.filter((axis) => {
    const seen = new Map<string, string>()
    return cells.some((cell) => {
      const row = CellId.ofLabels(cell.labels, shown)
      const value = cell.labels[axis] ?? ""
      if (!seen.has(row)) seen.set(row, value)
      return seen.get(row) !== value
    })
  })
  return [...shown, ...varies]
}
