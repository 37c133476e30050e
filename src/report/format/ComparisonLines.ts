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

const signed = (value: number, digits: number): string => {
  const text = formatFigure(value, digits, true)
  return value > 0 ? `+${text}` : text
}

const pText = (p: number | null): string => (p === null ? "" : p < 0.00005 ? "<.0001" : formatFigure(p, 4, true))

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
    n: difference === null ? "" : String(difference.n)
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
  const changed = rows.filter(({ cell }) => !cell.identical)
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
  return `${name}  ${side.experiment} · run ${side.runId} · ${side.rows} rows · content ${side.contentHash.slice(0, 12)}`
}

/** One sentence that says the outcome first. */
export const verdict = (comparison: Comparison): string => {
  if (comparison.identical)
    return "The results are identical: the same metric artifacts behind the same rows and seeds."
  if (comparison.rows.length === 0) return "The runs have no row in common."
  const changed = changedColumns(comparison)
  if (changed.length === 0) return "Every figure that both runs have is identical."
  return "b − a, paired over shared seeds, with its 95\u00A0% Student t interval:"
}
