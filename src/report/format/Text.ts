/**
 * The table for a terminal of a given width. Each column of the table is a main field (mean ± sd) and, where it has
 * them, its interval, the reference figure and the figure beside. Where one line a row is too wide, the interval goes
 * under the mean and the labels under each other; where that is still too wide, column groups go into blocks below each
 * other, each with the row labels. Of all arrangements that fit, the shortest is printed.
 */
import { sharedSentence } from "../Constants.ts"
import { findingNotes } from "../FindingTexts.ts"
import type { ReportTable } from "../ReportTable.ts"
import { beneath, bulleted, coloured, footnoteLines, shortLegend, spaced } from "./Beneath.ts"
import { type Figured, figured, legend } from "./Figures.ts"
import { folded } from "./Folded.ts"
import { stampOf } from "./Stamp.ts"
import { type Block, blockHeight, blockWidth, pack, renderBlock } from "./TextBlocks.ts"
import { GAP, type Layout, layOut, SIDES, type Style, span } from "./TextFields.ts"
import { wrap } from "./TextLines.ts"
import { listLines } from "./TextList.ts"

/** How much is said beneath a table. */
export type NoteLevel = "none" | "few" | "all"

export interface TextOptions {
  /** Columns of the terminal. */
  readonly width: number
  /**
   * `few`: some lines of each part. `all`: the whole caption, every note, and how each reference figure that is marked
   * contradicts itself. Default: `few` as text, `all` in other formats.
   */
  readonly notes?: NoteLevel
  /** Columns that do not fit beside each other are left out, and named; default: they stand below each other. */
  readonly fold?: boolean
  /** Colour what signs say already. */
  readonly color?: boolean
}

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
  const all = STYLES.map((style) => ({ style, layout: layOut(table, printed, style, limit) }))
  // Labels stay side by side where they leave half of the width to the figures.
  const beside = all.filter(({ layout, style }) => !style.stackedLabels && 2 * span(layout.labels, GAP) <= width)
  const within = (layouts: ReadonlyArray<Layout>) =>
    // Each arrangement packs by one layout; every block may then take the layout that makes it shortest.
    layouts.flatMap((packing): ReadonlyArray<ReadonlyArray<Placed>> => {
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
  const shortest = (layouts: typeof all) =>
    smallest(within(layouts.map(({ layout }) => layout)), (placed) =>
      placed.reduce((total, each) => total + each.height + 1, 0)
    )
  const best = shortest(beside) ?? shortest(all)
  if (best === undefined) return listLines(table, printed, width)
  return best.flatMap(({ block, layout }, index) => [
    ...(index === 0 ? [] : [""]),
    ...renderBlock(table, block, layout)
  ])
}

/** The legend with the signs of this format. */
const textLegend = (table: ReportTable): ReadonlyArray<string> =>
  legend(table, {
    differs: `${SIDES.above} ${SIDES.below} above, below`,
    flawed: "! marks one that contradicts itself"
  })

/** Everything that there is to say. */
const everything = (table: ReportTable, printed: Figured, width: number): ReadonlyArray<string> =>
  [
    ...spaced(table.caption.flatMap((text) => wrap(text, width))),
    ...spaced((table.rows.length === 0 ? [] : textLegend(table)).flatMap((text) => wrap(text, width))),
    ...spaced(footnoteLines(printed, width)),
    ...spaced(bulleted(table.notes, width))
  ].slice(1)

/** What one has to type to see what is left out. */
const restOf = (table: ReportTable, width: number): ReadonlyArray<string> => {
  const told = new Set([
    ...findingNotes(table.findings, table.columns),
    ...table.failures,
    ...(table.effectLines ?? [])
  ])
  const untold = table.notes.filter((note) => !told.has(note)).length
  const more =
    untold === 0 ? "the whole caption" : `the whole caption and ${untold} more ${untold === 1 ? "note" : "notes"}`
  return wrap(`--notes all: ${more}.`, width)
}

/** Prints the table with what is to be said of it; ends with a newline. Escape codes only with `color`. */
export const toText = (table: ReportTable, options: TextOptions): string => {
  const { color = false, fold = false, notes = "few", width } = options
  const printed = figured(table, { marks: notes === "all" })
  const narrowed = fold ? folded(table, printed, width) : undefined
  const lines = narrowed?.lines ?? body(table, printed, width)
  const shown = narrowed ?? { table, printed }
  const left =
    narrowed === undefined || narrowed.left === ""
      ? []
      : wrap(`Left out at ${width} columns: ${narrowed.left}. All of it: --columns all.`, width)
  const under =
    notes === "none"
      ? []
      : notes === "all"
        ? everything(table, printed, width)
        : [
            ...beneath(shown.printed, table, table.rows.length === 0 ? "" : shortLegend(shown, shown.table), {
              width,
              rest: "--notes all"
            }),
            ...spaced(restOf(table, width))
          ]
  return `${[
    ...wrap(table.title, width),
    "",
    ...sharedSentence(table).flatMap((text) => [...wrap(text, width), ""]),
    ...(table.rows.length === 0
      ? ["No rows: no cell of the grid was asked for."]
      : color
        ? lines.map(coloured)
        : lines),
    ...spaced(left),
    ...spaced(under),
    ...spaced(wrap(stampOf(table), width))
  ].join("\n")}\n`
}
