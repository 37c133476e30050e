/** Moving through a table by keys, as WAI-ARIA describes a grid: one stop for Tab, arrows from cell to cell. */

/** Row −1 is the heading, column 0 the rows' labels. */
export interface Place {
  readonly row: number
  readonly column: number
}

/** Where a key leads; undefined where it is not for the grid. */
export const moved = (
  { column, row }: Place,
  key: string,
  isControl: boolean,
  size: { readonly rows: number; readonly columns: number; readonly page: number }
): Place | undefined => {
  const [lastRow, lastColumn] = [size.rows - 1, size.columns - 1]
  const to = (nextRow: number, nextColumn: number): Place => ({
    row: Math.max(-1, Math.min(lastRow, nextRow)),
    column: Math.max(0, Math.min(lastColumn, nextColumn))
  })
  switch (key) {
    case "ArrowDown":
      return to(row + 1, column)
    case "ArrowUp":
      return to(row - 1, column)
    case "ArrowRight":
      return to(row, column + 1)
    case "ArrowLeft":
      return to(row, column - 1)
    case "PageDown":
      return to(row + size.page, column)
    case "PageUp":
      return to(Math.max(0, row - size.page), column)
    case "Home":
      return to(isControl ? 0 : row, 0)
    case "End":
      return to(isControl ? lastRow : row, lastColumn)
    default:
      return undefined
  }
}
