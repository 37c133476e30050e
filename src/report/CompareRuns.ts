/** Two runs side by side: what they were given, and figure by figure what came out, paired over shared seeds. */
import type { PairedDifference } from "../domain/ResultTable.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import { seedValues } from "./CellFigures.ts"
import { differsFromZero } from "./format/Figures.ts"
import { type CellNodes, type InputDifference, inputDifferences, recordDifferences } from "./InputDifferences.ts"
import type { ReportCell, ReportColumn, ReportRow, ReportTable } from "./ReportTable.ts"
import { mean, pairedDifference, sharedDifferences } from "./statistics/index.ts"

/** One side of a comparison: a run, some of its rows, or a table from a file. */
export interface RunSide {
  /** Null of a table from a file: what it was made from is not told there. */
  readonly run: RunRecord | null
  readonly table: ReportTable
  /** By cell id the nodes behind the cell's metrics; cells that failed may be missing. */
  readonly cells: Readonly<Record<string, CellNodes>>
  /** The file, or the rows that are meant. */
  readonly name?: string
}

/** A run of the two. */
export interface ComparedSide {
  readonly experiment: string
  readonly runId: string | null
  /** The file, or the rows that are meant, where it is not a whole run. */
  readonly name?: string
  readonly contentHash: string
  readonly rows: number
}

/** One figure of both. */
export interface ComparedCell {
  /** The means over the seeds that both have; over each side's own where they share none. */
  readonly a: number | null
  readonly b: number | null
  /** Values that both sides have of one seed, and that each has. */
  readonly seeds: { readonly shared: number; readonly a: number; readonly b: number }
  /** `new`: only b has figures. `gone`: only a. `none`: neither. `same`: to the last bit, in every seed of both. */
  readonly state: "same" | "changed" | "new" | "gone" | "none"
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

/** How many figures are in each state; those of rows and columns that only one side has are new or gone. */
export type StateCounts = Readonly<Record<Exclude<ComparedCell["state"], "none">, number>>

/** What differs between two runs, a and b. */
export interface Comparison {
  readonly a: ComparedSide
  readonly b: ComparedSide
  /** Equal content hashes: the same metric artifacts behind the same rows and seeds. */
  readonly identical: boolean
  readonly inputs: ReadonlyArray<InputDifference>
  /** Whether the inputs of both sides are known: not of a table from a file. */
  readonly hasInputs: boolean
  /** Cells that both runs have the nodes of: what `inputs` counts. */
  readonly sharedCells: number
  readonly axes: ReadonlyArray<string>
  /** The axes of each side's rows, to tell why they have none in common. */
  readonly axesOf: { readonly a: ReadonlyArray<string>; readonly b: ReadonlyArray<string> }
  readonly columns: ReadonlyArray<ReportColumn>
  readonly rows: ReadonlyArray<ComparedRow>
  readonly counts: StateCounts
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

const stateOf = (
  left: ReportCell | undefined,
  right: ReportCell | undefined,
  identical: boolean
): ComparedCell["state"] => {
  const [a, b] = [left?.n ?? 0, right?.n ?? 0]
  if (a === 0 || b === 0) return a > 0 ? "gone" : b > 0 ? "new" : "none"
  return identical && a === b ? "same" : "changed"
}

/** The mean of the values that both have of one seed. */
const sharedMean = (own: ReportCell | undefined, other: ReportCell | undefined): number | null => {
  const seeds = new Set(other?.seeds ?? [])
  const shared = own === undefined ? [] : seedValues(own).filter(({ seed }) => seeds.has(seed))
  return shared.length === 0 ? (own?.mean ?? null) : mean(shared.map(({ value }) => value))
}

const compareCells = (left: ReportCell | undefined, right: ReportCell | undefined): ComparedCell => {
  const pairs = left === undefined || right === undefined ? [] : sharedDifferences(seedValues(right), seedValues(left))
  const difference = pairedDifference(pairs)
  const absent = [missing("a", left), missing("b", right)].filter((text) => text !== undefined)
  const note = absent.length > 0 ? absent.join("; ") : pairs.length === 0 ? "no seed in common" : undefined
  const identical = pairs.length > 0 && pairs.every((each) => each === 0)
  return {
    a: sharedMean(left, right),
    b: sharedMean(right, left),
    seeds: { shared: pairs.length, a: left?.n ?? 0, b: right?.n ?? 0 },
    state: stateOf(left, right, identical),
    difference,
    identical,
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

/** Figures of rows and columns of a table that its counterpart does not have. */
const figuresOnlyIn = (
  { columns, rows }: ReportTable,
  hasRow: (row: ReportRow) => boolean,
  hasColumn: (column: string) => boolean
): number =>
  rows.reduce(
    (total, row) =>
      total + columns.filter(({ id }) => (row.cells[id]?.n ?? 0) > 0 && !(hasRow(row) && hasColumn(id))).length,
    0
  )

const sideOf = ({ name, run, table }: RunSide): ComparedSide => ({
  experiment: run?.experiment ?? table.experiment,
  runId: run?.id ?? table.runId,
  ...(name === undefined ? {} : { name }),
  contentHash: table.contentHash,
  rows: table.rows.length
})

type WithRun = RunSide & { readonly run: RunRecord }

const runDifferences = (a: WithRun, b: WithRun): ReadonlyArray<InputDifference> => [
  ...recordDifferences(
    "setting",
    { ...a.run.settings, "--only": a.run.only },
    { ...b.run.settings, "--only": b.run.only }
  ),
  ...inputDifferences(a.cells, b.cells),
  ...recordDifferences("environment", { ...a.run.environment }, { ...b.run.environment })
]

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
  const shared = new Set(columns.map(({ id }) => id))
  const inState = (state: ComparedCell["state"]) => cells.filter((cell) => cell.state === state).length
  const counts: StateCounts = {
    same: inState("same"),
    changed: inState("changed"),
    new:
      inState("new") +
      figuresOnlyIn(
        b.table,
        (row) => partners.has(row),
        (id) => shared.has(id)
      ),
    gone:
      inState("gone") +
      figuresOnlyIn(
        a.table,
        (row) => matched.has(row),
        (id) => shared.has(id)
      )
  }
  const tested = cells.filter((cell) => !cell.identical && (cell.difference?.ci95 ?? null) !== null)
  const idsOf = (side: ReportTable, other: ReportTable) =>
    side.columns.filter((column) => !other.columns.some((each) => each.id === column.id)).map((column) => column.id)
  return {
    a: sideOf(a),
    b: sideOf(b),
    // Some rows of a run have the content hash of all of them.
    identical: a.name === undefined && b.name === undefined && a.table.contentHash === b.table.contentHash,
    inputs: a.run === null || b.run === null ? [] : runDifferences({ ...a, run: a.run }, { ...b, run: b.run }),
    hasInputs: a.run !== null && b.run !== null,
    sharedCells: Object.keys(a.cells).filter((id) => b.cells[id] !== undefined).length,
    axes: a.table.axes,
    axesOf: { a: a.table.axes, b: b.table.axes },
    columns,
    rows,
    counts,
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
