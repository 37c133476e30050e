/**
 * What a person wants to see at the end of a run, on one screen: the headline's rows and columns, the findings, what the
 * figures rest on, which cells failed, and where the rest is.
 */
import { findingLines, findingNotes } from "../FindingTexts.ts"
import type { ReportTable } from "../ReportTable.ts"
import { extent, headlineOf } from "../Selection.ts"
import { hang, padStart, wrap } from "./DisplayWidth.ts"
import { allSeeds, type Figures, fullCount, rangesOf } from "./Figures.ts"
import { type Fitted, fitted } from "./SummaryTable.ts"
import { TABLE_FORMATS } from "./TableFormats.ts"
import { SIDES } from "./TextFields.ts"

export interface SummaryOptions {
  /** Columns of the terminal. */
  readonly width: number
  /** Colour the signs of differences; they are there without it too. */
  readonly color?: boolean
  /** Print all notes and footnotes, however long it gets. */
  readonly notes?: boolean
  /** The command that prints the whole table. */
  readonly command: string
  /** Where files of the run are: a line each, at the end. */
  readonly files?: ReadonlyArray<string>
}

/** Lines of a summary without `notes`, at any width that takes the table. */
export const SUMMARY_LINES = 40

/** Rows that are shown however much there is to say beside them. */
const LEAST_ROWS = 3

/** The most lines of each part; with {@link LEAST_ROWS} rows under four lines of headings they are {@link SUMMARY_LINES}. */
const MOST = { title: 2, legend: 4, footnotes: 3, findings: 6, sources: 6, failures: 3, rest: 4 }

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
const legendOf = ({ printed, table }: Fitted, whole: ReportTable): string => {
  const figures = printed.columns.flat()
  const seeds = allSeeds(table)
  const full = fullCount(table)
  const left = extent(table, whole)
  const mean = figures.some(({ sd }) => sd !== "") ? "Mean ± standard deviation" : "Means"
  const flawed = figures.filter(({ isFlawed }) => isFlawed)
  const why = flawed.some(({ mark }) => mark === 0) ? " (--notes says how)" : ""
  return [
    ...(left === "" ? [] : [`${left}.`]),
    ...(seeds.length === 0
      ? []
      : [
          full < 2
            ? `One seed (${rangesOf(seeds)}): no spread can be given.`
            : `${mean} over ${full} seeds (${rangesOf(seeds)}).`
        ]),
    ...(figures.some(({ reference }) => reference !== "")
      ? [
          `${table.referenceLabel ?? "reference"}: printed there${flawed.length === 0 ? "" : `; ! contradicts itself${why}`}.`
        ]
      : []),
    ...differencesOf(table, figures)
  ].join(" ")
}

/** What is not shown, and the command that shows it. */
const restOf = (table: ReportTable, command: string, notes: boolean): string => {
  const told = new Set([...findingNotes(table.findings, table.columns), ...table.failures])
  const untold = notes ? 0 : table.notes.filter((note) => !told.has(note)).length
  const hasIntervals = table.rows.some((row) => Object.values(row.cells).some(({ ci95 }) => ci95 !== null))
  const more = [
    ...(hasIntervals ? ["intervals"] : []),
    ...(untold === 0 ? [] : [`${untold} more ${untold === 1 ? "note" : "notes"}`])
  ]
  const files = TABLE_FORMATS.filter((format) => format !== "text").join("|")
  return `Whole table${more.length === 0 ? "" : ` with ${more.join(" and ")}`}: ${command} (--format ${files})`
}

const BOLD = "\u001B[1m"
const CYAN = "\u001B[36m"
const RESET = "\u001B[0m"

const coloured = (line: string): string => line.replace(/(?<=\d)[↑↓]/g, `${BOLD}${CYAN}$&${RESET}`)

/** Wraps under an indent of two columns. */
const paragraph = (text: string, width: number): ReadonlyArray<string> =>
  wrap(text, width - 2).map((line, at) => (at === 0 ? line : `  ${line}`))

const spaced = (lines: ReadonlyArray<string>): ReadonlyArray<string> => (lines.length === 0 ? [] : ["", ...lines])

const render = (part: ReportTable, whole: ReportTable, options: SummaryOptions): ReadonlyArray<string> => {
  const { color = false, command, files = [], notes = false, width } = options
  const shown = fitted(part, width, notes)
  const cut = (section: keyof typeof MOST, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
    notes || lines.length <= MOST[section]
      ? lines
      : [...lines.slice(0, MOST[section] - 1), ...wrap(`… the rest: ${command}`, width).slice(0, 1)]
  const run = whole.runId === null ? "" : ` · run ${whole.runId}`
  const identity = `${whole.experiment}${run} · content ${whole.contentHash.slice(0, 16)}`
  return [
    ...cut("title", wrap(whole.title, width)),
    "",
    ...(part.rows.length === 0
      ? ["No rows: no cell of the grid was asked for."]
      : color
        ? shown.lines.map(coloured)
        : shown.lines),
    "",
    ...(part.rows.length === 0 ? [] : cut("legend", wrap(legendOf(shown, whole), width))),
    ...cut(
      "footnotes",
      shown.printed.footnotes.flatMap((text, index) => hang(padStart(`${index + 1}  `, 5), text, width))
    ),
    ...spaced(
      notes
        ? whole.notes.flatMap((text) => hang("- ", text, width))
        : cut(
            "findings",
            findingLines(whole.findings, whole.columns).flatMap((text) => paragraph(text, width))
          )
    ),
    ...spaced([
      ...cut("sources", wrap(whole.sources.join(" "), width)),
      ...(notes
        ? []
        : cut(
            "failures",
            whole.failures.flatMap((text) => paragraph(text, width))
          ))
    ]),
    ...spaced(cut("rest", [...wrap(identity, width), ...paragraph(restOf(whole, command, notes), width)])),
    ...files.flatMap((text) => paragraph(text, width))
  ]
}

/** Prints the summary; ends with a newline. Rows that would not fit the screen are left out, and counted. */
export const toSummary = (table: ReportTable, options: SummaryOptions): string => {
  const headline = headlineOf(table)
  const within = (rows: number): ReadonlyArray<string> => {
    const lines = render({ ...headline, rows: headline.rows.slice(0, rows) }, table, options)
    const over = lines.length - SUMMARY_LINES
    return over <= 0 || options.notes === true || rows <= LEAST_ROWS ? lines : within(Math.max(LEAST_ROWS, rows - over))
  }
  // No more rows than lines can fit: of many, the others are not even laid out.
  const most = options.notes === true ? headline.rows.length : Math.min(headline.rows.length, SUMMARY_LINES)
  return `${within(most).join("\n")}\n`
}
