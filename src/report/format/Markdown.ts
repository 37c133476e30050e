/** The table as GitHub-flavoured Markdown: one table for each group of columns, each with the row labels. */
import type { ReportTable } from "../ReportTable.ts"
import { singleLine } from "./DisplayWidth.ts"
import { columnGroups, columnHeading, columnParts, type Figures, figured, legend } from "./Figures.ts"

/** Text that Markdown would otherwise read as markup. */
export const escapeMarkdown = (text: string): string => singleLine(text).replace(/[\\`*|<>[\]]/g, (sign) => `\\${sign}`)

/** A Markdown table; `left` columns from the left are left-aligned, the others right-aligned. */
export const markdownTable = (
  heading: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  left: number
): ReadonlyArray<string> => {
  const line = (cells: ReadonlyArray<string>) => `| ${cells.join(" | ")} |`
  return [line(heading), line(heading.map((_, index) => (index < left ? ":--" : "--:"))), ...rows.map(line)]
}

const sign = (number: number): string => (number === 0 ? "" : ` <sup>${number}</sup>`)

const main = (cell: Figures): string =>
  [
    cell.mean + (cell.sd === "" ? "" : ` ± ${cell.sd}`) + (cell.differs ? "\\*" : "") + sign(cell.note),
    ...(cell.low === "" ? [] : [`[${cell.low}, ${cell.high}]`])
  ].join("<br>")

const reference = (cell: Figures): string =>
  cell.reference === "" ? "" : cell.reference + (cell.mark === 0 ? "" : `!${sign(cell.mark)}`)

/** Prints the table with its caption, legend, footnotes and notes; ends with a newline. */
export const toMarkdown = (table: ReportTable): string => {
  const printed = figured(table)
  const lines: Array<string> = [`## ${escapeMarkdown(table.title)}`, ""]
  for (const group of columnGroups(table)) {
    if (group.heading !== "") lines.push(`### ${escapeMarkdown(group.heading)}`, "")
    const columns = group.columns.flatMap((index) => {
      const column = table.columns[index]
      const cells = printed.columns[index] ?? []
      const parts = columnParts(cells)
      if (column === undefined) return []
      return [
        { heading: escapeMarkdown(columnHeading(column)), cells: cells.map(main) },
        ...(parts.beside
          ? [{ heading: escapeMarkdown(column.beside?.label ?? ""), cells: cells.map((cell) => cell.beside) }]
          : []),
        ...(parts.reference
          ? [{ heading: escapeMarkdown(table.referenceLabel ?? "reference"), cells: cells.map(reference) }]
          : [])
      ]
    })
    const rows = table.rows.map((row, at) => [
      ...table.axes.map(
        (axis, index) => escapeMarkdown(row.labels[axis] ?? "") + (index === 0 ? sign(printed.rowNotes[at] ?? 0) : "")
      ),
      ...columns.map((column) => column.cells[at] ?? "")
    ])
    const heading = [...table.axes.map(escapeMarkdown), ...columns.map((column) => column.heading)]
    lines.push(...markdownTable(heading, rows, table.axes.length), "")
  }
  const paragraphs = [...table.caption, ...(table.rows.length === 0 ? [] : legend(table))]
  lines.push(...paragraphs.flatMap((text) => [escapeMarkdown(text), ""]))
  if (printed.footnotes.length > 0)
    lines.push(...printed.footnotes.map((text, index) => `${index + 1}. ${escapeMarkdown(text)}`), "")
  if (table.notes.length > 0) lines.push(...table.notes.map((text) => `- ${escapeMarkdown(text)}`), "")
  lines.push(`Experiment \`${table.experiment}\`, content hash \`${table.contentHash}\`.`)
  return `${lines.join("\n")}\n`
}
