/**
 * What a person wants to see at the end of a run, on one screen: the headline's rows and columns, the findings, what the
 * figures rest on, which cells failed, and where the rest is.
 */
import { sharedSentence } from "../Constants.ts"
import { findingNotes } from "../FindingTexts.ts"
import type { ReportTable } from "../ReportTable.ts"
import { headlineOf } from "../Selection.ts"
import { beneath, bulleted, coloured, cut, footnoteLines, paragraph, shortLegend, spaced } from "./Beneath.ts"
import { fitted } from "./SummaryTable.ts"
import { TABLE_FORMATS } from "./TableFormats.ts"
import { wrap } from "./TextLines.ts"

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

/** Lines of a summary without `notes`, at any width that takes the table: the most of each part, and the least rows. */
export const SUMMARY_LINES = 40

/** Rows that are shown however much there is to say beside them. */
const LEAST_ROWS = 3

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

const render = (part: ReportTable, whole: ReportTable, options: SummaryOptions): ReadonlyArray<string> => {
  const { color = false, command, files = [], notes = false, width } = options
  const shown = fitted(part, width, notes)
  const few = { width, rest: command }
  const legend = part.rows.length === 0 ? "" : [...sharedSentence(part), shortLegend(shown, whole)].join(" ")
  const run = whole.runId === null ? "" : ` · run ${whole.runId}`
  const identity = `${whole.experiment}${run} · content ${whole.contentHash.slice(0, 16)}`
  const rest = [...wrap(identity, width), ...paragraph(restOf(whole, command, notes), width)]
  const title = wrap(whole.title, width)
  return [
    ...(notes ? title : cut("title", title, few)),
    "",
    ...(part.rows.length === 0
      ? ["No rows: no cell of the grid was asked for."]
      : color
        ? shown.lines.map(coloured)
        : shown.lines),
    "",
    ...(notes
      ? [
          ...wrap(legend, width),
          ...footnoteLines(shown.printed, width),
          ...spaced(bulleted(whole.notes, width)),
          ...spaced(wrap(whole.sources.join(" "), width))
        ]
      : beneath(shown.printed, whole, legend, few)),
    ...spaced(notes ? rest : cut("rest", rest, few)),
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
