/** The table of results: the JSON shape of `ablate table --format json`, and what every exporter prints. */
import { Schema } from "effect"

/** `score`: any number. `share`: a part of a whole, in [0, 1]. `count`: how many, 0 or more. `duration`: above 0. */
export const MetricKind = Schema.Literals(["score", "share", "count", "duration"])
export type MetricKind = typeof MetricKind.Type

export const Better = Schema.Literals(["higher", "lower"])
export type Better = typeof Better.Type

/** A figure printed elsewhere (a paper's table) that stands beside ours. `mark` says why it cannot be right, if so. */
export const ReferenceFigure = Schema.Struct({
  value: Schema.Finite,
  mark: Schema.optionalKey(Schema.String)
})
export type ReferenceFigure = typeof ReferenceFigure.Type

/** A paired comparison with the baseline variant over shared seeds: ours minus baseline. */
export const PairedDifference = Schema.Struct({
  n: Schema.Int,
  mean: Schema.Finite,
  ci95: Schema.NullOr(Schema.Tuple([Schema.Finite, Schema.Finite])),
  /** Two-sided exact sign-flip p; its floor is 2^(1-n). */
  p: Schema.NullOr(Schema.Finite),
  /** Two-sided p of the paired t test. */
  pT: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  /** `p`, adjusted by Holm over all differences of the table that have one. */
  pHolm: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  /** Mean over standard deviation of the differences, corrected for small samples (Hedges); null where the deviation is 0. */
  effect: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  /** How many more seeds it takes for any p below 0.05; 0 where there are enough. */
  seedsNeeded: Schema.optionalKey(Schema.Int)
})
export type PairedDifference = typeof PairedDifference.Type

/** One figure of the table: all values over seeds and their summary. A missing figure is null with a note, never 0. */
export const TableCell = Schema.Struct({
  values: Schema.Array(Schema.Finite),
  mean: Schema.NullOr(Schema.Finite),
  /** Sample standard deviation (ddof 1); null for fewer than two values. */
  sd: Schema.NullOr(Schema.Finite),
  n: Schema.Int,
  /** 95 % Student t interval of the mean; null for fewer than two values. */
  ci95: Schema.NullOr(Schema.Tuple([Schema.Finite, Schema.Finite])),
  reference: Schema.optionalKey(Schema.Finite),
  referenceMark: Schema.optionalKey(Schema.String),
  /** Against the baseline row of the same other axes, where the table names one. */
  difference: Schema.optionalKey(PairedDifference),
  note: Schema.optionalKey(Schema.String)
})
export type TableCell = typeof TableCell.Type

export const TableColumn = Schema.Struct({
  id: Schema.String,
  label: Schema.String,
  unit: Schema.optionalKey(Schema.String),
  /** Columns of one group stand under a shared heading. */
  group: Schema.optionalKey(Schema.String),
  /** Decimals to print. */
  digits: Schema.optionalKey(Schema.Int),
  /** What its figures are; `score` where it is left out. */
  kind: Schema.optionalKey(MetricKind),
  /** Which figures are the better ones, where that can be said. */
  better: Schema.optionalKey(Better)
})
export type TableColumn = typeof TableColumn.Type

export const TableRow = Schema.Struct({
  id: Schema.String,
  labels: Schema.Record(Schema.String, Schema.String),
  cells: Schema.Record(Schema.String, TableCell)
})
export type TableRow = typeof TableRow.Type

export const ResultTable = Schema.Struct({
  experiment: Schema.String,
  runId: Schema.NullOr(Schema.String),
  title: Schema.String,
  /** What produced the figures: data, vectors, split, seeds, backend, every stand-in. One sentence each. */
  caption: Schema.Array(Schema.String),
  /** Things counted and shown: missing words, undefined figures, failed cells, the paper's slips. */
  notes: Schema.Array(Schema.String),
  /** Axis names in order: the row labels. */
  axes: Schema.Array(Schema.String),
  columns: Schema.Array(TableColumn),
  rows: Schema.Array(TableRow),
  /** The name of the baseline row's axis value, where differences are taken. */
  baseline: Schema.optionalKey(Schema.String),
  /** SHA-256 over the metric artifacts behind the figures, in row order: equal hash, equal table. */
  contentHash: Schema.String
})
export type ResultTable = typeof ResultTable.Type
