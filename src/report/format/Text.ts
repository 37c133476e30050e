/**
 * The table for a terminal of a given width. Each column of the table is a main field (mean ± sd) and, where it has
 * them, its interval, the reference figure and the figure beside. Where one line a row is too wide, the interval goes
 * under the mean and the labels under each other; where that is still too wide, column groups go into blocks below each
 * other, each with the row labels. Of all arrangements that fit, the shortest is printed.
 */
import type { ReportTable } from "../ReportTable.ts"
import { hang, padStart, wrap } from "./DisplayWidth.ts"
import { columnHeading, type Figured, figured, legend } from "./Figures.ts"
import { type Block, blockHeight, blockWidth, pack, renderBlock } from "./TextBlocks.ts"
import {
  besideTexts,
  intervalTexts,
  type Layout,
  layOut,
  mainTexts,
  referenceTexts,
  SIDES,
  type Style
} from "./TextFields.ts"

export interface TextOptions {
  /** Columns of the terminal. */
  readonly width: number
  /** Say of every reference figure that contradicts itself how it does (default: only mark it). */
  readonly notes?: boolean
}

/** For widths that no column fits: every figure on a line of its own. */
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

const STYLES: ReadonlyArray<Style> = [
  { stackedCells: false, stackedLabels: false },
  { stackedCells: false, stackedLabels: true },
  { stackedCells: true, stackedLabels: false },
  { stackedCells: true, stackedLabels: true }
]

const MOST_LABEL = 40

interface Placed {
  readonly block: Block
  readonly layout: Layout
  readonly height: number
}

/** The first of the smallest. */
const smallest = <A>(candidates: ReadonlyArray<A>, size: (candidate: A) => number): A | undefined =>
  candidates.reduce<A | undefined>(
    (best, candidate) => (best === undefined || size(candidate) < size(best) ? candidate : best),
    undefined
  )

const body = (table: ReportTable, printed: Figured, width: number): ReadonlyArray<string> => {
  const limit = Math.max(8, Math.min(MOST_LABEL, Math.floor(width / 2)))
  const layouts = STYLES.map((style) => layOut(table, printed, style, limit))
  // Each arrangement packs by one layout; every block may then take the layout that makes it shortest.
  const arrangements = layouts.flatMap((packing): ReadonlyArray<ReadonlyArray<Placed>> => {
    const blocks = pack(table, packing, width)
    if (blocks === null) return []
    return [
      blocks.flatMap((block) => {
        const fitting = layouts.filter((layout) => blockWidth(block, layout) <= width)
        const placed = fitting.map((layout) => ({ block, layout, height: blockHeight(table, block, layout) }))
        return smallest(placed, (each) => each.height) ?? []
      })
    ]
  })
  const best = smallest(arrangements, (placed) => placed.reduce((total, each) => total + each.height + 1, 0))
  if (best === undefined) return listLines(table, printed, width)
  return best.flatMap(({ block, layout }, index) => [
    ...(index === 0 ? [] : [""]),
    ...renderBlock(table, block, layout)
  ])
}

/** The legend with the signs of this format. */
const textLegend = (table: ReportTable, notes: boolean): ReadonlyArray<string> =>
  legend(table, {
    differs: `${SIDES.above} ${SIDES.below} above, below`,
    flawed: `! marks one that contradicts itself${notes ? "" : " (--notes says how)"}`
  })

/** Prints the table with its caption, legend, footnotes and notes; ends with a newline. No colour, no escape codes. */
export const toText = (table: ReportTable, { notes = false, width }: TextOptions): string => {
  const printed = figured(table, { marks: notes })
  const lines: Array<string> = [...wrap(table.title, width), ""]
  if (table.rows.length === 0) lines.push("No rows: no cell of the grid was asked for.")
  else lines.push(...body(table, printed, width))
  const section = (texts: ReadonlyArray<string>) => {
    if (texts.length > 0) lines.push("", ...texts)
  }
  section(table.caption.flatMap((text) => wrap(text, width)))
  section((table.rows.length === 0 ? [] : textLegend(table, notes)).flatMap((text) => wrap(text, width)))
  section(printed.footnotes.flatMap((text, index) => hang(padStart(`${index + 1}  `, 5), text, width)))
  section(table.notes.flatMap((text) => hang("- ", text, width)))
  const run = table.runId === null ? "" : ` · run ${table.runId}`
  section(wrap(`${table.experiment}${run} · content ${table.contentHash.slice(0, 16)}`, width))
  return `${lines.join("\n")}\n`
}
