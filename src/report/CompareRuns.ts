/** Two runs side by side: what they were given, and figure by figure what came out, paired over shared seeds. */
import type { PairedDifference } from "../domain/ResultTable.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import { seedValues } from "./BuildTable.ts"
import { differsFromZero } from "./format/Figures.ts"
import { type CellNodes, type InputDifference, inputDifferences, recordDifferences } from "./InputDifferences.ts"
import type { ReportCell, ReportColumn, ReportRow, ReportTable } from "./ReportTable.ts"
import { pairedDifference, sharedDifferences } from "./statistics/index.ts"

/** One side of a comparison. */
export interface RunSide {
  readonly run: RunRecord
  readonly table: ReportTable
  /** By cell id the nodes behind the cell's metrics; cells that failed may be missing. */
  readonly cells: Readonly<Record<string, CellNodes>>
}

/** A run of the two. */
export interface ComparedSide {
  readonly experiment: string
  readonly runId: string
  readonly contentHash: string
  readonly rows: number
}

/** One figure of both. */
export interface ComparedCell {
  /** The means over each side's own seeds. */
  readonly a: number | null
  readonly b: number | null
  /** b − a over the seeds that both have; null where they share none. */
  readonly difference: PairedDifference | null
  /** Every shared seed has the same value to the last bit. */
  readonly identical: boolean
  /** The 95 % interval of the difference excludes 0. */
  readonly excludesZero: boolean
  readonly note?: string
}

/** A row that both have. */
export interface ComparedRow {
  readonly id: string
  readonly labels: Readonly<Record<string, string>>
  readonly cells: Readonly<Record<string, ComparedCell>>
}

/** What differs between two runs, a and b. */
export interface Comparison {
  readonly a: ComparedSide
  readonly b: ComparedSide
  /** Equal content hashes: the same metric artifacts behind the same rows and seeds. */
  readonly identical: boolean
  readonly inputs: ReadonlyArray<InputDifference>
  /** Cells that both runs have the nodes of: what `inputs` counts. */
  readonly sharedCells: number
  readonly axes: ReadonlyArray<string>
  readonly columns: ReadonlyArray<ReportColumn>
  readonly rows: ReadonlyArray<ComparedRow>
  readonly onlyA: { readonly rows: ReadonlyArray<string>; readonly columns: ReadonlyArray<string> }
  readonly onlyB: { readonly rows: ReadonlyArray<string>; readonly columns: ReadonlyArray<string> }
  /** Intervals that exclude 0, of all that could be taken of figures that are not identical. */
  readonly excluding: number
  readonly intervals: number
  /** The most seeds any pair of cells shares: no exact p is below 2^(1 − seeds). */
  readonly seeds: number
}

const missing = (side: string, cell: ReportCell | undefined): string | undefined =>
  cell === undefined || cell.n === 0 ? `${side}: ${cell?.note ?? "no figure"}` : undefined

const compareCells = (left: ReportCell | undefined, right: ReportCell | undefined): ComparedCell => {
  const pairs = left === undefined || right === undefined ? [] : sharedDifferences(seedValues(right), seedValues(left))
  const difference = pairedDifference(pairs)
  const absent = [missing("a", left), missing("b", right)].filter((text) => text !== undefined)
  const note = absent.length > 0 ? absent.join("; ") : pairs.length === 0 ? "no seed in common" : undefined
  return {
    a: left?.mean ?? null,
    b: right?.mean ?? null,
    difference,
    identical: pairs.length > 0 && pairs.every((each) => each === 0),
    excludesZero: difference !== null && differsFromZero(difference),
    ...(note === undefined ? {} : { note })
  }
}

/** Pairs the rows whose labels agree on the axes that both tables have; ambiguous ones by id. */
const matchRows = (a: ReportTable, b: ReportTable): ReadonlyMap<ReportRow, ReportRow> => {
  const shared = a.axes.filter((axis) => b.axes.includes(axis))
  const key = (row: ReportRow): string => JSON.stringify(shared.map((axis) => row.labels[axis]))
  const count = (rows: ReadonlyArray<ReportRow>) => new Set(rows.map(key)).size
  const isUnique = shared.length > 0 && count(a.rows) === a.rows.length && count(b.rows) === b.rows.length
  const identity = isUnique ? key : (row: ReportRow) => row.id
  const others = new Map(b.rows.map((row) => [identity(row), row]))
  return new Map(
    a.rows.flatMap((row) => {
      const other = others.get(identity(row))
      return other === undefined ? [] : [[row, other] as const]
    })
  )
}

const sideOf = ({ run, table }: RunSide): ComparedSide => ({
  experiment: run.experiment,
  runId: run.id,
  contentHash: table.contentHash,
  rows: table.rows.length
})

/** Compares run `b` with run `a`: every difference is b − a. Pure; prints nothing. */
export const compareRuns = (a: RunSide, b: RunSide): Comparison => {
  const columns = a.table.columns.filter((column) => b.table.columns.some((other) => other.id === column.id))
  const matched = matchRows(a.table, b.table)
  const partners = new Set(matched.values())
  const rows = [...matched].map(
    ([left, right]): ComparedRow => ({
      id: left.id,
      labels: left.labels,
      cells: Object.fromEntries(
        columns.map((column) => [column.id, compareCells(left.cells[column.id], right.cells[column.id])])
      )
    })
  )
  const cells = rows.flatMap((row) => Object.values(row.cells))
  const tested = cells.filter((cell) => !cell.identical && (cell.difference?.ci95 ?? null) !== null)
  const idsOf = (side: ReportTable, other: ReportTable) =>
    side.columns.filter((column) => !other.columns.some((each) => each.id === column.id)).map((column) => column.id)
  return {
    a: sideOf(a),
    b: sideOf(b),
    identical: a.table.contentHash === b.table.contentHash,
    inputs: [
      ...recordDifferences(
        "setting",
        { ...a.run.settings, "--only": a.run.only },
        { ...b.run.settings, "--only": b.run.only }
      ),
      ...inputDifferences(a.cells, b.cells),
      ...recordDifferences("environment", { ...a.run.environment }, { ...b.run.environment })
    ],
    sharedCells: Object.keys(a.cells).filter((id) => b.cells[id] !== undefined).length,
    axes: a.table.axes,
    columns,
    rows,
    onlyA: {
      rows: a.table.rows.filter((row) => !matched.has(row)).map((row) => row.id),
      columns: idsOf(a.table, b.table)
    },
    onlyB: {
      rows: b.table.rows.filter((row) => !partners.has(row)).map((row) => row.id),
      columns: idsOf(b.table, a.table)
    },
    excluding: tested.filter((cell) => cell.excludesZero).length,
    intervals: tested.length,
    seeds: cells.reduce((most, cell) => Math.max(most, cell.difference?.n ?? 0), 0)
  }
}
