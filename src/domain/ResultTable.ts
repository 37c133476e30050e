/** The table of results: the JSON shape of `ablate table --format json`, and what every exporter prints. */
import { Schema } from "effect"
import { Aggregate } from "./Aggregate.ts"

/**
 * `score`: any number. `share`: a part of a whole, in [0, 1], or in [0, 100] where the column's unit is `%`. `count`: how
 * many, 0 or more. `duration`: above 0. It decides what interval the figures get.
 */
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

export const IntervalMethod = Schema.Literals(["t", "logit-t", "log-t", "count-t", "wilson", "bootstrap-t"])
export type IntervalMethod = typeof IntervalMethod.Type

/** How an interval was made, and which sources of uncertainty it covers. */
export const IntervalBasis = Schema.Struct({
  method: IntervalMethod,
  /** `seeds`: what training and split draw. `test rows`: that the test set is finite. */
  covers: Schema.Literals(["seeds", "test rows", "seeds and test rows"]),
  /** What the test rows were resampled by ("template"), or "row" where they count as independent. */
  groups: Schema.optionalKey(Schema.String)
})
export type IntervalBasis = typeof IntervalBasis.Type

/** McNemar's exact test of two variants on the same test rows of one seed; it takes the rows as independent. */
export const RowsTest = Schema.Struct({
  seed: Schema.NullOr(Schema.Int),
  /** Rows that only this variant gets right, and rows that only the baseline does. */
  wins: Schema.Int,
  losses: Schema.Int,
  p: Schema.Finite
})
export type RowsTest = typeof RowsTest.Type

/** A paired comparison with the baseline variant over shared seeds: ours minus baseline. */
export const PairedDifference = Schema.Struct({
  n: Schema.Int,
  mean: Schema.Finite,
  /** Null for fewer than two seeds, and where every seed has the same difference: zero width would be no evidence. */
  ci95: Schema.NullOr(Schema.Tuple([Schema.Finite, Schema.Finite])),
  /** Standard deviation of the differences: 0 where all are equal, null for fewer than two. */
  sd: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  /** Standard error of the mean, of the sources that the interval covers; null where there is no interval. */
  se: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  /** Two-sided exact sign-flip p; its floor is 2^(1-n). */
  p: Schema.NullOr(Schema.Finite),
  /** Two-sided p of the paired t test. */
  pT: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  /** `p` (for more than 40 seeds `pT`), adjusted by Holm over all differences of the table that have one. */
  pHolm: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  /** Mean over standard deviation of the differences, corrected for small samples (Hedges); null where the deviation is 0. */
  effect: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  /** How many more seeds it takes for any p below 0.05; 0 where there are enough. */
  seedsNeeded: Schema.optionalKey(Schema.Int),
  /** Where an interval covers more than the seeds. */
  interval: Schema.optionalKey(IntervalBasis),
  /** Seed by seed, where both variants publish which test rows they got right, and those are the same rows. */
  rows: Schema.optionalKey(Schema.Array(RowsTest))
})
export type PairedDifference = typeof PairedDifference.Type

/** A factor that is changed from one level to another. */
export const EffectTerm = Schema.Struct({ axis: Schema.String, from: Schema.String, to: Schema.String })
export type EffectTerm = typeof EffectTerm.Type

/**
 * What changing a factor does on average over the others (one term), or by how much more it does at the other level of a
 * second factor (two terms: the difference of two differences).
 */
export const FactorEffect = Schema.Struct({
  /** The id of the column. */
  column: Schema.String,
  /** What the rows share on the axes that are no factors. */
  labels: Schema.Record(Schema.String, Schema.String),
  terms: Schema.Array(EffectTerm),
  /** Effects that these rows cannot tell from it: `b × c`, or `−b × c` where it has the other sign. */
  aliases: Schema.Array(Schema.String),
  /** Over the seeds in which every row has a figure; `pHolm` is over all effects of the table. */
  difference: PairedDifference
})
export type FactorEffect = typeof FactorEffect.Type

/** One figure of the table: all values over seeds and their summary. A missing figure is null with a note, never 0. */
export const TableCell = Schema.Struct({
  values: Schema.Array(Schema.Finite),
  mean: Schema.NullOr(Schema.Finite),
  /** Sample standard deviation (ddof 1); null for fewer than two values. */
  sd: Schema.NullOr(Schema.Finite),
  n: Schema.Int,
  /**
   * 95 % interval that fits the column's kind. Null where nothing can be said: for fewer than two values (but a single
   * share of known size has Wilson's), and where all are equal.
   */
  ci95: Schema.NullOr(Schema.Tuple([Schema.Finite, Schema.Finite])),
  /** Of `ci95`; absent where that is null. */
  interval: Schema.optionalKey(IntervalBasis),
  reference: Schema.optionalKey(Schema.Finite),
  referenceMark: Schema.optionalKey(Schema.String),
  /** Mean less reference, in units of the root mean square distance of its column's printed figures from their own mean. */
  referenceDistance: Schema.optionalKey(Schema.Finite),
  /** Against the baseline row of the same other axes, where the table names one. */
  difference: Schema.optionalKey(PairedDifference),
  /** True where it is the best of its column among the rows of one baseline, and stays so against each of them by Holm. */
  best: Schema.optionalKey(Schema.Boolean),
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
  better: Schema.optionalKey(Better),
  /** The smallest difference that the seeds could have shown: the median over the rows. Null where none has a spread. */
  smallest: Schema.optionalKey(Schema.NullOr(Schema.Finite))
})
export type TableColumn = typeof TableColumn.Type

export const TableRow = Schema.Struct({
  id: Schema.String,
  labels: Schema.Record(Schema.String, Schema.String),
  cells: Schema.Record(Schema.String, TableCell)
})
export type TableRow = typeof TableRow.Type

/** What holds for all statistics of a table. */
export const TableStatistics = Schema.Struct({
  /** Differences that have a p: the family that Holm's adjustment is over. */
  family: Schema.Int,
  /** The most seeds that a difference has. */
  seeds: Schema.Int,
  /** Seeds from which on a p adjusted over the family can be below 0.05 at all. */
  seedsForFamily: Schema.NullOr(Schema.Int),
  /** How the figures are to be read: a sentence each, printed under the table. */
  sentences: Schema.Array(Schema.String)
})
export type TableStatistics = typeof TableStatistics.Type

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
  statistics: Schema.optionalKey(TableStatistics),
  /** Over runs of several tasks, where they were asked for. */
  aggregates: Schema.optionalKey(Schema.Array(Aggregate)),
  /** Main effects and interactions, where they were asked for. */
  effects: Schema.optionalKey(Schema.Array(FactorEffect)),
  /** SHA-256 over the metric artifacts behind the figures, in row order: equal hash, equal table. */
  contentHash: Schema.String
})
export type ResultTable = typeof ResultTable.Type
