/** The figures of a table that was exported as LaTeX. */
import { Result } from "effect"
import { escapeLatex } from "../format/Latex.ts"
import type { ReportColumn, ReportTable } from "../ReportTable.ts"
import { Unreadable } from "./Exported.ts"
import { columnFinder, type PrintedCell } from "./Place.ts"
import { isNumber, partsOf, referenceTexts } from "./PrintedFigure.ts"

const cellsIn = (line: string): ReadonlyArray<string> =>
  line
    .replace(/\\\\\s*$/, "")
    .split(/(?<!\\)&/)
    .map((text) => text.trim())

interface Heading {
  readonly text: string
  readonly width: number
}

const headingOf = (text: string): Heading => {
  const found = /^\\multicolumn\{(\d+)\}\{c\}\{(.*)\}$/.exec(text)
  return found === null ? { text, width: 1 } : { text: found[2] ?? "", width: Number(found[1]) }
}

const FOOTNOTE = /\$\^\{\d+\}\$/g

const figureIn = (text: string): string =>
  text
    .replaceAll(FOOTNOTE, "")
    .replaceAll(/\\mathbf\{([^}]*)\}/g, "$1")
    .replaceAll("^{*}", "")
    .replace(/^\{\\scriptsize(.*)\}$/, "$1")
    .replaceAll("$", "")
    .replaceAll("\\pm", "±")
    .replace(/^--$/, "–")
    .replace(/!$/, "")
    .trim()

interface Columns {
  readonly axes: ReadonlyArray<string>
  readonly columns: ReadonlyArray<{ readonly column: ReportColumn | string; readonly width: number }>
}

/** The line of groups, if there is one, and the line of headings. */
const columnsOf = (table: ReportTable, head: ReadonlyArray<string>): Columns => {
  const [groupLine, line = groupLine ?? ""] = head
  const groups = head.length < 2 ? [] : cellsIn(groupLine ?? "").map(headingOf)
  const groupAt = groups.flatMap(({ text, width }) => Array.from({ length: width }, () => text))
  const find = columnFinder(table, escapeLatex)
  const axes: Array<string> = []
  const columns: Array<Columns["columns"][number]> = []
  let at = 0
  for (const cell of cellsIn(line)) {
    const { text, width } = headingOf(cell)
    if (cell.startsWith("\\multicolumn")) columns.push({ column: find(groupAt[at] ?? "", text) ?? text, width })
    else axes.push(table.axes.find((axis) => escapeLatex(axis) === text) ?? text)
    at += width
  }
  return { axes, columns }
}

export const readLatex = (text: string, table: ReportTable): Result.Result<ReadonlyArray<PrintedCell>, Unreadable> =>
  Result.gen(function* () {
    const lines = text.split(/\r?\n/)
    const [top, mid, bottom] = ["\\toprule", "\\midrule", "\\bottomrule"].map((rule) => lines.indexOf(rule))
    if (top === undefined || mid === undefined || bottom === undefined || top < 0 || mid < top || bottom < mid)
      return yield* Result.fail(
        new Unreadable({
          line: lines.length,
          expected: "\\toprule, \\midrule and \\bottomrule, a line each",
          found: ""
        })
      )
    const { axes, columns } = columnsOf(
      table,
      lines.slice(top + 1, mid).filter((line) => line.endsWith("\\\\"))
    )
    const width = axes.length + columns.reduce((total, column) => total + column.width, 0)
    const cells: Array<PrintedCell> = []
    let labels: PrintedCell["labels"] = []
    for (const [index, line] of lines.slice(mid + 1, bottom).entries()) {
      const number = mid + 2 + index
      const found = cellsIn(line)
      if (!line.endsWith("\\\\") || found.length !== width)
        return yield* Result.fail(new Unreadable({ line: number, expected: `${width} cells and \\\\`, found: line }))
      // The second line of a row has intervals, and what stands beside.
      const isSecond = found.every((each) => each === "" || each.startsWith("{\\scriptsize"))
      if (!isSecond) labels = axes.map((axis, at) => [axis, (found[at] ?? "").replaceAll(FOOTNOTE, "")] as const)
      let at = axes.length
      for (const { column, width: own } of columns) {
        const main = figureIn(found[at] ?? "")
        const { distances, reference } = referenceTexts(own > 1 ? (found[at + 1] ?? "") : "", number)
        const aside = figureIn(reference).replace(/^\((.*)\)$/, "$1")
        at += own
        const parts = partsOf(main)
        if (parts === undefined || !(aside === "" || isNumber(aside)))
          return yield* Result.fail(
            new Unreadable({ line: number, expected: "a figure", found: parts === undefined ? main : aside })
          )
        const part = isSecond ? ("beside_mean" as const) : ("reference" as const)
        cells.push({
          labels,
          column,
          parts: [
            ...parts.map(([name, figure]) => ({ part: name, text: figure, line: number })),
            ...(aside === "" ? [] : [{ part, text: aside, line: number }]),
            ...distances
          ]
        })
      }
    }
    return cells
  })
