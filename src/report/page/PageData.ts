/** All that a report page shows, as data: the table, what is behind each cell, pictures, the graph, and where it is all from. */
import { Schema } from "effect"
import { RunRecord } from "../../domain/RunRecord.ts"
import { ReportTable } from "../ReportTable.ts"

/** Values over epochs (or iterations) that a cell's output holds. */
export const PageCurve = Schema.Struct({
  name: Schema.String,
  /** The epoch of each value, ascending: of long curves not every one is kept. */
  epochs: Schema.Array(Schema.Finite),
  values: Schema.Array(Schema.Finite)
})
export type PageCurve = typeof PageCurve.Type

/** One computation behind a cell. */
export const PageNode = Schema.Struct({
  stage: Schema.String,
  /** The beginnings of its hashes: `ablate show` finds what they stand for. */
  key: Schema.String,
  code: Schema.String,
  artifact: Schema.String,
  durationMs: Schema.Finite,
  /** Whether an earlier run had computed it. */
  isCached: Schema.Boolean
})
export type PageNode = typeof PageNode.Type

export const PageCell = Schema.Struct({
  id: Schema.String,
  /** Index of its row in the table; null where the table leaves it out. */
  row: Schema.NullOr(Schema.Int),
  seed: Schema.NullOr(Schema.Int),
  /** Indices into `nodes`; empty where another run recorded it, and while its run goes on. */
  nodes: Schema.Array(Schema.Int),
  curves: Schema.optionalKey(Schema.Array(PageCurve)),
  failure: Schema.optionalKey(Schema.String)
})
export type PageCell = typeof PageCell.Type

/** A field of a stage's config, its code or a file, that is not what the other row has. */
export const PageDifference = Schema.Struct({
  stage: Schema.String,
  name: Schema.String,
  from: Schema.String,
  to: Schema.String
})
export type PageDifference = typeof PageDifference.Type

/** What a row was given that another one was not. */
export const PageVariant = Schema.Struct({
  /** Index of the row it is compared with: the baseline's, or the first; null for that row itself, and where there is none. */
  against: Schema.NullOr(Schema.Int),
  isBaseline: Schema.Boolean,
  differences: Schema.Array(PageDifference)
})
export type PageVariant = typeof PageVariant.Type

export const PageFigure = Schema.Struct({
  /** Its name in the report's folder of figures. */
  file: Schema.String,
  /** A data URL: a picture can neither run scripts nor fetch anything. */
  url: Schema.String
})
export type PageFigure = typeof PageFigure.Type

/** A box of the graph, in pixels from its centre. */
export const PageBox = Schema.Struct({
  kind: Schema.Literals(["stage", "file"]),
  label: Schema.String,
  x: Schema.Finite,
  y: Schema.Finite,
  width: Schema.Finite,
  height: Schema.Finite,
  /** How many nodes this run computed, took from the cache, and has not got. */
  computed: Schema.Int,
  cached: Schema.Int,
  missing: Schema.Int
})
export type PageBox = typeof PageBox.Type

export const PageGraph = Schema.Struct({
  width: Schema.Finite,
  height: Schema.Finite,
  boxes: Schema.Array(PageBox),
  edges: Schema.Array(
    Schema.Struct({
      label: Schema.String,
      points: Schema.Array(Schema.Tuple([Schema.Finite, Schema.Finite]))
    })
  )
})
export type PageGraph = typeof PageGraph.Type

/** Facts under one heading: a name and its value. */
export const PageFacts = Schema.Struct({
  heading: Schema.String,
  facts: Schema.Array(Schema.Tuple([Schema.String, Schema.String]))
})
export type PageFacts = typeof PageFacts.Type

export const PageData = Schema.Struct({
  description: Schema.String,
  run: RunRecord,
  /** Cells of the grid that have figures, and all that were asked for. */
  progress: Schema.Struct({ done: Schema.Int, all: Schema.Int }),
  /** Whether the page is to ask for newer data. */
  isLive: Schema.Boolean,
  table: ReportTable,
  /** The table's notes without those that the page tells as findings and failures. */
  notes: Schema.Array(Schema.String),
  /** As the table's rows. */
  variants: Schema.Array(PageVariant),
  cells: Schema.Array(PageCell),
  nodes: Schema.Array(PageNode),
  figures: Schema.Array(PageFigure),
  graph: PageGraph,
  provenance: Schema.Array(PageFacts)
})
export type PageData = typeof PageData.Type
