/** What CSV has of every figure, field by field: the exporters write these, and `verify` holds a file to them. */
import type { FactorEffect } from "../../domain/ResultTable.ts"
import { effectName } from "../EffectTexts.ts"
import type { ReportCell, ReportColumn } from "../ReportTable.ts"

export type FieldValue = string | number | null | undefined

/** What a line tells: a figure; of an effect its difference alone. */
export type CsvCell = Partial<ReportCell> | undefined

export interface CsvField {
  readonly name: string
  readonly of: (cell: CsvCell, column: ReportColumn) => FieldValue | ReadonlyArray<number | null>
}

/** What tells the column. */
export const columnFields: ReadonlyArray<CsvField> = [
  { name: "column", of: (_, column) => column.id },
  { name: "group", of: (_, column) => column.group },
  { name: "label", of: (_, column) => column.label },
  { name: "unit", of: (_, column) => column.unit }
]

/** What is in the cell. Lists are in the order of the seeds. */
export const cellFields: ReadonlyArray<CsvField> = [
  { name: "n", of: (cell) => cell?.n },
  { name: "mean", of: (cell) => cell?.mean },
  { name: "sd", of: (cell) => cell?.sd },
  { name: "ci95_low", of: (cell) => cell?.ci95?.[0] },
  { name: "ci95_high", of: (cell) => cell?.ci95?.[1] },
  { name: "interval", of: (cell) => cell?.interval?.method },
  { name: "interval_covers", of: (cell) => cell?.interval?.covers },
  { name: "values", of: (cell) => cell?.values },
  { name: "seeds", of: (cell) => cell?.seeds },
  { name: "sizes", of: (cell) => cell?.sizes },
  { name: "reference", of: (cell) => cell?.reference },
  { name: "reference_mark", of: (cell) => cell?.referenceMark },
  { name: "reference_distance", of: (cell) => cell?.referenceDistance },
  { name: "difference_n", of: (cell) => cell?.difference?.n },
  { name: "difference_mean", of: (cell) => cell?.difference?.mean },
  { name: "difference_ci95_low", of: (cell) => cell?.difference?.ci95?.[0] },
  { name: "difference_ci95_high", of: (cell) => cell?.difference?.ci95?.[1] },
  { name: "difference_p", of: (cell) => cell?.difference?.p },
  { name: "difference_p_t", of: (cell) => cell?.difference?.pT },
  { name: "difference_p_holm", of: (cell) => cell?.difference?.pHolm },
  { name: "difference_effect", of: (cell) => cell?.difference?.effect },
  { name: "difference_seeds_needed", of: (cell) => cell?.difference?.seedsNeeded },
  { name: "best", of: (cell) => (cell?.best === true ? "best" : undefined) },
  { name: "beside", of: (_, column) => column.beside?.metric },
  { name: "beside_mean", of: (cell) => cell?.beside?.mean },
  { name: "note", of: (cell) => cell?.note }
]

/** The parts of a figure that the wide form has, each in a column of its own. */
export const wideFields: ReadonlyArray<CsvField> = cellFields.filter(({ name }) =>
  [
    ...["n", "mean", "sd", "ci95_low", "ci95_high", "reference", "reference_distance"],
    ...["difference_mean", "difference_ci95_low", "difference_ci95_high", "difference_p_holm", "note"]
  ].includes(name)
)

/** What tells a main effect or an interaction, in tables that have them: its line is of no row, and has a difference alone. */
export const effectFields: ReadonlyArray<{ readonly name: string; readonly of: (effect: FactorEffect) => string }> = [
  { name: "effect", of: effectName },
  { name: "effect_aliases", of: ({ aliases }) => aliases.join(";") }
]

/** The text of a field; null and undefined are empty, lists are joined by semicolons. */
export const fieldText = (value: ReturnType<CsvField["of"]>): string =>
  value === null || value === undefined ? "" : typeof value === "object" ? value.join(";") : String(value)

/** Before the axes of a row. */
export const IDENTITY = ["experiment", "run", "content", "row"] as const

/** The heading of an axis: another one where a field is called so. */
export const axisNames = (axes: ReadonlyArray<string>): ReadonlyArray<string> => {
  const taken = new Set<string>([
    ...IDENTITY,
    ...[...columnFields, ...effectFields].map(({ name }) => name),
    ...cellFields.map(({ name }) => name)
  ])
  return axes.map((axis) => (taken.has(axis) ? `axis_${axis}` : axis))
}

/** The heading of a part of a column's figures in the wide form. The mean has the column's own name. */
export const wideName = (column: string, field: string): string => (field === "mean" ? column : `${column}:${field}`)
