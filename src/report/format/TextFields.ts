/** What the columns of a table print in a terminal: aligned fields of one or two lines a row. */

import { displayWidth, padStart, truncate } from "../../domain/DisplayWidth.ts"
import { withoutShared } from "../Constants.ts"
import type { ReportTable } from "../ReportTable.ts"
import { columnHeading, type Figured, type Figures } from "./Figures.ts"
import { singleLine } from "./TextLines.ts"

/** One printed field: its heading lines and, for every row, its lines. */
export interface Field {
  readonly heading: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
  readonly width: number
}

/** How the fields are arranged. */
export interface Style {
  /** Intervals and besides under the figures instead of next to them. */
  readonly stackedCells: boolean
  /** All axes but the first under the first. */
  readonly stackedLabels: boolean
}

/** Between columns, and between the fields of one column. */
export const GAP = 2
export const INNER_GAP = 1
const widest = (texts: Iterable<string>): number => {
  let width = 0
  for (const text of texts) width = Math.max(width, displayWidth(text))
  return width
}

const field = (heading: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): Field => ({
  heading,
  rows,
  width: widest([...heading, ...rows.flat()])
})

const isEmpty = (rows: ReadonlyArray<string>): boolean => rows.every((text) => text === "")

/** Of a figure that differs from the baseline: on which side. */
export const SIDES = { above: "↑", below: "↓" } as const

/** Behind the best figure of a column: a terminal prints it bold as well. */
export const BEST = "◆"

/** Mean and sd of every row, aligned on their decimal points, with their signs. */
export const mainTexts = (cells: ReadonlyArray<Figures>): ReadonlyArray<string> => {
  const meanWidth = widest(cells.map((cell) => cell.mean))
  const sdWidth = widest(cells.map((cell) => cell.sd))
  return cells.map((cell) => {
    const spread = sdWidth === 0 ? "" : cell.sd === "" ? " ".repeat(sdWidth + 2) : ` ±${padStart(cell.sd, sdWidth)}`
    const signs = `${cell.isBest ? BEST : ""}${cell.differs === null ? "" : SIDES[cell.differs]}${cell.note === 0 ? "" : `^${cell.note}`}`
    return (padStart(cell.mean, meanWidth) + spread + signs).trimEnd()
  })
}

export const intervalTexts = (cells: ReadonlyArray<Figures>): ReadonlyArray<string> => {
  const low = widest(cells.map((cell) => cell.low))
  const high = widest(cells.map((cell) => cell.high))
  return cells.map((cell) => (cell.low === "" ? "" : `[${padStart(cell.low, low)} ${padStart(cell.high, high)}]`))
}

export const referenceTexts = (cells: ReadonlyArray<Figures>): ReadonlyArray<string> => {
  const width = widest(cells.map((cell) => cell.reference))
  const texts = cells.map((cell) =>
    cell.reference === "" ? "" : padStart(cell.reference, width) + (cell.isFlawed ? `!${cell.mark || ""}` : "")
  )
  const full = widest(texts)
  return texts.map((text, at) => {
    const distance = cells[at]?.distance ?? ""
    return distance === "" ? text : `${text}${" ".repeat(full - displayWidth(text))} ${distance}`
  })
}

export const besideTexts = (cells: ReadonlyArray<Figures>): ReadonlyArray<string> =>
  cells.map((cell) => (cell.beside === "" ? "" : `(${cell.beside})`))

