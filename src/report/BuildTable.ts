/** From the metrics of every cell to the table of results. */
import { createHash } from "node:crypto"
import * as CellId from "../domain/CellId.ts"
import type { Measure, Metrics } from "../domain/Metrics.ts"
import type { ColumnSpec, ReferenceRow, TableSpec } from "../domain/TableSpec.ts"
import { findings } from "./Claims.ts"
import { failureNotes } from "./FailureNotes.ts"
import { findingNotes } from "./FindingTexts.ts"
import type { ReportCell, ReportColumn, ReportRow, ReportTable } from "./ReportTable.ts"
import { mean, pairedDifference, type SeedValue, sharedDifferences, summarize } from "./statistics/index.ts"

/** One cell of the grid with what it produced. */
export interface CellOutcome {
  /** Axis name to printed value, in axis order, without the seed. */
  readonly labels: Readonly<Record<string, string>>
  readonly seed: number | null
  /** Null where the cell failed or was skipped. */
  readonly metrics: Metrics | null
  /** Why there are no metrics, in one line. */
  readonly failure?: string
  /** True where it has no metrics because its run did not reach it. */
  readonly unreached?: boolean
  /** The metric artifact's hash; anything (`""`) for a failed cell. */
  readonly outputs: string
}

export interface TableMeta {
  readonly experiment: string
  readonly runId: string | null
  /** What the experiment calls its seeds; default `seed`. */
  readonly seedAxis?: string | null
  /** Sentences after those of the specification: data, vectors, split, backend, stand-ins. */
  readonly caption?: ReadonlyArray<string>
  /** Things the stages counted: missing words, slips of the paper. */
  readonly notes?: ReadonlyArray<string>
}

const DEFAULT_DIGITS = 4

/**
 * The axes that label the rows: the specification's, then those that would otherwise pool different variants in one row
 * (two cells of one row and one seed), so that nothing is averaged that the reader cannot see.
 */
const rowAxes = (spec: TableSpec, cells: ReadonlyArray<CellOutcome>): ReadonlyArray<string> => {
  const all = [...new Set(cells.flatMap((cell) => Object.keys(cell.labels)))]
  const shown = spec.rows.filter((axis) => all.includes(axis) || cells.length === 0)
  const hidden = all.filter((axis) => !shown.includes(axis))
  const varies = hidden.filter((axis) => {
    const seen = new Map<string, string>()
    return cells.some((cell) => {
      const row = CellId.ofLabels(cell.labels, shown)
      const value = cell.labels[axis] ?? ""
      if (!seen.has(row)) seen.set(row, value)
      return seen.get(row) !== value
    })
  })
  return [...shown, ...varies]
}

const bySeed = (left: CellOutcome, right: CellOutcome): number =>
  left.seed === null ? (right.seed === null ? 0 : -1) : right.seed === null ? 1 : left.seed - right.seed

const isDefined = (measure: Measure | undefined): measure is Measure & { readonly value: number } =>
  measure !== undefined && measure.value !== null && Number.isFinite(measure.value)

const unique = (texts: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(texts)]

/** "undefined in 2 of 5 seeds: no row predicted fear". */
const missingNote = (cells: ReadonlyArray<CellOutcome>, metric: string): string | undefined => {
  const seeded = cells.some((cell) => cell.seed !== null)
  const among = (count: number): string => (seeded ? ` in ${count} of ${cells.length} seeds` : "")
  const unreached = cells.filter((cell) => cell.unreached === true)
  const failed = cells.filter((cell) => cell.metrics === null && cell.unreached !== true)
  const measures = cells.flatMap((cell) => (cell.metrics === null ? [] : [cell.metrics[metric]]))
  const absent = measures.filter((measure) => measure === undefined)
  const undefinedOnes = measures.filter((measure) => measure !== undefined && !isDefined(measure))
  const reasons = unique(
    undefinedOnes.map(
      (measure) => measure?.note ?? (measure?.value === null ? "no reason given" : "not a finite number")
    )
  )
  const parts = [
    ...(failed.length > 0 ? [`failed${among(failed.length)}`] : []),
    ...(unreached.length > 0 ? [`not computed${among(unreached.length)}`] : []),
    ...(absent.length > 0 ? [`not measured${among(absent.length)}`] : []),
    ...(undefinedOnes.length > 0 ? [`undefined${among(undefinedOnes.length)}: ${reasons.join(" / ")}`] : []),
    ...unique(measures.filter(isDefined).flatMap((measure) => measure.note ?? []))
  ]
  return parts.length === 0 ? undefined : parts.join("; ")
}

const tableCell = (
  cells: ReadonlyArray<CellOutcome>,
  column: ColumnSpec,
  reference: ReferenceRow | undefined
): ReportCell => {
  const defined = cells.flatMap((cell) => {
    const measure = cell.metrics?.[column.metric]
    return isDefined(measure) ? [{ seed: cell.seed, value: measure.value, n: measure.n }] : []
  })
  const values = defined.map((figure) => figure.value)
  const sizes = defined.flatMap((figure) => figure.n ?? [])
  const summary = summarize(values)
  const note = missingNote(cells, column.metric)
  const figure = reference?.figures[column.metric]
  const besideMetric = column.beside?.metric
  const beside =
    besideMetric === undefined
      ? undefined
      : cells.flatMap((cell) => {
          const measure = cell.metrics?.[besideMetric]
          return isDefined(measure) ? [measure.value] : []
        })
  return {
    values,
    mean: summary.mean,
    sd: summary.sd,
    n: summary.n,
    ci95: summary.interval,
    seeds: defined.map((figure) => figure.seed),
    ...(sizes.length > 0 && sizes.length === values.length ? { sizes } : {}),
    ...(figure === undefined ? {} : { reference: figure.value }),
    ...(figure?.mark === undefined ? {} : { referenceMark: figure.mark }),
    ...(beside === undefined ? {} : { beside: { values: beside, mean: mean(beside) } }),
    ...(note === undefined ? {} : { note })
  }
}

