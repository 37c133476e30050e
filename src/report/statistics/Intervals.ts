/**
 * The interval of a mean over seeds that fits what its figures are. Transformed ones are made at the mean by the delta
 * method and carried back, so that they hold the mean itself, also where some values lie on the border; which of several
 * ways each kind has was chosen by measured coverage (`npm run -s bench -- coverage`).
 */
import type { IntervalBasis, IntervalMethod, MetricKind } from "../../domain/ResultTable.ts"
import { studentTCritical } from "./StudentT.ts"
import { isConstant, mean, sampleSd } from "./Sum.ts"
import type { Interval } from "./Summary.ts"
import { wilsonInterval } from "./Wilson.ts"

/** The standard error of a mean, by its independent sources. */
export interface StandardError {
  readonly value: number
  /** The variance that each adds, with the degrees of freedom of its estimate. */
  readonly parts: ReadonlyArray<{ readonly variance: number; readonly df: number }>
}

/** Variance of a mean that comes of the finite test set, estimated from `groups` groups of test rows. */
export interface RowVariance {
  readonly variance: number
  readonly groups: number
}

/** An interval with the way in which it was made, and what it covers. */
export interface FittedInterval {
  readonly interval: Interval
  readonly basis: IntervalBasis
  /** Of the mean, from the sources that it covers. */
  readonly error: StandardError
}

/** Of a mean over seeds, and over groups of test rows where their part is known. Null where neither shows any spread. */
export const standardError = (values: ReadonlyArray<number>, rows?: RowVariance): StandardError | null => {
  const n = values.length
  const sd = isConstant(values) ? 0 : (sampleSd(values) ?? 0)
  const parts = [
    { variance: sd ** 2 / n, df: n - 1 },
    ...(rows === undefined ? [] : [{ variance: rows.variance, df: rows.groups - 1 }])
  ].filter(({ df, variance }) => variance > 0 && df > 0)
  const variance = parts.reduce((total, part) => total + part.variance, 0)
  return parts.length === 0 || !Number.isFinite(variance) ? null : { value: Math.sqrt(variance), parts }
}

/**
 * Half-widths of independent sources add up in squares (Zou and Donner 2008, MOVER), each with its own t: so one more
 * source never makes an interval narrower, as pooled degrees of freedom would where few seeds happen to agree.
 */
const halfWidth = ({ parts }: StandardError, confidence: number): number =>
  Math.sqrt(parts.reduce((total, { df, variance }) => total + studentTCritical(1 - confidence, df) ** 2 * variance, 0))

export const tInterval = (centre: number, error: StandardError, confidence = 0.95): Interval => {
  const half = halfWidth(error, confidence)
  return [centre - half, centre + half]
}

/** Of a mean within (0, 1): symmetric on the logits. */
export const logitInterval = (centre: number, error: StandardError, confidence = 0.95): Interval => {
  const logit = Math.log(centre / (1 - centre))
  const half = halfWidth(error, confidence) / (centre * (1 - centre))
  return [1 / (1 + Math.exp(half - logit)), 1 / (1 + Math.exp(-half - logit))]
}

/** Of a mean above 0: symmetric on the logarithms. */
export const logInterval = (centre: number, error: StandardError, confidence = 0.95): Interval => {
  const factor = Math.exp(halfWidth(error, confidence) / centre)
  return [centre / factor, centre * factor]
}

/** Of a mean of counts: t, out to whole numbers, from 0 on. */
export const countInterval = (centre: number, error: StandardError, confidence = 0.95): Interval => {
  const [low, high] = tInterval(centre, error, confidence)
  return [Math.max(0, Math.floor(low)), Math.ceil(high)]
}

/** Whether every figure can be what its column says: a share of 1.2 cannot. */
export const isOfKind = (kind: MetricKind, values: ReadonlyArray<number>, scale: number): boolean => {
  switch (kind) {
    case "share":
      return values.every((value) => value >= 0 && value <= scale)
    case "count":
      return values.every((value) => value >= 0)
    case "duration":
      return values.every((value) => value > 0)
    case "score":
      return true
  }
}

const shaped = (
  kind: MetricKind,
  centre: number,
  error: StandardError,
  scale: number,
  confidence: number
): readonly [Interval, IntervalMethod] => {
  switch (kind) {
    case "share": {
      const parts = error.parts.map(({ df, variance }) => ({ df, variance: variance / scale ** 2 }))
      const [low, high] = logitInterval(centre / scale, { value: error.value / scale, parts }, confidence)
      return [[low * scale, high * scale], "logit-t"]
    }
    case "count":
      return [countInterval(centre, error, confidence), "count-t"]
    case "duration":
      return [logInterval(centre, error, confidence), "log-t"]
    case "score":
      return [tInterval(centre, error, confidence), "t"]
  }
}

/** A single share of a known number of rows: Wilson's. */
const ofOneShare = (
  value: number,
  size: number | undefined,
  scale: number,
  confidence: number
): FittedInterval | null => {
  if (size === undefined) return null
  const successes = Math.round((value / scale) * size)
  if (Math.abs((value / scale) * size - successes) > 1e-6 * size) return null
  const interval = wilsonInterval(successes, size, confidence)
  return interval === null
    ? null
    : {
        interval: [interval[0] * scale, interval[1] * scale],
        error: { value: scale * Math.sqrt(((successes / size) * (1 - successes / size)) / size), parts: [] },
        basis: { method: "wilson", covers: "test rows", groups: "row" }
      }
}

/** What {@link intervalOfMean} may know beside the values. */
export interface IntervalOptions {
  /** Of shares: what the whole is, 1 or 100. */
  readonly scale?: number
  /** Rows behind each value. */
  readonly sizes?: ReadonlyArray<number>
  /** What the finite test set adds, and what its rows are grouped by. */
  readonly rows?: RowVariance & { readonly by: string }
  /** In (0, 1); default 0.95. */
  readonly confidence?: number
}

/**
 * The 95 % interval of the mean. Null for fewer than two values (but one share of known size has Wilson's), and for equal
 * ones: that they are equal says nothing of how far the next would lie. Figures that are not of their kind get t.
 */
export const intervalOfMean = (
  kind: MetricKind,
  values: ReadonlyArray<number>,
  { confidence = 0.95, rows, scale = 1, sizes }: IntervalOptions = {}
): FittedInterval | null => {
  const centre = mean(values)
  if (centre === null) return null
  const isFit = isOfKind(kind, values, scale)
  const error = standardError(values, rows)
  if (error === null) {
    const [only] = values
    return kind === "share" && isFit && values.length === 1 && only !== undefined
      ? ofOneShare(only, sizes?.[0], scale, confidence)
      : null
  }
  const [interval, method] = shaped(isFit ? kind : "score", centre, error, scale, confidence)
  if (!interval.every(Number.isFinite)) return null
  if (rows === undefined || rows.groups < 2) return { interval, error, basis: { method, covers: "seeds" } }
  return {
    interval,
    error,
    basis: {
      method: "bootstrap-t",
      covers: values.length > 1 && !isConstant(values) ? "seeds and test rows" : "test rows",
      groups: rows.by
    }
  }
}