const pair = (upper: ReadonlyArray<string>, lower: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> =>
  upper.map((text, index) => [text, lower[index] ?? ""])

/** The fields that one column of the table prints. */
const columnFields = (
  table: ReportTable,
  cells: ReadonlyArray<Figures>,
  index: number,
  stacked: boolean
): ReadonlyArray<Field> => {
  const main = mainTexts(cells)
  const interval = intervalTexts(cells)
  const reference = referenceTexts(cells)
  const beside = besideTexts(cells)
  const isMean = table.rows.some((row) => (row.cells[table.columns[index]?.id ?? ""]?.n ?? 0) > 1)
  const mainHeading = cells.some((cell) => cell.sd !== "") ? "mean ±sd" : isMean ? "mean" : "value"
  const referenceHeading = table.referenceLabel ?? "reference"
  const besideHeading = `(${table.columns[index]?.beside?.label ?? ""})`
  const hasInterval = !isEmpty(interval)
  const hasReference = !isEmpty(reference)
  const hasBeside = !isEmpty(beside)
  const single = (heading: string, texts: ReadonlyArray<string>): Field =>
    field(
      [heading],
      texts.map((text) => [text])
    )
  const hasLower = stacked && hasInterval
  if (!hasLower)
    return [
      single(mainHeading, main),
      ...(hasInterval ? [single("[95 % CI]", interval)] : []),
      ...(hasBeside ? [single(besideHeading, beside)] : []),
      ...(hasReference ? [single(referenceHeading, reference)] : [])
    ]
  const besides = [hasReference ? referenceHeading : "", hasBeside ? besideHeading : ""]
  return [
    field([mainHeading, "[95 % CI]"], pair(main, interval)),
    ...(hasBeside
      ? [field(besides, pair(reference, beside))]
      : hasReference
        ? [
            field(
              besides,
              reference.map((text) => [text])
            )
          ]
        : [])
  ]
}

/**
 * Rows under headings of their own: where the first axis has long runs of one label, it is told once above each of them and
 * not in every row.
 */
export interface Sections {
  readonly axis: string
  /** By the index of the first row of each. */
  readonly headings: ReadonlyMap<number, string>
}

/** A section has at least this many rows on average. */
const LEAST_ROWS = 3

const sectionsOf = ({ rows }: ReportTable, axes: ReadonlyArray<string>): Sections | null => {
  const [axis] = axes
  if (axis === undefined || axes.length < 2) return null
  const headings = new Map<number, string>()
  for (const [at, { labels }] of rows.entries())
    if (at === 0 || rows[at - 1]?.labels[axis] !== labels[axis])
      headings.set(at, `${axis}: ${singleLine(labels[axis] ?? "")}`)
  const isWorthIt = headings.size > 1 && rows.length >= LEAST_ROWS * headings.size
  return isWorthIt && new Set(headings.values()).size === headings.size ? { axis, headings } : null
}

const labelFields = (
  table: ReportTable,
  axes: ReadonlyArray<string>,
  rowNotes: ReadonlyArray<number>,
  stacked: boolean,
  limit: number
): ReadonlyArray<Field> => {
  const [first, ...others] = axes
  if (first === undefined) return []
  const label = (row: number, axis: string): string => {
    const sign = axis === first && (rowNotes[row] ?? 0) > 0 ? ` ^${rowNotes[row]}` : ""
    return truncate(singleLine(table.rows[row]?.labels[axis] ?? ""), limit - sign.length) + sign
  }
  if (!stacked || others.length === 0)
    return axes.map((axis) =>
      field(
        [axis],
        table.rows.map((_, row) => [label(row, axis)])
      )
    )
  const rest = (row: number) => `  ${others.map((axis) => label(row, axis)).join(" · ")}`
  return [
    field(
      [first, truncate(`  ${others.join(" · ")}`, limit)],
      table.rows.map((_, row) => [label(row, first), rest(row)])
    )
  ]
}

/** Width of fields next to each other. */
export const span = (fields: ReadonlyArray<Field>, gap: number): number =>
  fields.reduce((total, each) => total + each.width, gap * Math.max(0, fields.length - 1))

/** One column of the table with its heading lines and its fields, at least as wide as its heading. */
export interface Column {
  readonly heading: string
  readonly fields: ReadonlyArray<Field>
  readonly width: number
}

/** All that a table prints in one arrangement. */
export interface Layout {
  readonly labels: ReadonlyArray<Field>
  readonly columns: ReadonlyArray<Column>
  readonly sections: Sections | null
}

/** Labels are cut after `limit` columns. */
export const layOut = (
  table: ReportTable,
  printed: Figured,
  { stackedCells, stackedLabels }: Style,
  limit: number
): Layout => {
  const { axes: varying } = withoutShared(table)
  const sections = sectionsOf(table, varying)
  const axes = varying.filter((axis) => axis !== sections?.axis)
  return {
    labels: labelFields(table, axes, printed.rowNotes, stackedLabels, limit),
    columns: table.columns.map((column, index): Column => {
      const cells = printed.columns[index] ?? []
      const fields = columnFields(table, cells, index, stackedCells)
      const heading = singleLine(columnHeading(column))
      return { heading, fields, width: Math.max(span(fields, INNER_GAP), displayWidth(heading)) }
    }),
    sections
  }
}
