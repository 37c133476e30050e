/** Figures over the runs of several tasks, as in Agarwal et al. (2021), "Deep RL at the edge of the statistical precipice". */
import { Schema } from "effect"

const Estimate = Schema.Struct({
  value: Schema.Finite,
  /** Stratified bootstrap over the runs of each task; null for one run a task. */
  ci95: Schema.NullOr(Schema.Tuple([Schema.Finite, Schema.Finite]))
})

/** The figures of one variant in one column, over all seeds of all its tasks. */
export const Aggregate = Schema.Struct({
  column: Schema.String,
  /** The row's labels without the axes that are tasks. */
  labels: Schema.Record(Schema.String, Schema.String),
  tasks: Schema.Int,
  /** Runs of all tasks together. */
  runs: Schema.Int,
  /** Mean of the middle half of all runs. */
  interquartileMean: Schema.optionalKey(Estimate),
  /** Probability that a run is better than one of the baseline on the same task; ties count half. */
  improvement: Schema.optionalKey(Estimate),
  /** Share of the runs whose figure is above `above`. */
  profile: Schema.optionalKey(Schema.Array(Schema.Struct({ above: Schema.Finite, share: Schema.Finite })))
})
export type Aggregate = typeof Aggregate.Type
