/** The figures of a table as printed text, the same in every format for people. */
import type { PairedDifference } from "../../domain/ResultTable.ts"
import { rangesOf } from "../Ranges.ts"
import type { ReportCell, ReportColumn, ReportTable } from "../ReportTable.ts"

/** A cell's figures as text. Absent parts are "". */
export interface Figures {
  /** The mean, or "–" where there is none. */
  readonly mean: string
  /** The sample standard deviation. */
  readonly sd: string
  readonly low: string
  readonly high: string
  readonly reference: string
  /** Of the mean from the reference, standardised: "z+2.1". */
  readonly distance: string
  readonly beside: string
  /** On which side of the baseline, where the paired 95 % interval of the difference excludes 0; else null. */
  readonly differs: "above" | "below" | null
  /** The best of its column, and against each other row of its baseline. */
  readonly isBest: boolean
  /** The reference figure contradicts itself. */
  readonly isFlawed: boolean
  /** Footnote number that says how, 0 for none. */
  readonly mark: number
  /** Footnote number of our own note, 0 for none. */
  readonly note: number
}

export interface Figured {
  /** Footnote number of each row, 0 for none. */
  readonly rowNotes: ReadonlyArray<number>
  /** For every column of the table the figures of every row. */
  readonly columns: ReadonlyArray<ReadonlyArray<Figures>>
  /** Footnotes by number − 1. */
  readonly footnotes: ReadonlyArray<string>
}

/** A figure with fixed decimals; `bare` drops the zero before the point, as is usual for proportions. */
export const formatFigure = (value: number, digits: number, bare: boolean): string => {
  const text = value.toFixed(digits)
  const positiveZero = Number(text) === 0 ? text.replace("-", "") : text
  return bare ? positiveZero.replace(/^(-?)0\./, "$1.") : positiveZero
}

/** Whether every mean and reference of the column lies in [−1, 1]: proportions, printed without their zero. */
const isProportion = (table: ReportTable, id: string): boolean =>
  table.rows.every((row) => {
    const cell = row.cells[id]
    return Math.abs(cell?.mean ?? 0) <= 1 && Math.abs(cell?.reference ?? 0) <= 1
  })

/** Whether the 95 % interval of a paired difference excludes 0. */
export const differsFromZero = (difference: PairedDifference): boolean =>
  difference.ci95 !== null && (difference.ci95[0] > 0 || difference.ci95[1] < 0)

const sideOf = ({ difference }: ReportCell): Figures["differs"] =>
  difference === undefined || !differsFromZero(difference) ? null : difference.mean > 0 ? "above" : "below"

/** The largest number of values behind any cell. */
export const fullCount = (table: ReportTable): number =>
  table.rows.reduce(
    (most, row) => Object.values(row.cells).reduce((largest, cell) => Math.max(largest, cell.n), most),
    0
  )

/** Every seed that stands behind some figure, ascending. */
export const allSeeds = (table: ReportTable): ReadonlyArray<number> => {
  const seeds = new Set<number>()
  for (const row of table.rows)
    for (const cell of Object.values(row.cells)) for (const seed of cell.seeds) if (seed !== null) seeds.add(seed)
  return [...seeds].sort((left, right) => left - right)
}

/** The parts of a cell's note; a cell with fewer values than the fullest one says so even without a note. */
const noteParts = (cell: ReportCell | undefined, full: number): ReadonlyArray<string> => {
  if (cell === undefined) return []
  if (cell.note !== undefined) return cell.note.split("; ")
  return cell.n < full ? [`n = ${cell.n}`] : []
}

const distanceText = (distance: number | undefined): string =>
  distance === undefined ? "" : `z${distance < 0 ? "" : "+"}${distance.toFixed(1)}`

const cellFigures = (
  cell: ReportCell | undefined,
  column: ReportColumn,
  bare: boolean,
  notes: ReadonlyArray<string>,
  footnote: (text: string) => number,
  marks: boolean
): Figures => {
  const digits = column.digits ?? 4
  const print = (value: number | null | undefined): string =>
    value === null || value === undefined ? "" : formatFigure(value, digits, bare)
  return {
    mean: print(cell?.mean) || "–",
    sd: print(cell?.sd),
    low: print(cell?.ci95?.[0]),
    high: print(cell?.ci95?.[1]),
    reference: print(cell?.reference),
    distance: distanceText(cell?.referenceDistance),
    beside: print(cell?.beside?.mean),
    differs: cell === undefined ? null : sideOf(cell),
    isBest: cell?.best === true,
    isFlawed: cell?.referenceMark !== undefined,
    mark: cell?.referenceMark === undefined || !marks ? 0 : footnote(cell.referenceMark),
    note: notes.length === 0 ? 0 : footnote(notes.join("; "))
  }
}

