/** Whether the figures of an exported table are those of a table from the store, each at the precision that it is printed with. */
import { Result } from "effect"
import { readStamp } from "../format/Stamp.ts"
import type { ReportCell, ReportTable } from "../ReportTable.ts"
import { readCsv } from "./CsvRecords.ts"
import { type ExportedFigure, type ExportedFormat, type HeldFigure, type Recognised, Unreadable } from "./Exported.ts"
import { type PrintedCell, placed } from "./Place.ts"
import { asPrinted, isNumber, isPrinted } from "./PrintedFigure.ts"
import { csvFigures } from "./ReadCsv.ts"
import { printedEffects } from "./ReadEffects.ts"
import { readHtml } from "./ReadHtml.ts"
import { jsonFigures, readJson } from "./ReadJson.ts"
import { readLatex } from "./ReadLatex.ts"
import { readMarkdown } from "./ReadMarkdown.ts"
import { printedNearness } from "./ReadNearness.ts"
import { readText } from "./ReadText.ts"
import { escapes, type PrintedFormat, sharedIn } from "./Sentences.ts"

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

const cellsOf = (
  format: PrintedFormat,
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
    case "reference_distance":
      return cell?.referenceDistance ?? null
    default:
      return cell?.beside?.mean ?? null
  }
}

/** The figures in the cells of a table for people, then those beneath it. */
const printedFigures = (
  format: PrintedFormat,
  text: string,
  table: ReportTable
): Result.Result<ReadonlyArray<HeldFigure>, Unreadable> =>
  Result.gen(function* () {
    const shared = sharedIn(format, text)
    const figures = placed(table, yield* cellsOf(format, text, table, shared), shared, escapes[format])
    const rows = new Map(table.rows.map((row) => [row.id, row]))
    return [
      ...figures.map(
        (figure): HeldFigure => ({
          figure,
          now: printedValue(rows.get(figure.rowId ?? "")?.cells[figure.columnId ?? ""], figure.part)
        })
      ),
      ...(yield* printedEffects(format, text, table)),
      ...(yield* printedNearness(format, text, table))
    ]
  })

const figuresIn = (
  format: ExportedFormat,
  text: string,
  table: ReportTable
): Result.Result<ReadonlyArray<HeldFigure>, Unreadable> => {
  switch (format) {
    case "json":
      return Result.flatMap(readJson(text), () => jsonFigures(text, table))
    case "csv":
    case "csv-wide":
      return Result.map(readCsv(text), (file) => csvFigures(file, table))
    default:
      return printedFigures(format, text, table)
  }
}

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
    const figures = yield* figuresIn(format, text, table)
    if (figures.length === 0)
      return yield* Result.fail(new Unreadable({ line: 1, expected: "a table with figures", found: "none" }))
    let standing = 0
    const changed: Array<FallenFigure> = []
    const missing: Array<FallenFigure> = []
    for (const { figure, now } of figures) {
      if (figure.rowId === undefined || figure.columnId === undefined) {
        missing.push({ ...figure, now: null })
        continue
      }
      if (stands(figure, now)) standing += 1
      else changed.push({ ...figure, now: now === null || now === "" ? null : nowOf(figure, now) })
    }
    return { standing, changed, missing }
  })
