/** The words of a comparison, shared by its formats. */
import type { ComparedCell, ComparedRow, Comparison } from "../CompareRuns.ts"
import type { InputDifference } from "../InputDifferences.ts"
import type { ReportColumn } from "../ReportTable.ts"
import { columnHeading, formatFigure } from "./Figures.ts"

/** Hashes are shown by their first twelve digits. */
const short = (text: string): string => text.replace(/^code:/, "").replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1")

/** `config train: lambda 1 → 2 (40 of 100 cells)`. */
export const inputLine = (difference: InputDifference, sharedCells: number): string => {
  const { cells, from, kind, name, stage, to } = difference
  const subject = [stage, name].filter((part) => part !== "").join(" ")
  const scope = cells === 0 ? "" : ` (${cells} of ${sharedCells} cells)`
  const why = kind === "output" ? ", though the key is the same: the stage is not deterministic" : ""
  return `${kind} ${subject}${subject === "" ? "" : ": "}${short(from)} → ${short(to)}${why}${scope}`
}

/** One printed line of figures. */
export interface DifferenceLine {
  readonly labels: ReadonlyArray<string>
  readonly a: string
  readonly b: string
  readonly difference: string
  readonly interval: string
  readonly p: string
  readonly n: string
}

/** The headings of the fields of a line. */
export const HEADING: DifferenceLine = {
  labels: [],
  a: "a",
  b: "b",
  difference: "b − a",
  interval: "[95 % CI]",
  p: "p",
  n: "seeds"
}

/** The fields behind the labels, in order. */
export const FIELDS = ["a", "b", "difference", "interval", "p", "n"] as const

/** What is said instead of a list of input differences; undefined where there are some. */
export const noInputs = ({ a, b, hasInputs, inputs }: Comparison): string | undefined => {
  if (!hasInputs) return "The inputs behind a table from a file are not known."
  if (inputs.length > 0) return undefined
  return a.name !== undefined && b.name !== undefined && a.runId === b.runId
    ? "Both are rows of one run."
    : "No input differs."
}

const signed = (value: number, digits: number): string => {
  const text = formatFigure(value, digits, true)
  return value > 0 ? `+${text}` : text
}

const pText = (p: number | null): string => (p === null ? "" : p < 0.00005 ? "<.0001" : formatFigure(p, 4, true))

/** `5`; `5 of 5 | 11` where they have not the same seeds. */
const seedsText = ({ seeds: { a, b, shared } }: ComparedCell): string =>
  shared === a && shared === b ? (shared === 0 ? "" : String(shared)) : `${shared} of ${a} | ${b}`

const line = (row: ComparedRow, cell: ComparedCell, axes: ReadonlyArray<string>, digits: number): DifferenceLine => {
  const { difference } = cell
  const mean = (value: number | null): string => (value === null ? "–" : formatFigure(value, digits, true))
  return {
    labels: axes.map((axis) => row.labels[axis] ?? ""),
    a: mean(cell.a),
    b: mean(cell.b),
    difference: difference === null ? "–" : signed(difference.mean, digits) + (cell.excludesZero ? "*" : ""),
    interval:
      difference?.ci95 === null || difference === null
        ? (cell.note ?? "")
        : `[${signed(difference.ci95[0], digits)}, ${signed(difference.ci95[1], digits)}]`,
    p: difference === null ? "" : pText(difference.p),
    n: seedsText(cell)
  }
}

export interface ColumnLines {
  readonly heading: string
  readonly lines: ReadonlyArray<DifferenceLine>
  /** Rows whose values agree to the last bit. */
  readonly identical: number
  readonly rows: number
}

const columnLines = (comparison: Comparison, column: ReportColumn): ColumnLines => {
  const rows = comparison.rows.flatMap((row) => {
    const cell = row.cells[column.id]
    return cell === undefined ? [] : [{ row, cell }]
  })
  const changed = rows.filter(({ cell }) => cell.state !== "same" && cell.state !== "none")
  const group = column.group === undefined ? "" : `${column.group}: `
  return {
    heading: `${group}${columnHeading(column)}`,
    lines: changed.map(({ cell, row }) => line(row, cell, comparison.axes, column.digits ?? 4)),
    identical: rows.length - changed.length,
    rows: rows.length
  }
}

/** For every column the rows that differ; columns without any are left out. */
export const changedColumns = (comparison: Comparison): ReadonlyArray<ColumnLines> =>
  comparison.columns.map((column) => columnLines(comparison, column)).filter((column) => column.lines.length > 0)

/** What the reader needs to judge the figures. */
export const comparisonNotes = (comparison: Comparison): ReadonlyArray<string> => {
  const { excluding, intervals, onlyA, onlyB, seeds } = comparison
  const only = (side: string, what: string, ids: ReadonlyArray<string>): ReadonlyArray<string> =>
    ids.length === 0 ? [] : [`Only in ${side}: ${ids.length} ${what}${ids.length === 1 ? "" : "s"}: ${ids.join("; ")}.`]
  return [
    ...(intervals === 0
      ? []
      : [
          `${excluding} of ${intervals} intervals exclude 0 (*); if nothing really differed, about ${formatFigure(intervals * 0.05, 1, false)} would.`,
          `p: exact two-sided sign-flip test; with ${seeds} shared seeds it cannot be below ${formatFigure(2 ** (1 - seeds), 4, true)}.`
        ]),
    ...only("a", "row", onlyA.rows),
    ...only("b", "row", onlyB.rows),
    ...only("a", "column", onlyA.columns),
    ...only("b", "column", onlyB.columns)
  ]
}

/** "a  table3 · run 2026… · content 3fa…" */
export const sideLine = (name: "a" | "b", comparison: Comparison): string => {
  const side = comparison[name]
  return [
    `${name}  ${side.experiment}`,
    ...(side.name === undefined ? [] : [side.name]),
    ...(side.runId === null ? [] : [`run ${side.runId}`]),
    `${side.rows} ${side.rows === 1 ? "row" : "rows"}`,
    `content ${side.contentHash.slice(0, 12)}`
  ].join(" · ")
}

const axesText = (axes: ReadonlyArray<string>) => (axes.length === 0 ? "without an axis" : `by ${axes.join(", ")}`)

/** `2 of 40 figures changed, 30 have the same bits, 4 are new, 4 gone` */
const countsText = ({ counts }: Comparison): string => {
  const all = counts.same + counts.changed + counts.new + counts.gone
  return [
    `${counts.changed} of ${all} figures changed`,
    `${counts.same} have the same bits`,
    ...(counts.new === 0 ? [] : [`${counts.new} are new`]),
    ...(counts.gone === 0 ? [] : [`${counts.gone} gone`])
  ].join(", ")
}

/** Sentences that say the outcome first. */
export const verdict = (comparison: Comparison): string => {
  const { axesOf, columns, onlyA, onlyB, rows } = comparison
  if (comparison.identical)
    return "The results are identical: the same metric artifacts behind the same rows and seeds."
  if (rows.length === 0)
    return `The tables have no row in common. The rows of a are ${axesText(axesOf.a)}; those of b are ${axesText(axesOf.b)}.`
  if (columns.length === 0)
    return `The tables have no column in common. Those of a are ${onlyA.columns.join(", ")}; those of b are ${onlyB.columns.join(", ")}.`
  const counted = `${countsText(comparison)}.`
  return changedColumns(comparison).length === 0
    ? `Every figure that both have is identical. ${counted}`
    : `${counted} b − a, paired over shared seeds, with its 95\u00A0% Student t interval:`
}
