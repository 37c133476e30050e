/**
 * The table for a terminal of a given width. Each column of the table is a main field (mean ± sd) and, where it has
 * them, its interval, the reference figure and the figure beside. Where one line a row is too wide, the interval goes
 * under the mean and the labels under each other; where that is still too wide, column groups go into blocks below each
 * other, each with the row labels. Of all arrangements that fit, the shortest is printed.
 */
import type { ReportTable } from "../ReportTable.ts"
import { displayWidth, hang, padEnd, padStart, singleLine, truncate, wrap } from "./DisplayWidth.ts"
import { columnGroups, columnHeading, type Figured, type Figures, figured, legend } from "./Figures.ts"

export interface TextOptions {
  /** Columns of the terminal. */
  readonly width: number
  /** Print the 95 % intervals (default true). */
  readonly intervals?: boolean
}

/** One printed field: its heading lines and, for every row, its lines. */
interface Field {
  readonly heading: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
  readonly width: number
}

interface Style {
  /** Intervals and besides under the figures instead of next to them. */
  readonly stackedCells: boolean
  /** All axes but the first under the first. */
  readonly stackedLabels: boolean
}

/** Between columns, and between the fields of one column. */
const GAP = 2
const INNER_GAP = 1
const MOST_LABEL = 40

const widest = (texts: Iterable<string>): number => {
  let width = 0
  for (const text of texts) width = Math.max(width, displayWidth(text))
  return width
}

const field = (heading: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): Field => ({
  heading,
  rows,
  width: widest([...heading, ...rows.flat()])
})

const isEmpty = (rows: ReadonlyArray<string>): boolean => rows.every((text) => text === "")

/** Mean and sd of every row, aligned on their decimal points, with their signs. */
const mainTexts = (cells: ReadonlyArray<Figures>): ReadonlyArray<string> => {
  const meanWidth = widest(cells.map((cell) => cell.mean))
  const sdWidth = widest(cells.map((cell) => cell.sd))
  return cells.map((cell) => {
    const spread = sdWidth === 0 ? "" : cell.sd === "" ? " ".repeat(sdWidth + 2) : ` ±${padStart(cell.sd, sdWidth)}`
    const signs = `${cell.differs ? "*" : ""}${cell.note === 0 ? "" : `^${cell.note}`}`
    return (padStart(cell.mean, meanWidth) + spread + signs).trimEnd()
  })
}

const intervalTexts = (cells: ReadonlyArray<Figures>): ReadonlyArray<string> => {
  const low = widest(cells.map((cell) => cell.low))
  const high = widest(cells.map((cell) => cell.high))
  return cells.map((cell) => (cell.low === "" ? "" : `[${padStart(cell.low, low)} ${padStart(cell.high, high)}]`))
}

const referenceTexts = (cells: ReadonlyArray<Figures>): ReadonlyArray<string> => {
  const width = widest(cells.map((cell) => cell.reference))
  return cells.map((cell) =>
    cell.reference === "" ? "" : padStart(cell.reference, width) + (cell.mark === 0 ? "" : `!${cell.mark}`)
  )
}

const besideTexts = (cells: ReadonlyArray<Figures>): ReadonlyArray<string> =>
  cells.map((cell) => (cell.beside === "" ? "" : `(${cell.beside})`))

