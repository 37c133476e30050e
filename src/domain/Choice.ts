/** Which of several candidates was chosen by a figure of the validation part, and how the others stood. */
import { Schema } from "effect"
import { Better } from "./ResultTable.ts"

/** One candidate and its validation figure. */
export const Scored = Schema.Struct({
  label: Schema.String,
  /** The mean over its validation nodes; null where one of them is undefined. */
  value: Schema.NullOr(Schema.Finite),
  /** Over how many nodes. */
  of: Schema.Int,
  /** Why there is no value. */
  note: Schema.optionalKey(Schema.String)
})
export type Scored = typeof Scored.Type

/** What a choice came to. */
export const Choice = Schema.Struct({
  metric: Schema.String,
  better: Better,
  /** Label of the chosen candidate, and its place among the candidates, from 0. */
  chosen: Schema.String,
  index: Schema.Int,
  /** Its validation figure: the best of several, so too good to be reported as a result. */
  value: Schema.Finite,
  /** The best of the others; null where no other has a figure. */
  runnerUp: Schema.NullOr(Schema.Struct({ label: Schema.String, value: Schema.Finite })),
  /** Labels of all candidates whose figure is the best, in order: more than one is a tie, and the first was taken. */
  best: Schema.Array(Schema.String),
  /** All candidates in the order in which they were given. */
  candidates: Schema.Array(Scored)
})
export type Choice = typeof Choice.Type
