/** The table as LaTeX with booktabs rules: a `table*` float scaled to the text width. */
import type { ReportTable } from "../ReportTable.ts"
import { singleLine } from "./DisplayWidth.ts"
import { columnGroups, columnHeading, columnParts, type Figures, figured, legend } from "./Figures.ts"

const SIGNS: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  $: "\\$",
  "&": "\\&",
  "#": "\\#",
  "%": "\\%",
  _: "\\_",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "|": "\\textbar{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "\u00A0": "~",
  "±": "$\\pm$",
  "−": "$-$",
  "·": "\\textperiodcentered{}",
  "–": "--",
  "…": "\\ldots{}",
  "→": "$\\to$",
  "≥": "$\\ge$",
  "≤": "$\\le$",
  "×": "$\\times$"
}

/** Text with LaTeX's special characters made plain. */
export const escapeLatex = (text: string): string =>
  singleLine(text).replace(/[\\{}$&#%_~^|<>\u00A0±−·–…→≥≤×]/g, (sign) => SIGNS[sign] ?? sign)

const superscript = (number: number): string => (number === 0 ? "" : `$^{${number}}$`)

const main = (cell: Figures): string =>
  (cell.mean === "–"
    ? "--"
    : `$${cell.mean}${cell.sd === "" ? "" : ` \\pm ${cell.sd}`}${cell.differs ? "^{*}" : ""}$`) + superscript(cell.note)

const interval = (cell: Figures): string => (cell.low === "" ? "" : `{\\scriptsize$[${cell.low}, ${cell.high}]$}`)

const reference = (cell: Figures): string =>
  cell.reference === "" ? "" : `$${cell.reference}$${cell.mark === 0 ? "" : `!${superscript(cell.mark)}`}`

const beside = (cell: Figures): string => (cell.beside === "" ? "" : `{\\scriptsize$(${cell.beside})$}`)

interface Printed {
  readonly heading: string
  readonly width: number
  readonly upper: (row: number) => ReadonlyArray<string>
  readonly lower: (row: number) => ReadonlyArray<string>
}

/** Prints a float with caption and notes; ends with a newline. Needs the packages booktabs and graphicx. */
export const toLatex = (table: ReportTable): string => {
  const printed = figured(table)
  const columns = table.columns.map((column, index): Printed => {
    const cells = printed.columns[index] ?? []
    const parts = columnParts(cells)
    const aside = parts.reference || parts.beside
    const pick = (row: number, text: (cell: Figures) => string): string => {
      const cell = cells[row]
      return cell === undefined ? "" : text(cell)
    }
    return {
      heading: escapeLatex(columnHeading(column)),
      width: aside ? 2 : 1,
      upper: (row) => [pick(row, main), ...(aside ? [pick(row, reference)] : [])],
      lower: (row) => [pick(row, interval), ...(aside ? [pick(row, beside)] : [])]
    }
  })
  const cells = columns.reduce((total, column) => total + column.width, 0)
  const line = (fields: ReadonlyArray<string>): string => `${fields.join(" & ")} \\\\`
  const blank = table.axes.map(() => "")
  const multi = (width: number, text: string): string => `\\multicolumn{${width}}{c}{${text}}`
  const rules: Array<string> = []
  const groups: Array<string> = []
  let position = table.axes.length + 1
  for (const group of columnGroups(table)) {
    const width = group.columns.reduce((total, index) => total + (columns[index]?.width ?? 0), 0)
    groups.push(multi(width, escapeLatex(group.heading)))
    if (group.heading !== "") rules.push(`\\cmidrule(lr){${position}-${position + width - 1}}`)
    position += width
  }
  const body = table.rows.flatMap((row, at) => {
    const labels = table.axes.map(
      (axis, index) => escapeLatex(row.labels[axis] ?? "") + (index === 0 ? superscript(printed.rowNotes[at] ?? 0) : "")
    )
    const lower = columns.flatMap((column) => column.lower(at))
    return [
      line([...labels, ...columns.flatMap((column) => column.upper(at))]),
      ...(lower.some((text) => text !== "") ? [line([...blank, ...lower])] : [])
    ]
  })
  const sentences = [...table.caption, ...(table.rows.length === 0 ? [] : legend(table))].map(escapeLatex)
  const notes = [
    ...printed.footnotes.map((text, index) => `${superscript(index + 1)}~${escapeLatex(text)}`),
    ...table.notes.map(escapeLatex)
  ]
  return `${[
    "% needs \\usepackage{booktabs,graphicx}",
    "\\begin{table*}",
    "\\centering",
    `\\caption{${[`${escapeLatex(table.title)}.`, ...sentences].join(" ")}}`,
    `\\label{tab:${table.experiment}}`,
    "\\resizebox{\\textwidth}{!}{%",
    `\\begin{tabular}{${"l".repeat(table.axes.length)}${"r".repeat(cells)}}`,
    "\\toprule",
    ...(rules.length === 0 ? [] : [line([...blank, ...groups]), rules.join(" ")]),
    line([...table.axes.map(escapeLatex), ...columns.map((column) => multi(column.width, column.heading))]),
    "\\midrule",
    ...body,
    "\\bottomrule",
    "\\end{tabular}}",
    ...(notes.length === 0 ? [] : ["", "\\smallskip", "\\raggedright\\footnotesize", notes.join("\\\\\n")]),
    "\\end{table*}"
  ].join("\n")}\n`
}