const pair = (upper: ReadonlyArray<string>, lower: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> =>
  upper.map((text, index) => [text, lower[index] ?? ""])

/** The fields that one column of the table prints. */
const columnFields = (
  table: ReportTable,
  cells: ReadonlyArray<Figures>,
  index: number,
  stacked: boolean,
  intervals: boolean
): ReadonlyArray<Field> => {
  const main = mainTexts(cells)
  const interval = intervals ? intervalTexts(cells) : cells.map(() => "")
  const reference = referenceTexts(cells)
  const beside = besideTexts(cells)
  const mainHeading = cells.some((cell) => cell.sd !== "") ? "mean ±sd" : "value"
  const referenceHeading = table.referenceLabel ?? "reference"
  const besideHeading = `(${table.columns[index]?.beside?.label ?? ""})`
  const hasInterval = !isEmpty(interval)
  const hasReference = !isEmpty(reference)
  const hasBeside = !isEmpty(beside)
  if (!stacked) {
    return [
      field(
        [mainHeading],
        main.map((text) => [text])
      ),
      ...(hasInterval
        ? [
            field(
              ["[95 % CI]"],
              interval.map((text) => [text])
            )
          ]
        : []),
      ...(hasBeside
        ? [
            field(
              [besideHeading],
              beside.map((text) => [text])
            )
          ]
        : []),
      ...(hasReference
        ? [
            field(
              [referenceHeading],
              reference.map((text) => [text])
            )
          ]
        : [])
    ]
  }
  const lower = hasInterval ? ["[95 % CI]"] : []
  if (!hasInterval && hasBeside) {
    return [
      field(
        [mainHeading],
        main.map((text) => [text])
      ),
      field(
        [besideHeading],
        beside.map((text) => [text])
      ),
      ...(hasReference
        ? [
            field(
              [referenceHeading],
              reference.map((text) => [text])
            )
          ]
        : [])
    ]
  }
  return [
    field([mainHeading, ...lower], hasInterval ? pair(main, interval) : main.map((text) => [text])),
    ...(hasReference || hasBeside
      ? [
          field(
            [hasReference ? referenceHeading : "", hasBeside ? besideHeading : ""],
            hasBeside ? pair(reference, beside) : reference.map((text) => [text])
          )
        ]
      : [])
  ]
}

const labelFields = (
  table: ReportTable,
  rowNotes: ReadonlyArray<number>,
  stacked: boolean,
  limit: number
): ReadonlyArray<Field> => {
  const [first, ...others] = table.axes
  if (first === undefined) return []
  const label = (row: number, axis: string): string => {
    const sign = axis === first && (rowNotes[row] ?? 0) > 0 ? ` ^${rowNotes[row]}` : ""
    return truncate(singleLine(table.rows[row]?.labels[axis] ?? ""), limit - sign.length) + sign
  }
  if (!stacked || others.length === 0)
    return table.axes.map((axis) =>
      field(
        [axis],
        table.rows.map((_, row) => [label(row, axis)])
      )
    )
  const rest = (row: number) => `  ${others.map((axis) => label(row, axis)).join(" · ")}`
  return [
    field(
      [first, truncate(`  ${others.join(" · ")}`, limit)],
      table.rows.map((_, row) => [label(row, first), rest(row)])
    )
  ]
}

const span = (fields: ReadonlyArray<Field>, gap: number): number =>
  fields.reduce((total, each) => total + each.width, gap * Math.max(0, fields.length - 1))

/** One column of the table with its heading lines and its fields, at least as wide as its heading. */
interface Column {
  readonly heading: string
  readonly fields: ReadonlyArray<Field>
  readonly width: number
}

interface Block {
  readonly groups: ReadonlyArray<{ readonly heading: string; readonly columns: ReadonlyArray<number> }>
}

type Layouts = (style: Style) => {
  readonly labels: ReadonlyArray<Field>
  readonly columns: ReadonlyArray<Column>
}

/** The group's columns; the last is widened where the group's heading needs more than they take. */
const groupColumns = (group: Block["groups"][number], layout: ReturnType<Layouts>): ReadonlyArray<Column> => {
  const columns = group.columns.flatMap((index) => layout.columns[index] ?? [])
  const missing = group.heading === "" ? 0 : displayWidth(group.heading) + 2 - columnsWidth(columns)
  return columns.map((column, at) =>
    missing > 0 && at === columns.length - 1 ? { ...column, width: column.width + missing } : column
  )
}

const columnsWidth = (columns: ReadonlyArray<Column>): number =>
  columns.reduce((total, column) => total + column.width, GAP * Math.max(0, columns.length - 1))

const blockWidth = (block: Block, layout: ReturnType<Layouts>): number =>
  block.groups.reduce(
    (width, group) => width + GAP + columnsWidth(groupColumns(group, layout)),
    span(layout.labels, GAP)
  )

/** Packs whole groups into blocks from left to right; a group that is too wide alone is split. Null if a column is. */
const pack = (table: ReportTable, layout: ReturnType<Layouts>, width: number): ReadonlyArray<Block> | null => {
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

const rowHeight = (fields: ReadonlyArray<Field>, row: number): number =>
  fields.reduce((most, each) => {
    const lines = each.rows[row] ?? []
    const last = lines.findLastIndex((line) => line !== "")
    return Math.max(most, last + 1)
  }, 1)

const rule = (heading: string, width: number): string => {
  const text = ` ${heading} `
  const free = Math.max(0, width - displayWidth(text))
  const left = Math.floor(free / 2)
  return "─".repeat(left) + text + "─".repeat(free - left)
}

const renderBlock = (table: ReportTable, block: Block, layout: ReturnType<Layouts>): ReadonlyArray<string> => {
  const { labels } = layout
  const gap = " ".repeat(GAP)
  const columns = block.groups.flatMap((group) => groupColumns(group, layout))
  const labelWidth = span(labels, GAP)
  const line = (left: string, right: ReadonlyArray<string>): string => [left, ...right].join(gap).trimEnd()
  const fieldLine = (fields: ReadonlyArray<Field>, between: string, text: (each: Field) => string): string =>
    fields.map((each) => padEnd(text(each), each.width)).join(between)
  const columnLine = (column: Column, text: (each: Field) => string): string =>
    padEnd(fieldLine(column.fields, " ".repeat(INNER_GAP), text), column.width)
  const lines: Array<string> = []
  if (block.groups.some((group) => group.heading !== "")) {
    const rules = block.groups.map((group) => {
      const width = columnsWidth(groupColumns(group, layout))
      return group.heading === "" ? " ".repeat(width) : rule(group.heading, width)
    })
    lines.push(line(" ".repeat(labelWidth), rules))
  }
  lines.push(
    line(
      " ".repeat(labelWidth),
      columns.map((column) => padEnd(column.heading, column.width))
    )
  )
  const headings = [...labels, ...columns.flatMap((column) => column.fields)]
  const depth = headings.reduce((most, each) => Math.max(most, each.heading.filter((text) => text !== "").length), 1)
  for (let index = 0; index < depth; index++)
    lines.push(
      line(
        fieldLine(labels, gap, (each) => each.heading[index] ?? ""),
        columns.map((column) => columnLine(column, (each) => each.heading[index] ?? ""))
      )
    )
  lines.push("─".repeat(blockWidth(block, layout)))
  const first = table.axes[0] ?? ""
  const airy = headings.some((each) => each.rows.some((texts) => texts.filter((text) => text !== "").length > 1))
  for (const [row, { labels: names }] of table.rows.entries()) {
    const before = table.rows[row - 1]
    if (airy && before !== undefined && before.labels[first] !== names[first]) lines.push("")
    for (let index = 0; index < rowHeight(headings, row); index++)
      lines.push(
        line(
          fieldLine(labels, gap, (each) => each.rows[row]?.[index] ?? ""),
          columns.map((column) => columnLine(column, (each) => each.rows[row]?.[index] ?? ""))
        )
      )
  }
  return lines
}

const layouts = (table: ReportTable, printed: Figured, options: TextOptions): Layouts => {
  const intervals = options.intervals ?? true
  const limit = Math.max(8, Math.min(MOST_LABEL, Math.floor(options.width / 2)))
  return ({ stackedCells, stackedLabels }) => ({
    labels: labelFields(table, printed.rowNotes, stackedLabels, limit),
    columns: table.columns.map((column, index): Column => {
      const cells = printed.columns[index] ?? []
      const fields = columnFields(table, cells, index, stackedCells, intervals)
      const heading = singleLine(columnHeading(column))
      return { heading, fields, width: Math.max(span(fields, INNER_GAP), displayWidth(heading)) }
    })
  })
}

/** For widths that no column fits: every figure on a line of its own. */
const list = (table: ReportTable, printed: Figured, width: number): ReadonlyArray<string> =>
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

const STYLES: ReadonlyArray<Style> = [
  { stackedCells: false, stackedLabels: false },
  { stackedCells: false, stackedLabels: true },
  { stackedCells: true, stackedLabels: false },
  { stackedCells: true, stackedLabels: true }
]

const shortest = (candidates: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> | undefined =>
  candidates.reduce<ReadonlyArray<string> | undefined>(
    (best, lines) => (best === undefined || lines.length < best.length ? lines : best),
    undefined
  )

const body = (table: ReportTable, printed: Figured, options: TextOptions): ReadonlyArray<string> => {
  const make = layouts(table, printed, options)
  const all = STYLES.map(make)
  const arrangements = all.flatMap((packing) => {
    const blocks = pack(table, packing, options.width)
    if (blocks === null) return []
    const rendered = blocks.flatMap((block, index) => {
      const fitting = all.filter((layout) => blockWidth(block, layout) <= options.width)
      const lines = shortest(fitting.map((layout) => renderBlock(table, block, layout))) ?? []
      return index === 0 ? lines : ["", ...lines]
    })
    return [rendered]
  })
  return shortest(arrangements) ?? list(table, printed, options.width)
}

/** Prints the table with its caption, legend, footnotes and notes; ends with a newline. No colour, no escape codes. */
export const toText = (table: ReportTable, options: TextOptions): string => {
  const { width } = options
  const printed = figured(table)
  const lines: Array<string> = [...wrap(table.title, width), ""]
  if (table.rows.length === 0) lines.push("No rows: no cell of the grid was asked for.")
  else lines.push(...body(table, printed, options))
  const section = (texts: ReadonlyArray<string>) => {
    if (texts.length > 0) lines.push("", ...texts)
  }
  section(table.caption.flatMap((text) => wrap(text, width)))
  section((table.rows.length === 0 ? [] : legend(table)).flatMap((text) => wrap(text, width)))
  section(printed.footnotes.flatMap((text, index) => hang(padStart(`${index + 1}  `, 5), text, width)))
  section(table.notes.flatMap((text) => hang("- ", text, width)))
  const run = table.runId === null ? "" : ` · run ${table.runId}`
  section(wrap(`${table.experiment}${run} · content ${table.contentHash.slice(0, 16)}`, width))
  return `${lines.join("\n")}\n`
}
