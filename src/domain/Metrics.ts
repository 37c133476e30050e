/** What a metrics stage produces for one cell. */
import { Schema } from "effect"

/**
 * One measured figure. `value` null means undefined (an empty denominator, a NaN): never 0; `note` says why.
 * `n` is the size of the sample behind it (rows predicted "fear", say).
 */
export const Measure = Schema.Struct({
  value: Schema.NullOr(Schema.Finite),
  n: Schema.optionalKey(Schema.Int),
  note: Schema.optionalKey(Schema.String)
})
export type Measure = typeof Measure.Type

/** Metric name to figure. */
export const Metrics = Schema.Record(Schema.String, Measure)
export type Metrics = typeof Metrics.Type
