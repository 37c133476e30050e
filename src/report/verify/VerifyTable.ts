/** Whether the figures of an exported table are those of a table from the store, each at the precision that it is printed with. */
import { Result } from "effect"
import { escapeHtml } from "../format/Html.ts"
import { escapeLatex } from "../format/Latex.ts"
import { escapeMarkdown } from "../format/Markdown.ts"
import { readStamp } from "../format/Stamp.ts"
import { singleLine } from "../format/TextLines.ts"
import type { ReportCell, ReportTable } from "../ReportTable.ts"
import { type ExportedFigure, type ExportedFormat, type Recognised, Unreadable } from "./Exported.ts"
import { type Escape, type PrintedCell, placed } from "./Place.ts"
import { asPrinted, isNumber, isPrinted } from "./PrintedFigure.ts"
import { csvFigures, csvValue, readCsv } from "./ReadCsv.ts"
import { readHtml } from "./ReadHtml.ts"
import { jsonFigures, jsonValues, readJson } from "./ReadJson.ts"
import { readLatex } from "./ReadLatex.ts"
import { readMarkdown } from "./ReadMarkdown.ts"
import { readText } from "./ReadText.ts"
import { readShared } from "./Shared.ts"

/** A figure that does not stand. */
export interface FallenFigure extends ExportedFigure {
  /** What it is now, with the digits that the file has, or all where those do not tell; null where there is none. */
  readonly now: string | null
}

export interface VerifiedTable {
  /** Figures that are what the store has. */
  readonly standing: number
  readonly changed: ReadonlyArray<FallenFigure>
  /** Of a row or a column that the table does not have. */
  readonly missing: ReadonlyArray<FallenFigure>
}

const formatOf = (text: string): ExportedFormat => {
  const start = text.replace(/^\uFEFF/, "").trimStart()
  if (start.startsWith("{") || start.startsWith("[")) return "json"
  if (/^<(?:!doctype|html|table|\?xml)/i.test(start)) return "html"
  if (/\\begin\{tabular\}|\\toprule/.test(text)) return "latex"
  if (/^\|? ?:?-+:? ?\|/m.test(text)) return "md"
  const [first = ""] = start.split(/\r?\n/)
  return /(?:^|,)experiment,run,/.test(first) ? (/,column,/.test(first) ? "csv" : "csv-wide") : "text"
}

/** Which format a file has, and whose figures it says they are. */
export const recognise = (text: string): Result.Result<Recognised, Unreadable> =>
  Result.gen(function* () {
    if (text.trim() === "")
      return yield* Result.fail(new Unreadable({ line: 1, expected: "an exported table", found: "" }))
    const format = formatOf(text)
    if (format === "json") {
      const { contentHash, experiment, runId } = yield* readJson(text)
      return { format, stamp: { contentHash, experiment, runId } }
    }
    if (format === "csv" || format === "csv-wide") return { format, stamp: (yield* readCsv(text)).stamp }
    return { format, stamp: readStamp(text.replaceAll(/<\/?code>|<\/?p>/g, "\n")) }
  })

const unescapes: { readonly [Format in ExportedFormat]?: (text: string) => string } = {
  md: (text) => text.replaceAll(/\\(.)/g, "$1"),
  html: (text) =>
    text
      .replaceAll(/<[^>]*>/g, "\n")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&amp;", "&"),
  latex: (text) => text.replaceAll(/^% /gm, ""),
  // A sentence of its own, broken over lines where it is long.
  text: (text) => text.replaceAll(/\n(?!\n)/g, " ").replaceAll(/\n /g, "\n")
}

/** The labels that a sentence tells of all rows. */
const sharedIn = (format: ExportedFormat, text: string): Readonly<Record<string, string>> => {
  const plain = unescapes[format]?.(text) ?? text
  for (const line of plain.split("\n")) {
    const shared = readShared(line.trim())
    if (shared !== undefined) return shared
  }
  return {}
}

const escapes: { readonly [Format in "text" | "md" | "latex" | "html"]: Escape } = {
  text: singleLine,
  md: escapeMarkdown,
  latex: escapeLatex,
  html: escapeHtml
}

const cellsOf = (
  format: "text" | "md" | "latex" | "html",
  text: string,
  table: ReportTable,
  shared: Readonly<Record<string, string>>
): Result.Result<ReadonlyArray<PrintedCell>, Unreadable> => {
  switch (format) {
    case "text":
      return readText(text, table, shared)
    case "md":
      return readMarkdown(text, table)
    case "latex":
      return readLatex(text, table)
    case "html":
      return readHtml(text, table)
  }
}

const printedValue = (cell: ReportCell | undefined, part: string): number | null => {
  switch (part) {
    case "mean":
      return cell?.mean ?? null
    case "sd":
      return cell?.sd ?? null
    case "ci95_low":
      return cell?.ci95?.[0] ?? null
    case "ci95_high":
      return cell?.ci95?.[1] ?? null
    case "reference":
      return cell?.reference ?? null
    default:
      return cell?.beside?.mean ?? null
  }
}

interface Figures {
  readonly figures: ReadonlyArray<ExportedFigure>
  readonly valueIn: (figure: ExportedFigure) => string | number | null
}

const figuresIn = (format: ExportedFormat, text: string, table: ReportTable): Result.Result<Figures, Unreadable> =>
  Result.gen(function* () {
    if (format === "json") {
      const values = jsonValues(table)
      yield* readJson(text)
      const figures = jsonFigures(text, table)
      const valueIn = ({ columnId, part, rowId }: ExportedFigure) =>
        values.get(`${rowId}\0${columnId}\0${part}`) ?? null
      return { figures, valueIn }
    }
    if (format === "csv" || format === "csv-wide")
      return { figures: csvFigures(yield* readCsv(text), table), valueIn: (figure) => csvValue(table, figure) }
    const shared = sharedIn(format, text)
    const figures = placed(table, yield* cellsOf(format, text, table, shared), shared, escapes[format])
    const rows = new Map(table.rows.map((row) => [row.id, row]))
    return {
      figures,
      valueIn: ({ columnId, part, rowId }) => printedValue(rows.get(rowId ?? "")?.cells[columnId ?? ""], part)
    }
  })

const stands = ({ text }: ExportedFigure, value: string | number | null): boolean =>
  typeof value === "string"
    ? value === text || (isNumber(value) && isPrinted(text, Number(value)))
    : isPrinted(text, value)

const nowOf = ({ text }: ExportedFigure, value: string | number): string => {
  const isFigure = isNumber(text) && isNumber(String(value))
  const rounded = isFigure ? asPrinted(text, Number(value)) : String(value)
  return rounded === text ? String(value) : rounded
}

/** Holds every figure of the file to the table. */
export const verifyTable = (
  format: ExportedFormat,
  text: string,
  table: ReportTable
): Result.Result<VerifiedTable, Unreadable> =>
  Result.gen(function* () {
    const { figures, valueIn } = yield* figuresIn(format, text, table)
    if (figures.length === 0)
      return yield* Result.fail(new Unreadable({ line: 1, expected: "a table with figures", found: "none" }))
    let standing = 0
    const changed: Array<FallenFigure> = []
    const missing: Array<FallenFigure> = []
    for (const figure of figures) {
      if (figure.rowId === undefined || figure.columnId === undefined) {
        missing.push({ ...figure, now: null })
        continue
      }
      const value = valueIn(figure)
      if (stands(figure, value)) standing += 1
      else changed.push({ ...figure, now: value === null || value === "" ? null : nowOf(figure, value) })
    }
    return { standing, changed, missing }
  })
