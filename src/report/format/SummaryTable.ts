/** The headline of a table as one block of one line a row: with as many of its columns, and as much of them, as the width takes. */
import type { ReportTable } from "../ReportTable.ts"
import { columnGroups, type Figured, figured } from "./Figures.ts"
import { blockWidth, renderBlock } from "./TextBlocks.ts"
import { layOut } from "./TextFields.ts"
import { listLines } from "./TextList.ts"

export interface Fitted {
  /** What is shown of the table. */
  readonly table: ReportTable
  /** Its figures, without the parts that are not shown. */
  readonly printed: Figured
  readonly lines: ReadonlyArray<string>
}

interface Attempt {
  readonly columns: number
  readonly spread: boolean
  /** Where labels are cut. */
  readonly limit: number
  readonly stackedLabels?: boolean
}

/** In order of preference: rather without spread than without columns, rather with short labels than without columns. */
const attempts = (columns: number): ReadonlyArray<Attempt> => [
  ...[40, 24].flatMap((limit) => [true, false].map((spread) => ({ columns, spread, limit }))),
  ...Array.from({ length: Math.max(0, columns - 1) }, (_, dropped) => columns - 1 - dropped).flatMap((fewer) =>
    [true, false].map((spread) => ({ columns: fewer, spread, limit: 24 }))
  ),
  { columns: 1, spread: false, limit: 12 },
  { columns: 1, spread: false, limit: 12, stackedLabels: true }
]

/** The figures without intervals, distances and what stands beside, and without spread where it is not wanted. */
export const reduced = (printed: Figured, spread: boolean): Figured => ({
  ...printed,
  columns: printed.columns.map((cells) =>
    cells.map((cell) => ({ ...cell, low: "", high: "", beside: "", distance: "", sd: spread ? cell.sd : "" }))
  )
})

/** Columns side by side, one line a row; undefined where they are wider than that. */
export const sideBySide = (
  table: ReportTable,
  printed: Figured,
  { limit, stackedLabels = false }: Pick<Attempt, "limit" | "stackedLabels">,
  width: number
): Fitted | undefined => {
  const layout = layOut(table, printed, { stackedCells: false, stackedLabels }, limit)
  const block = { groups: columnGroups(table) }
  return blockWidth(block, layout) > width ? undefined : { table, printed, lines: renderBlock(table, block, layout) }
}

const tried = (part: ReportTable, attempt: Attempt, marks: boolean, width: number): Fitted | undefined => {
  const table = { ...part, columns: part.columns.slice(0, attempt.columns) }
  const printed = reduced(figured(table, { marks }), attempt.spread)
  return sideBySide(table, printed, attempt, width)
}

/** `marks`: whether footnotes say why a reference figure contradicts itself. */
export const fitted = (part: ReportTable, width: number, marks: boolean): Fitted => {
  for (const attempt of attempts(part.columns.length)) {
    const found = tried(part, attempt, marks, width)
    if (found !== undefined) return found
  }
  const printed = reduced(figured(part, { marks }), true)
  return { table: part, printed, lines: listLines(part, printed, width) }
}