/** A cell's figures with their seeds, for pairing. */
export const seedValues = (cell: ReportCell): ReadonlyArray<SeedValue> =>
  cell.values.map((value, index) => ({ seed: cell.seeds[index] ?? null, value }))

/** The baseline row that agrees with `row` on every axis the baseline does not fix. */
const baselineOf = (
  row: ReportRow,
  rows: ReadonlyArray<ReportRow>,
  axes: ReadonlyArray<string>,
  baseline: Readonly<Record<string, string>>
): ReportRow | undefined =>
  rows.find((other) =>
    axes.every((axis) => other.labels[axis] === (axis in baseline ? baseline[axis] : row.labels[axis]))
  )

const isBaseline = (row: ReportRow, baseline: Readonly<Record<string, string>>): boolean =>
  Object.entries(baseline).every(([axis, value]) => row.labels[axis] === value)

const withDifferences = (row: ReportRow, base: ReportRow): ReportRow => ({
  ...row,
  cells: Object.fromEntries(
    Object.entries(row.cells).map(([id, cell]) => {
      const other = base.cells[id]
      const difference =
        other === undefined ? null : pairedDifference(sharedDifferences(seedValues(cell), seedValues(other)))
      return [id, difference === null ? cell : { ...cell, difference }]
    })
  )
})

/** Length-prefixed, so that no two lists of parts share an encoding. */
const contentHash = (parts: ReadonlyArray<string>): string => {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part},`)
  return hash.digest("hex")
}

/**
 * Builds the table. Rows stand in the order of their first cell; the values of a row in ascending seed order. Undefined
 * and failed figures are left out, counted and noted; nothing that is not finite gets in. A reference row applies to all
 * rows whose labels agree with all of its own. The content hash covers row, seed and metric artifact of every cell.
 */
export const buildTable = (spec: TableSpec, cells: ReadonlyArray<CellOutcome>, meta: TableMeta): ReportTable => {
  const axes = rowAxes(spec, cells)
  const groups = new Map<string, Array<CellOutcome>>()
  for (const cell of cells) {
    const id = CellId.ofLabels(cell.labels, axes)
    const group = groups.get(id)
    if (group === undefined) groups.set(id, [cell])
    else group.push(cell)
  }
  const parts: Array<string> = []
  const plain = [...groups].map(([id, group]): ReportRow => {
    const ordered = group.toSorted(bySeed)
    for (const cell of ordered) parts.push(id, `${cell.seed}`, cell.metrics === null ? "failed" : cell.outputs)
    const labels = Object.fromEntries(axes.map((axis) => [axis, ordered[0]?.labels[axis] ?? ""]))
    const reference = spec.reference?.rows.find((candidate) =>
      Object.entries(candidate.labels).every(([axis, value]) => labels[axis] === value)
    )
    return {
      id,
      labels,
      cells: Object.fromEntries(spec.columns.map((column) => [column.metric, tableCell(ordered, column, reference)]))
    }
  })
  const { baseline } = spec
  const compared =
    baseline === undefined
      ? plain
      : plain.map((row) => {
          if (isBaseline(row, baseline)) return row
          const base = baselineOf(row, plain, axes, baseline)
          return base === undefined ? row : withDifferences(row, base)
        })
  const unmatched =
    baseline === undefined
      ? []
      : plain.filter((row) => !isBaseline(row, baseline) && baselineOf(row, plain, axes, baseline) === undefined)
  const baselineName = baseline === undefined ? "" : Object.values(baseline).join(" · ")
  const added = axes.filter((axis) => !spec.rows.includes(axis))
  const columns = spec.columns.map(
    (column): ReportColumn => ({
      id: column.metric,
      label: column.label,
      ...(column.unit === undefined ? {} : { unit: column.unit }),
      ...(column.group === undefined ? {} : { group: column.group }),
      digits: column.digits ?? DEFAULT_DIGITS,
      ...(column.beside === undefined ? {} : { beside: column.beside })
    })
  )
  const found = findings(spec.claims ?? [], compared, columns)
  const failures = failureNotes(cells, axes, meta.seedAxis ?? "seed")
  const measured = meta.caption ?? []
  return {
    experiment: meta.experiment,
    runId: meta.runId,
    title: spec.title,
    caption: [...(spec.sources ?? []), ...spec.caption, ...measured],
    sources: [...(spec.sources ?? spec.caption), ...measured],
    findings: found,
    failures,
    notes: [
      ...findingNotes(found, columns),
      ...(meta.notes ?? []),
      ...(added.length === 0
        ? []
        : [`Rows are split by ${added.join(", ")} too: it varies within the rows asked for.`]),
      ...(unmatched.length === 0
        ? []
        : [`${unmatched.length} of ${plain.length} rows have no baseline row (${baselineName}) to be compared with.`]),
      ...failures
    ],
    axes,
    columns,
    rows: compared,
    ...(baseline === undefined ? {} : { baseline: baselineName }),
    ...(spec.reference === undefined ? {} : { referenceLabel: spec.reference.label }),
    ...(spec.headline === undefined ? {} : { headline: spec.headline }),
    contentHash: contentHash(parts)
  }
}
