/**
 * What each group of a cell's test rows adds to its figures: published beside the metrics, as the output `contributions`,
 * it lets a table say how far the figures rest on which rows were tested.
 */
import { Schema } from "effect"

/**
 * A figure as a ratio of sums over groups. `product`: of the ratio p it is p(1 − p), how even two parts are; `share`:
 * it is the ratio itself.
 */
export const Contribution = Schema.Struct({
  /** Numerator in each group, in the order of `groups`. */
  of: Schema.Array(Schema.Finite),
  /** Denominator in each group. */
  in: Schema.Array(Schema.Finite),
  form: Schema.optionalKey(Schema.Literals(["share", "product"]))
})
export type Contribution = typeof Contribution.Type

/** Which test rows were answered rightly. */
export const RightRows = Schema.Struct({
  /** The metric that is their share. */
  metric: Schema.String,
  /** Names the rows: equal in two cells that test the same rows in the same order. */
  rows: Schema.String,
  /** A `1` or `0` for each row, in their order. */
  right: Schema.String
})
export type RightRows = typeof RightRows.Type

/** What the groups of one cell's test rows add to its figures; every list is as long as `groups`. */
export const Contributions = Schema.Struct({
  /** What a group is: "template", "person", "image". */
  by: Schema.String,
  /** The names of the groups that are tested; a name means the same group in every cell. */
  groups: Schema.Array(Schema.String),
  /** By the metric's name. */
  figures: Schema.Record(Schema.String, Contribution),
  rows: Schema.optionalKey(RightRows)
})
/** What the groups of one cell's test rows add to its figures. */
export type Contributions = typeof Contributions.Type
