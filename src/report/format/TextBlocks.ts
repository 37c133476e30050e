/** Blocks of a table in a terminal: which columns stand side by side, how tall that is, and how it prints. */

import { displayWidth, padEnd, truncate } from "../../domain/DisplayWidth.ts"
import type { ReportTable } from "../ReportTable.ts"
import { columnGroups } from "./Figures.ts"
import { type Column, type Field, GAP, INNER_GAP, type Layout, span } from "./TextFields.ts"

/** Column groups side by side: indices into the table's columns. */
export interface Block {
  readonly groups: ReadonlyArray<{ readonly heading: string; readonly columns: ReadonlyArray<number> }>
}

/** The group's columns; the last is widened where the group's heading needs more than they take. */
const groupColumns = (group: Block["groups"][number], layout: Layout): ReadonlyArray<Column> => {
  const columns = group.columns.flatMap((index) => layout.columns[index] ?? [])
  const missing = group.heading === "" ? 0 : displayWidth(group.heading) + 2 - columnsWidth(columns)
  return columns.map((column, at) =>
    missing > 0 && at === columns.length - 1 ? { ...column, width: column.width + missing } : column
  )
}

const columnsWidth = (columns: ReadonlyArray<Column>): number =>
  columns.reduce((total, column) => total + column.width, GAP * Math.max(0, columns.length - 1))

export const blockWidth = (block: Block, layout: Layout): number =>
  block.groups.reduce(
    (width, group) => width + GAP + columnsWidth(groupColumns(group, layout)),
    span(layout.labels, GAP)
  )

/** Packs whole groups into blocks from left to right; a group that is too wide alone is split. Null if a column is. */
export const pack = (table: ReportTable, layout: Layout, width: number): ReadonlyArray<Block> | null => {
  const fits = (block: Block): boolean => blockWidth(block, layout) <= width
  const blocks: Array<Block> = []
  let current: Block = { groups: [] }
  const flush = () => {
    if (current.groups.length > 0) blocks.push(current)
    current = { groups: [] }
  }
  for (const group of columnGroups(table)) {
    const together = { groups: [...current.groups, group] }
    if (fits(together)) {
      current = together
      continue
    }
    flush()
    let part: Array<number> = []
    for (const index of group.columns) {
      const longer = [...part, index]
      if (fits({ groups: [{ heading: group.heading, columns: longer }] })) {
        part = longer
        continue
      }
      if (part.length === 0) return null
      blocks.push({ groups: [{ heading: group.heading, columns: part }] })
      part = [index]
      if (!fits({ groups: [{ heading: group.heading, columns: part }] })) return null
    }
    current = { groups: [{ heading: group.heading, columns: part }] }
  }
  flush()
  return blocks
}

/** The lines of a block before they are put together. */
interface Outline {
  readonly columns: ReadonlyArray<Column>
  readonly hasGroups: boolean
  /** Heading lines of the fields. */
  readonly depth: number
  /** Lines of every row. */
  readonly heights: ReadonlyArray<number>
  /** Whether an empty line stands before every row. */
  readonly breaks: ReadonlyArray<boolean>
}

const rowHeight = (fields: ReadonlyArray<Field>, row: number): number =>
  fields.reduce((most, each) => {
    const lines = each.rows[row] ?? []
    const last = lines.findLastIndex((line) => line !== "")
    return Math.max(most, last + 1)
  }, 1)

const outline = (table: ReportTable, block: Block, layout: Layout): Outline => {
  const columns = block.groups.flatMap((group) => groupColumns(group, layout))
  const fields = [...layout.labels, ...columns.flatMap((column) => column.fields)]
  const heights = table.rows.map((_, row) => rowHeight(fields, row))
  const isTall = heights.some((height) => height > 1)
  const first = table.axes[0] ?? ""
  return {
    columns,
    hasGroups: block.groups.some((group) => group.heading !== ""),
    depth: fields.reduce((most, each) => Math.max(most, each.heading.filter((text) => text !== "").length), 1),
    heights,
    // Rows of several lines need air between the values of the first axis; rows of one line do not.
    breaks: table.rows.map(({ labels }, row) => {
      if (layout.sections !== null) return row > 0 && layout.sections.headings.has(row)
      const before = table.rows[row - 1]
      return isTall && before !== undefined && before.labels[first] !== labels[first]
    })
  }
}

/** Lines that {@link renderBlock} prints. */
export const blockHeight = (table: ReportTable, block: Block, layout: Layout): number => {
  const { breaks, depth, hasGroups, heights } = outline(table, block, layout)
  const rows = heights.reduce((total, height) => total + height, 0)
  const sections = layout.sections?.headings.size ?? 0
  return (hasGroups ? 1 : 0) + 1 + depth + 1 + rows + sections + breaks.filter(Boolean).length
}

const rule = (heading: string, width: number): string => {
  const text = ` ${heading} `
  const free = Math.max(0, width - displayWidth(text))
  const left = Math.floor(free / 2)
  return "─".repeat(left) + text + "─".repeat(free - left)
}

/** Prints a block: group headings, column headings, field headings, a rule, the rows. */
export const renderBlock = (table: ReportTable, block: Block, layout: Layout): ReadonlyArray<string> => {
  const { labels } = layout
  const { breaks, columns, depth, hasGroups, heights } = outline(table, block, layout)
  const gap = " ".repeat(GAP)
  const line = (left: string, right: ReadonlyArray<string>): string => [left, ...right].join(gap).trimEnd()
  const fieldLine = (fields: ReadonlyArray<Field>, between: string, text: (each: Field) => string): string =>
    fields.map((each) => padEnd(text(each), each.width)).join(between)
  const textLine = (text: (each: Field) => string): string =>
    line(
      fieldLine(labels, gap, text),
      columns.map((column) => padEnd(fieldLine(column.fields, " ".repeat(INNER_GAP), text), column.width))
    )
  const beside = " ".repeat(span(labels, GAP))
  const lines: Array<string> = []
  if (hasGroups) {
    const rules = block.groups.map((group) => {
      const width = columnsWidth(groupColumns(group, layout))
      return group.heading === "" ? " ".repeat(width) : rule(group.heading, width)
    })
    lines.push(line(beside, rules))
  }
  const headings = columns.map((column) => padEnd(column.heading, column.width))
  lines.push(line(beside, headings))
  for (let index = 0; index < depth; index++) lines.push(textLine((each) => each.heading[index] ?? ""))
  lines.push("─".repeat(blockWidth(block, layout)))
  for (const [row, height] of heights.entries()) {
    if (breaks[row] === true) lines.push("")
    const section = layout.sections?.headings.get(row)
    if (section !== undefined) lines.push(truncate(section, blockWidth(block, layout)))
    for (let index = 0; index < height; index++) lines.push(textLine((each) => each.rows[row]?.[index] ?? ""))
  }
  return lines
}