/**
 * Prints every cell. What a note says of all cells of a row is said once, at the row. Footnotes are numbered in reading
 * order (rows first, then column by column); equal texts share a number. Without `marks` none says why a reference figure
 * contradicts itself.
 */
export const figured = (table: ReportTable, { marks }: { readonly marks: boolean } = { marks: true }): Figured => {
  const footnotes: Array<string> = []
  const footnote = (text: string): number => {
    const at = footnotes.indexOf(text)
    return at < 0 ? footnotes.push(text) : at + 1
  }
  const full = fullCount(table)
  const shared = table.rows.map((row) => {
    const [first = [], ...others] = table.columns.map((column) => noteParts(row.cells[column.id], full))
    return others.length === 0 ? [] : first.filter((part) => others.every((parts) => parts.includes(part)))
  })
  const rowNotes = shared.map((parts) => (parts.length === 0 ? 0 : footnote(parts.join("; "))))
  const columns = table.columns.map((column) => {
    const bare = isProportion(table, column.id)
    return table.rows.map((row, index) => {
      const cell = row.cells[column.id]
      const own = noteParts(cell, full).filter((part) => !(shared[index] ?? []).includes(part))
      return cellFigures(cell, column, bare, own, footnote, marks)
    })
  })
  return { rowNotes, columns, footnotes }
}

/** What the signs in a table mean: one sentence each, only for the signs that occur. */
export const legend = (
  table: ReportTable,
  signs: { readonly differs: string; readonly flawed: string } = {
    differs: "* differs from",
    flawed: "! marks one that contradicts itself"
  }
): ReadonlyArray<string> => {
  const cells = table.rows.flatMap((row) => Object.values(row.cells))
  const seeds = allSeeds(table)
  const full = fullCount(table)
  const over =
    seeds.length === 0 ? "a single run, without seeds" : `${full} ${full === 1 ? "seed" : "seeds"} (${rangesOf(seeds)})`
  const reference = table.referenceLabel ?? "reference"
  const besides = [...new Set(table.columns.flatMap((column) => column.beside?.label ?? []))]
  return [
    cells.some((cell) => cell.sd !== null)
      ? `Mean ± sample standard deviation over ${over}; [95\u00A0% interval of the mean].`
      : cells.some((cell) => cell.ci95 !== null)
        ? `Figures of ${over}; [95\u00A0% interval].`
        : `Figures of ${over}: no spread can be given.`,
    ...(cells.some((cell) => cell.reference !== undefined)
      ? [
          `${reference}: the figure printed there${
            cells.some((cell) => cell.referenceMark !== undefined) ? `; ${signs.flawed}` : ""
          }.`
        ]
      : []),
    ...(table.nearness === undefined ? [] : [table.nearness]),
    ...(besides.length === 0 ? [] : [`In parentheses: ${besides.join(", ")}.`]),
    ...(cells.some((cell) => cell.difference !== undefined)
      ? [
          `${signs.differs} the baseline (${table.baseline ?? ""}): the paired 95\u00A0% interval over shared seeds excludes 0.`
        ]
      : []),
    ...(table.statistics?.sentences ?? [])
  ]
}

/** Runs of neighbouring columns under one heading: indices into `table.columns`. */
export const columnGroups = (
  table: ReportTable
): ReadonlyArray<{ readonly heading: string; readonly columns: ReadonlyArray<number> }> => {
  const groups: Array<{ heading: string; columns: Array<number> }> = []
  for (const [index, column] of table.columns.entries()) {
    const heading = column.group ?? ""
    const last = groups.at(-1)
    if (last !== undefined && last.heading === heading) last.columns.push(index)
    else groups.push({ heading, columns: [index] })
  }
  return groups
}

export const columnHeading = (column: ReportColumn): string =>
  column.unit === undefined ? column.label : `${column.label} (${column.unit})`

/** Which parts a column has at all: what the formats make columns or lines for. */
export interface Parts {
  readonly spread: boolean
  readonly interval: boolean
  readonly reference: boolean
  readonly beside: boolean
}

export const columnParts = (cells: ReadonlyArray<Figures>): Parts => ({
  spread: cells.some((cell) => cell.sd !== ""),
  interval: cells.some((cell) => cell.low !== ""),
  reference: cells.some((cell) => cell.reference !== ""),
  beside: cells.some((cell) => cell.beside !== "")
})
