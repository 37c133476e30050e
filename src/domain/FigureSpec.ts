/** A figure's specification as plain data: what is drawn of a finished table, or of outputs of its cells. */
import { Schema } from "effect"
import { Better } from "./ResultTable.ts"

const common = {
  /** Its file name: `forest-accuracy.svg`. */
  file: Schema.String,
  title: Schema.String,
  /** Lines under the title. */
  subtitle: Schema.Array(Schema.String),
  /** In millimetres; the height follows from what is drawn. */
  width: Schema.Finite,
  /** The rows or cells that it is about: those with one of these labels on every axis named. */
  where: Schema.Record(Schema.String, Schema.Array(Schema.String))
}

/** Differences to the baseline with their intervals, a line a row. */
export const ForestSpec = Schema.TaggedStruct("forest", { ...common, metric: Schema.String })
export type ForestSpec = typeof ForestSpec.Type

/** Main effects and interactions with their intervals, a line each. */
export const EffectsSpec = Schema.TaggedStruct("effects", { ...common, metric: Schema.String })
export type EffectsSpec = typeof EffectsSpec.Type

/** Which way an axis is better: beside a column's ways, nearer to 0. */
export const BetterOnAxis = Schema.Union([Better, Schema.Literal("zero")])
export type BetterOnAxis = typeof BetterOnAxis.Type

const TradeoffAxis = Schema.Struct({
  metric: Schema.String,
  /** Default: as the column says. */
  better: Schema.optionalKey(BetterOnAxis)
})

/** Rows by two metrics, with the Pareto front and its hypervolume. */
export const TradeoffSpec = Schema.TaggedStruct("tradeoff", {
  ...common,
  x: TradeoffAxis,
  y: TradeoffAxis,
  /** What the hypervolume is measured from; default: the worst of the rows on each axis. */
  reference: Schema.optionalKey(Schema.Struct({ x: Schema.Finite, y: Schema.Finite }))
})
export type TradeoffSpec = typeof TradeoffSpec.Type

/** A metric along an axis of numbers. */
export const SweepSpec = Schema.TaggedStruct("sweep", {
  ...common,
  metric: Schema.String,
  /** The axis whose labels are the numbers. */
  axis: Schema.String,
  /** Where labels stand that are no numbers, or other ones; with it, labels that it does not name are left out. */
  at: Schema.optionalKey(Schema.Record(Schema.String, Schema.Finite)),
  /** `even`: the numbers that there are, at equal distances. */
  scale: Schema.Literals(["linear", "log", "even"]),
  xTitle: Schema.optionalKey(Schema.String)
})
export type SweepSpec = typeof SweepSpec.Type

/** Values over epochs, from an output of the cells. */
export const CurvesSpec = Schema.TaggedStruct("curves", {
  ...common,
  /** The name of the pipeline's output. */
  from: Schema.String,
  xTitle: Schema.String,
  yTitle: Schema.String,
  scale: Schema.Literals(["linear", "log"])
})
export type CurvesSpec = typeof CurvesSpec.Type

/** Named points, from an output of one variant's cells. */
export const ScatterSpec = Schema.TaggedStruct("scatter", {
  ...common,
  from: Schema.String,
  xTitle: Schema.String,
  yTitle: Schema.String,
  /** `percent` prints 0.5 as 50%. */
  unit: Schema.Literals(["number", "percent"]),
  /** What both axes span; points outside are marked at its border. Default: each axis what its points need. */
  frame: Schema.optionalKey(Schema.Tuple([Schema.Finite, Schema.Finite])),
  /** What a point on the diagonal is: "predicted as in training". Both axes then span the same. */
  diagonal: Schema.optionalKey(Schema.String),
  /** Thin lines across both axes. */
  guides: Schema.Array(Schema.Finite),
  /** What a point is that has an x alone: "predicted for no test image". */
  missing: Schema.String,
  /** The column whose figure stands in a corner. */
  metric: Schema.optionalKey(Schema.String)
})
export type ScatterSpec = typeof ScatterSpec.Type

export const FigureSpec = Schema.Union([ForestSpec, EffectsSpec, TradeoffSpec, SweepSpec, CurvesSpec, ScatterSpec])
export type FigureSpec = typeof FigureSpec.Type

/** One cell's curves by name, the first value being of epoch 1; null where there is none. */
export type Curves = { readonly [name: string]: ReadonlyArray<number | null> }

/** A named point of one cell; null where it has no such value. */
export interface LabelPoint {
  readonly label: string
  readonly x: number | null
  readonly y: number | null
}

/** What one cell gave for a figure. */
export interface FigureCellData<A> {
  /** Axis name to printed value, without the seed. */
  readonly labels: Readonly<Record<string, string>>
  readonly seed: number | null
  readonly data: A
}

/** A specification with all it is drawn from beside the table. */
export type FigureInput =
  | ForestSpec
  | EffectsSpec
  | TradeoffSpec
  | SweepSpec
  | (CurvesSpec & { readonly cells: ReadonlyArray<FigureCellData<Curves>> })
  | (ScatterSpec & { readonly cells: ReadonlyArray<FigureCellData<ReadonlyArray<LabelPoint>>> })
