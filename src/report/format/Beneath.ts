/** What stands beneath a table in a terminal: what its signs mean, the findings, what the figures rest on, which cells failed. */

import { padStart } from "../../domain/DisplayWidth.ts"
import { findingLines } from "../FindingTexts.ts"
import { rangesOf } from "../Ranges.ts"
import type { ReportTable } from "../ReportTable.ts"
import { extent } from "../Selection.ts"
import { allSeeds, type Figured, type Figures, fullCount } from "./Figures.ts"
import { BEST, SIDES } from "./TextFields.ts"
import { hang, wrap } from "./TextLines.ts"

/** What is shown of a table. */
export interface Shown {
  readonly table: ReportTable
  /** Its figures, without the parts that are not shown. */
  readonly printed: Figured
}

/** The most lines of each part where not all notes are wanted. */
export const MOST = { title: 2, legend: 4, footnotes: 3, findings: 6, sources: 6, effects: 16, failures: 3, rest: 4 }

export interface BeneathOptions {
  readonly width: number
  /** Where the rest is of what is cut. */
  readonly rest: string
}

/** At most the section's lines; the last of them says where the others are. */
export const cut = (
  section: keyof typeof MOST,
  lines: ReadonlyArray<string>,
  { rest, width }: BeneathOptions
): ReadonlyArray<string> =>
  lines.length <= MOST[section]
    ? lines
    : [...lines.slice(0, MOST[section] - 1), ...wrap(`… the rest: ${rest}`, width).slice(0, 1)]

/** What the signs of differences mean, or that there are none because nothing differs. */
const differencesOf = (table: ReportTable, figures: ReadonlyArray<Figures>): ReadonlyArray<string> => {
  const baseline = `the baseline (${table.baseline ?? ""})`
  if (figures.some(({ differs }) => differs !== null))
    return [`${SIDES.above} ${SIDES.below} above, below ${baseline}: paired 95\u00A0% interval excludes 0.`]
  const isCompared = table.rows.some((row) =>
    table.columns.some((column) => (row.cells[column.id]?.difference?.n ?? 0) > 1)
  )
  return isCompared ? [`None is shown to differ from ${baseline}: no paired 95\u00A0% interval excludes 0.`] : []
}

/** What is shown, and what the signs in it mean: only those that occur. */
export const shortLegend = ({ printed, table }: Shown, whole: ReportTable): string => {
  const figures = printed.columns.flat()
  const seeds = allSeeds(table)
  const full = fullCount(table)
  const left = extent(table, whole)
  const mean = figures.some(({ sd }) => sd !== "") ? "Mean ± standard deviation" : "Means"
  const flawed = figures.filter(({ isFlawed }) => isFlawed)
  const why = flawed.some(({ mark }) => mark === 0) ? " (--notes says how)" : ""
  const besides = [
    ...new Set(
      table.columns.flatMap(({ beside }, at) =>
        beside !== undefined && printed.columns[at]?.some((cell) => cell.beside !== "") === true ? [beside.label] : []
      )
    )
  ]
  return [
    ...(left === "" ? [] : [`${left}.`]),
    ...(seeds.length === 0
      ? []
      : [
          full < 2
            ? `One seed (${rangesOf(seeds)}): no spread can be given.`
            : `${mean} over ${full} seeds (${rangesOf(seeds)}).`
        ]),
    ...(figures.some(({ low }) => low !== "") ? ["In brackets: 95\u00A0% interval of the mean."] : []),
    ...(besides.length === 0 ? [] : [`In parentheses: ${besides.join(", ")}.`]),
    ...(figures.some(({ reference }) => reference !== "")
      ? [
          `${table.referenceLabel ?? "reference"}: printed there${flawed.length === 0 ? "" : `; ! contradicts itself${why}`}.`
        ]
      : []),
    ...(whole.nearness === undefined ? [] : [whole.nearness]),
    ...(figures.some(({ isBest }) => isBest)
      ? [`${BEST} best of its column, also against each other row by Holm.`]
      : []),
    ...differencesOf(table, figures)
  ].join(" ")
}

/** Wraps under an indent of two columns. */
export const paragraph = (text: string, width: number): ReadonlyArray<string> =>
  wrap(text, width - 2).map((line, at) => (at === 0 ? line : `  ${line}`))

export const spaced = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : ["", ...lines]

/** Notes one under the other; `· ` begins a line that belongs to the one before. */
export const bulleted = (notes: ReadonlyArray<string>, width: number): ReadonlyArray<string> =>
  notes.flatMap((text) => hang(text.startsWith("· ") ? "  " : "- ", text, width))

export const footnoteLines = ({ footnotes }: Figured, width: number): ReadonlyArray<string> =>
  footnotes.flatMap((text, index) => hang(padStart(`${index + 1}  `, 5), text, width))

/** A few lines of each part, below the legend. */
export const beneath = (
  printed: Figured,
  whole: ReportTable,
  legend: string,
  options: BeneathOptions
): ReadonlyArray<string> => {
  const { width } = options
  return [
    ...cut("legend", wrap(legend, width), options),
    ...cut("footnotes", footnoteLines(printed, width), options),
    ...spaced(
      cut(
        "findings",
        findingLines(whole.findings, whole.columns).flatMap((text) => paragraph(text, width)),
        options
      )
    ),
    ...spaced(
      cut(
        "effects",
        (whole.effectLines ?? []).flatMap((text) =>
          text.startsWith("· ") ? hang("  ", text, width) : paragraph(text, width)
        ),
        options
      )
    ),
    ...spaced([
      ...cut("sources", wrap(whole.sources.join(" "), width), options),
      ...cut(
        "failures",
        whole.failures.flatMap((text) => (text.startsWith("· ") ? hang("  ", text, width) : paragraph(text, width))),
        options
      )
    ])
  ]
}

const BOLD = "\u001B[1m"
const CYAN = "\u001B[36m"
const RESET = "\u001B[0m"

/** Colours what signs say already: differences, and the best of a column. */
export const coloured = (line: string): string =>
  line.replace(/(?<=[\d◆])[↑↓]/g, `${BOLD}${CYAN}$&${RESET}`).replace(/[−-]?[\d.]+(?: ±[\d.]+)?◆/g, `${BOLD}$&${RESET}`)
