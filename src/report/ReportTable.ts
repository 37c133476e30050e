/**
 * The table of results with what the reports need beyond the contract of {@link ResultTable}: the seed behind every
 * value (so that two tables can be compared pair by pair) and the figures that stand beside a column.
 */
import { Schema } from "effect"
import { ResultTable, TableCell, TableColumn, TableRow } from "../domain/ResultTable.ts"
import { Headline } from "../domain/TableSpec.ts"
import { Finding } from "./Finding.ts"

/** The figure printed beside another one: the test base rate beside a posterior. */
export const BesideFigure = Schema.Struct({
  values: Schema.Array(Schema.Finite),
  mean: Schema.NullOr(Schema.Finite)
})
export type BesideFigure = typeof BesideFigure.Type

export const ReportCell = Schema.Struct({
  ...TableCell.fields,
  /** The seed of each of `values`, in the same order; null where the experiment has no seeds. */
  seeds: Schema.Array(Schema.NullOr(Schema.Int)),
  /** The sample size behind each of `values` (rows predicted "fear", say), where every measure names one. */
  sizes: Schema.optionalKey(Schema.Array(Schema.Int)),
  /** Seeds in which the metric was measured and came out undefined, if any. */
  undefinedIn: Schema.optionalKey(Schema.Int),
  beside: Schema.optionalKey(BesideFigure)
})
export type ReportCell = typeof ReportCell.Type

export const ReportColumn = Schema.Struct({
  ...TableColumn.fields,
  /** What stands beside the figures: its metric and its short heading. */
  beside: Schema.optionalKey(Schema.Struct({ metric: Schema.String, label: Schema.String }))
})
export type ReportColumn = typeof ReportColumn.Type

export const ReportRow = Schema.Struct({
  ...TableRow.fields,
  cells: Schema.Record(Schema.String, ReportCell)
})
export type ReportRow = typeof ReportRow.Type

/** The table that a run ends with: every figure with its values by seed and its uncertainty. */
export const ReportTable = Schema.Struct({
  ...ResultTable.fields,
  columns: Schema.Array(ReportColumn),
  rows: Schema.Array(ReportRow),
  /** What the reference figures are, e.g. "paper". */
  referenceLabel: Schema.optionalKey(Schema.String),
  /** How near the whole comes to the reference figures, where that was asked for. */
  nearness: Schema.optionalKey(Schema.String),
  /** Those sentences of the caption that say what the figures rest on. */
  sources: Schema.Array(Schema.String),
  /** What the figures say of the claims; the notes tell it in words. */
  findings: Schema.Array(Finding),
  /** How verdicts are come by: printed once, under the findings. */
  verdictRule: Schema.optionalKey(Schema.String),
  /** Those of the notes that tell main effects and interactions. */
  effectLines: Schema.optionalKey(Schema.Array(Schema.String)),
  /** Those of the notes that say which cells have no figures, and why. */
  failures: Schema.Array(Schema.String),
  headline: Schema.optionalKey(Headline)
})
/** See {@link ReportTable}. */
export type ReportTable = typeof ReportTable.Type
