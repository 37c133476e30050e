/** A table for widths that no column fits: every figure on a line of its own, under its row. */
import type { ReportTable } from "../ReportTable.ts"
import { columnHeading, type Figured } from "./Figures.ts"
import { besideTexts, intervalTexts, mainTexts, referenceTexts } from "./TextFields.ts"
import { hang, wrap } from "./TextLines.ts"

export const listLines = (table: ReportTable, printed: Figured, width: number): ReadonlyArray<string> =>
  table.rows.flatMap((row, at) => [
    ...wrap(table.axes.map((axis) => row.labels[axis] ?? "").join(" · "), width),
    ...table.columns.flatMap((column, index) => {
      const cell = printed.columns[index]?.[at]
      if (cell === undefined) return []
      const [main = ""] = mainTexts([cell])
      const [interval = ""] = intervalTexts([cell])
      const [reference = ""] = referenceTexts([cell])
      const [beside = ""] = besideTexts([cell])
      const parts = [
        `${column.group === undefined ? "" : `${column.group} `}${columnHeading(column)}:`,
        main,
        interval,
        beside === "" ? "" : `${column.beside?.label ?? ""} ${beside}`,
        reference === "" ? "" : `${table.referenceLabel ?? "reference"} ${reference}`
      ]
      return hang("  ", parts.filter((part) => part !== "").join(" "), width)
    })
  ])
