/** A table's specification as plain data: which axes label the rows, which metrics are columns, what stands beside. */
import { Schema } from "effect"
import { Better, MetricKind, ReferenceFigure } from "./ResultTable.ts"

/** What a column shows and how it is printed. */
export const ColumnSpec = Schema.Struct({
  /** The metric's name; also the column's id. */
  metric: Schema.String,
  label: Schema.String,
  unit: Schema.optionalKey(Schema.String),
  /** Columns of one group stand under a shared heading. */
  group: Schema.optionalKey(Schema.String),
  /** Decimals to print (default 4). */
  digits: Schema.optionalKey(Schema.Int),
  /** What its figures are; default: `score`. It decides what interval they get. */
  kind: Schema.optionalKey(MetricKind),
  /** Which figures are the better ones, where that can be said: what "best", a trade-off and a sort go by. */
  better: Schema.optionalKey(Better),
  /** Another metric printed in the same column, small: the base rate beside a posterior. */
  beside: Schema.optionalKey(Schema.Struct({ metric: Schema.String, label: Schema.String }))
})
/** See {@link ColumnSpec}. */
export type ColumnSpec = typeof ColumnSpec.Type

/** Figures printed elsewhere for the rows whose labels agree. */
export const ReferenceRow = Schema.Struct({
  labels: Schema.Record(Schema.String, Schema.String),
  figures: Schema.Record(Schema.String, ReferenceFigure)
})
export type ReferenceRow = typeof ReferenceRow.Type

/** What somebody claims of some rows against the baseline: the table says whether its figures bear it out. */
export const Claim = Schema.Struct({
  text: Schema.String,
  /** Whose claim it is: "the paper". */
  source: Schema.optionalKey(Schema.String),
  metric: Schema.String,
  /** The rows it speaks of: those with these labels. */
  labels: Schema.Record(Schema.String, Schema.String),
  /** Whether their figures are claimed to be above or below the baseline's. */
  direction: Schema.Literals(["higher", "lower"])
})
export type Claim = typeof Claim.Type

/** What the summary at the end of a run shows of the table. */
export const Headline = Schema.Struct({
  /** Metrics of columns, the most telling first: what does not fit the screen is left out from the end. */
  columns: Schema.Array(Schema.String),
  /** Labels of the rows to show; all rows where none has them. */
  where: Schema.optionalKey(Schema.Record(Schema.String, Schema.String))
})
export type Headline = typeof Headline.Type

export const AggregateName = Schema.Literals(["interquartile-mean", "improvement", "profile"])
export type AggregateName = typeof AggregateName.Type

/** Figures over several tasks (Agarwal et al. 2021). */
export const Aggregates = Schema.Struct({
  figures: Schema.Array(AggregateName),
  /** Axes whose values are tasks; default: none, so that the seeds of each row stand alone. */
  tasks: Schema.optionalKey(Schema.Array(Schema.String))
})
export type Aggregates = typeof Aggregates.Type

/** Main effects and interactions of factors: axes whose combinations the rows are. */
export const Effects = Schema.Struct({
  factors: Schema.Array(Schema.String),
  /** Also those of two factors. Default: true. */
  interactions: Schema.optionalKey(Schema.Boolean)
})
export type Effects = typeof Effects.Type

/** A table as plain data: what `Table.make` gives. */
export const TableSpec = Schema.Struct({
  title: Schema.String,
  /** Axes that label the rows, in order. */
  rows: Schema.Array(Schema.String),
  columns: Schema.Array(ColumnSpec),
  /** Labels of the baseline rows; a row is compared with the baseline row that agrees on all other axes. */
  baseline: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  reference: Schema.optionalKey(
    Schema.Struct({
      /** e.g. "paper" */
      label: Schema.String,
      rows: Schema.Array(ReferenceRow),
      /** Whether to say how far every figure is from its printed one, and all of them together. Default: no. */
      distance: Schema.optionalKey(Schema.Boolean)
    })
  ),
  /** Claims to be judged by the figures; they need a baseline. */
  claims: Schema.optionalKey(Schema.Array(Claim)),
  /** Default: none. */
  aggregates: Schema.optionalKey(Aggregates),
  /** Default: none. */
  effects: Schema.optionalKey(Effects),
  /** Default: the first columns that fit, and all rows. */
  headline: Schema.optionalKey(Headline),
  /**
   * Sentences on what the figures rest on: data, vectors, weights, every stand-in. They begin the caption, and the summary
   * has them too, with those the pipeline's notes add. Default: the whole caption.
   */
  sources: Schema.optionalKey(Schema.Array(Schema.String)),
  /** Other sentences that hold for the whole table, before those the pipeline's notes add. */
  caption: Schema.Array(Schema.String)
})
/** See {@link TableSpec}. */
export type TableSpec = typeof TableSpec.Type
