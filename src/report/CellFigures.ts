/** One figure of a table: all values over seeds, their summary, and what there is to say of those that are missing. */
import type { Measure } from "../domain/Metrics.ts"
import type { MetricKind, TableColumn } from "../domain/ResultTable.ts"
import type { ColumnSpec, ReferenceRow } from "../domain/TableSpec.ts"
import type { CellOutcome } from "./CellOutcome.ts"
import type { ReportCell } from "./ReportTable.ts"
import {
  type IntervalOptions,
  intervalOfMean,
  isConstant,
  isOfKind,
  mean,
  type SeedValue,
  sampleSd
} from "./statistics/index.ts"

/** What a share is a share of: 1, or 100 where it is printed in percent. */
export const scaleOf = ({ unit }: Pick<TableColumn, "unit">): number => (unit === "%" ? 100 : 1)

const RANGES: { readonly [K in MetricKind]: string } = {
  share: "parts of a whole",
  count: "0 or more",
  duration: "above 0",
  score: "numbers"
}

export const isDefined = (measure: Measure | undefined): measure is Measure & { readonly value: number } =>
  measure !== undefined && measure.value !== null && Number.isFinite(measure.value)

const unique = (texts: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(texts)]

/** "undefined in 2 of 5 seeds: no row predicted fear". */
const missingNotes = (cells: ReadonlyArray<CellOutcome>, metric: string): ReadonlyArray<string> => {
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
  return [
    ...(failed.length > 0 ? [`failed${among(failed.length)}`] : []),
    ...(unreached.length > 0 ? [`not computed${among(unreached.length)}`] : []),
    ...(absent.length > 0 ? [`not measured${among(absent.length)}`] : []),
    ...(undefinedOnes.length > 0 ? [`undefined${among(undefinedOnes.length)}: ${reasons.join(" / ")}`] : []),
    ...unique(measures.filter(isDefined).flatMap((measure) => measure.note ?? []))
  ]
}

/** Of the cells of one row, in the order of their seeds. `rows`: what the finite test set adds to the variance. */
export const tableCell = (
  cells: ReadonlyArray<CellOutcome>,
  column: ColumnSpec,
  reference: ReferenceRow | undefined,
  rows?: IntervalOptions["rows"]
): ReportCell => {
  const defined = cells.flatMap((cell) => {
    const measure = cell.metrics?.[column.metric]
    return isDefined(measure) ? [{ seed: cell.seed, value: measure.value, n: measure.n }] : []
  })
  const values = defined.map((figure) => figure.value)
  const sizes = defined.flatMap((figure) => figure.n ?? [])
  const scale = scaleOf(column)
  const kind = column.kind ?? "score"
  const isSized = sizes.length > 0 && sizes.length === values.length
  const fitted = intervalOfMean(kind, values, {
    scale,
    ...(isSized ? { sizes } : {}),
    ...(rows === undefined ? {} : { rows })
  })
  const undefinedIn = cells.filter(({ metrics }) => {
    const measure = metrics?.[column.metric]
    return measure !== undefined && !isDefined(measure)
  }).length
  const notes = [
    ...missingNotes(cells, column.metric),
    ...(isOfKind(kind, values, scale) ? [] : [`declared a ${kind}, but its figures are not all ${RANGES[kind]}`])
  ]
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
    mean: mean(values),
    sd: isConstant(values) ? 0 : sampleSd(values),
    n: values.length,
    ci95: fitted?.interval ?? null,
    ...(fitted === null ? {} : { interval: fitted.basis }),
    seeds: defined.map((figure) => figure.seed),
    ...(isSized ? { sizes } : {}),
    ...(undefinedIn === 0 ? {} : { undefinedIn }),
    ...(figure === undefined ? {} : { reference: figure.value }),
    ...(figure?.mark === undefined ? {} : { referenceMark: figure.mark }),
    ...(beside === undefined ? {} : { beside: { values: beside, mean: mean(beside) } }),
    ...(notes.length === 0 ? {} : { note: notes.join("; ") })
  }
}

/** A cell's figures with their seeds, for pairing. */
export const seedValues = (cell: ReportCell): ReadonlyArray<SeedValue> =>
  cell.values.map((value, index) => ({ seed: cell.seeds[index] ?? null, value }))
