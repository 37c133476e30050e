/** A comparison for the terminal, as Markdown, and as JSON. */

import { displayWidth, padEnd, padStart, truncate } from "../../domain/DisplayWidth.ts"
import type { Comparison } from "../CompareRuns.ts"
import {
  changedColumns,
  comparisonNotes,
  type DifferenceLine,
  FIELDS,
  HEADING,
  inputLine,
  noInputs,
  sideLine,
  verdict
} from "./ComparisonLines.ts"
import { escapeMarkdown, markdownTable } from "./Markdown.ts"
import { hang, singleLine, wrap } from "./TextLines.ts"

const LEAST_LABEL = 16

/** A star follows its figure without moving the digits of the others. */
const padFigure = (text: string, width: number): string =>
  text.endsWith("*") ? padStart(text, width) : `${padStart(text, width - 1)} `

const figureLines = (lines: ReadonlyArray<DifferenceLine>): ReadonlyArray<string> => {
  const widths = FIELDS.map((field) => {
    const extra = field === "difference" ? 1 : 0
    return Math.max(...lines.map((line) => displayWidth(line[field]) + (line[field].endsWith("*") ? 0 : extra)))
  })
  return lines.map((line) =>
    FIELDS.map((field, index) => {
      const width = widths[index] ?? 0
      if (field === "interval") return padEnd(line.interval, width)
      return field === "difference" ? padFigure(line.difference, width) : padStart(line[field], width)
    })
      .join("  ")
      .trimEnd()
  )
}

const section = (
  heading: string,
  axes: ReadonlyArray<string>,
  lines: ReadonlyArray<DifferenceLine>,
  width: number
): ReadonlyArray<string> => {
  const labels = [axes.join(" · "), ...lines.map((line) => line.labels.map(singleLine).join(" · "))]
  const figures = figureLines([HEADING, ...lines])
  const figureWidth = Math.max(...figures.map(displayWidth))
  const labelWidth = Math.max(...labels.map(displayWidth))
  const room = width - figureWidth - 4
  const title = wrap(heading, width)
  if (room >= Math.min(LEAST_LABEL, labelWidth)) {
    const columns = Math.min(labelWidth, room)
    return [
      ...title,
      ...labels.map((label, index) =>
        `  ${padEnd(truncate(label, columns), columns)}  ${figures[index] ?? ""}`.trimEnd()
      )
    ]
  }
  return [
    ...title,
    ...labels.flatMap((label, index) => [...hang("  ", label, width), ...hang("    ", figures[index] ?? "", width)])
  ]
}

/** Prints a comparison within `width` columns; ends with a newline. No colour. */
export const comparisonToText = (comparison: Comparison, options: { readonly width: number }): string => {
  const { width } = options
  const lines: Array<string> = [
    ...hang("", sideLine("a", comparison), width),
    ...hang("", sideLine("b", comparison), width),
    ""
  ]
  const nothing = noInputs(comparison)
  if (nothing !== undefined) lines.push(nothing)
  else {
    lines.push("What differs in the inputs (a → b):")
    for (const difference of comparison.inputs)
      lines.push(...hang("  ", inputLine(difference, comparison.sharedCells), width))
  }
  lines.push("", ...wrap(verdict(comparison), width))
  if (!comparison.identical)
    for (const column of changedColumns(comparison)) {
      const same = column.identical === 0 ? "" : ` (${column.identical} of ${column.rows} rows identical)`
      lines.push("", ...section(`${column.heading}${same}`, comparison.axes, column.lines, width))
    }
  const notes = comparisonNotes(comparison)
  if (notes.length > 0) lines.push("", ...notes.flatMap((note) => wrap(note, width)))
  return `${lines.join("\n")}\n`
}

/** Prints a comparison as GitHub-flavoured Markdown; ends with a newline. */
export const comparisonToMarkdown = (comparison: Comparison): string => {
  const lines: Array<string> = [
    `- ${escapeMarkdown(sideLine("a", comparison))}`,
    `- ${escapeMarkdown(sideLine("b", comparison))}`,
    ""
  ]
  const nothing = noInputs(comparison)
  if (nothing !== undefined) lines.push(nothing, "")
  else {
    lines.push("What differs in the inputs (a → b):", "")
    lines.push(
      ...comparison.inputs.map((difference) => `- ${escapeMarkdown(inputLine(difference, comparison.sharedCells))}`),
      ""
    )
  }
  lines.push(escapeMarkdown(verdict(comparison)), "")
  if (!comparison.identical)
    for (const column of changedColumns(comparison)) {
      const heading = [...comparison.axes.map(escapeMarkdown), ...FIELDS.map((field) => escapeMarkdown(HEADING[field]))]
      const rows = column.lines.map((line) => [
        ...line.labels.map(escapeMarkdown),
        ...FIELDS.map((field) => escapeMarkdown(line[field]))
      ])
      lines.push(
        `### ${escapeMarkdown(column.heading)}`,
        "",
        ...markdownTable(heading, rows, comparison.axes.length),
        ""
      )
      if (column.identical > 0) lines.push(`${column.identical} of ${column.rows} rows are identical.`, "")
    }
  lines.push(...comparisonNotes(comparison).map((note) => `- ${escapeMarkdown(note)}`))
  return `${lines.join("\n").trimEnd()}\n`
}

/** The comparison as indented JSON with a final newline. */
export const comparisonToJson = (comparison: Comparison): string => `${JSON.stringify(comparison, null, 2)}\n`
