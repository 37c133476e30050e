/** The table as GitHub-flavoured Markdown: one table for each group of columns, each with the row labels. */
import { withoutShared } from "../Constants.ts"
import type { ReportTable } from "../ReportTable.ts"
import { columnGroups, columnHeading, columnParts, type Figures, figured } from "./Figures.ts"
import { saidOf } from "./Said.ts"
import { stampOf } from "./Stamp.ts"
import type { TextOptions } from "./Text.ts"
import { singleLine } from "./TextLines.ts"

/** Text that Markdown would otherwise read as markup, within a line. */
export const escapeMarkdown = (text: string): string =>
  singleLine(text).replace(/[\\`*|<>[\]~_&]/g, (sign) => `\\${sign}`)

/** The same where a line begins with it: neither a heading nor an item of a list. */
export const escapeParagraph = (text: string): string =>
  escapeMarkdown(text).replace(/^(\d+)(?=[.)])|^(?=[#+-])/, "$1\\")

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
    (cell.isBest ? `**${cell.mean}**` : cell.mean) +
      (cell.sd === "" ? "" : ` ± ${cell.sd}`) +
      (cell.differs ? "\\*" : "") +
      sign(cell.note),
    ...(cell.low === "" ? [] : [`[${cell.low}, ${cell.high}]`])
  ].join("<br>")

const reference = (cell: Figures): string =>
  cell.reference === ""
    ? ""
    : cell.reference + (cell.isFlawed ? `!${sign(cell.mark)}` : "") + (cell.distance && ` ${cell.distance}`)

/** Prints the table with its caption, legend, footnotes and notes; ends with a newline. */
export const toMarkdown = (whole: ReportTable, { notes = "all" }: Partial<TextOptions> = {}): string => {
  const said = saidOf(whole, notes)
  const table = withoutShared(whole)
  const printed = figured(table, said)
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
  lines.push(...said.paragraphs.flatMap((text) => [escapeParagraph(text), ""]))
  if (printed.footnotes.length > 0 && notes !== "none")
    lines.push(...printed.footnotes.map((text, index) => `${index + 1}. ${escapeParagraph(text)}`), "")
  if (said.notes.length > 0)
    lines.push(
      ...said.notes.map((text) =>
        text.startsWith("· ") ? `  - ${escapeParagraph(text.slice(2))}` : `- ${escapeParagraph(text)}`
      ),
      ""
    )
  lines.push(`\`${stampOf(table)}\``)
  return `${lines.join("\n")}\n`
}
