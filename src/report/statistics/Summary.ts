/** The summary of one figure over seeds: mean, sample sd, 95 % Student t interval of the mean. */
import { studentTCritical } from "./StudentT.ts"
import { mean, sampleSd } from "./Sum.ts"

/** Both ends of an interval. */
export type Interval = readonly [low: number, high: number]

/** What {@link summarize} finds. */
export interface Summary {
  readonly n: number
  /** Null for no value. */
  readonly mean: number | null
  /** Sample standard deviation (ddof 1); null for fewer than two values. */
  readonly sd: number | null
  /** Student t interval of the mean; null for fewer than two values. */
  readonly interval: Interval | null
}

/** Two-sided t interval of a mean; null for fewer than two values. Zero-width where all values are equal. */
export const meanInterval = (values: ReadonlyArray<number>, confidence = 0.95): Interval | null => {
  const centre = mean(values)
  const sd = sampleSd(values)
  if (centre === null || sd === null) return null
  const half = (studentTCritical(1 - confidence, values.length - 1) * sd) / Math.sqrt(values.length)
  return [centre - half, centre + half]
}

/** Summarises finite values; none of the figures is ever NaN. */
export const summarize = (values: ReadonlyArray<number>, confidence = 0.95): Summary => ({
  n: values.length,
  mean: mean(values),
  sd: sampleSd(values),
  interval: meanInterval(values, confidence)
})
