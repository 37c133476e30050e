/**
 * An interval on a line, with 0 marked where differences are drawn. As wide as its place.
 * @jsxImportSource preact
 */
import type { Tone } from "./FigureText.ts"

/** What the ends of the line stand for. */
export interface Scale {
  readonly low: number
  readonly high: number
}

/** A scale around 0 that holds all of these, and is never empty. */
export const aroundZero = (values: Iterable<number>): Scale => {
  let most = 0
  for (const value of values) most = Math.max(most, Math.abs(value))
  const reach = most === 0 ? 1 : most * 1.04
  return { low: -reach, high: reach }
}

/** A scale from the least to the largest of these. */
export const over = (values: Iterable<number>): Scale => {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (low > high) return { low: 0, high: 1 }
  const margin = low === high ? Math.max(Math.abs(low) * 0.05, 1e-9) : (high - low) * 0.04
  return { low: low - margin, high: high + margin }
}

const place = (value: number, { high, low }: Scale): string =>
  `${(Math.min(1, Math.max(0, (value - low) / (high - low))) * 100).toFixed(2)}%`

export interface WhiskerProps {
  readonly scale: Scale
  readonly mean: number
  readonly interval: readonly [number, number] | null
  readonly tone: Tone
  /** Each value by itself. */
  readonly values?: ReadonlyArray<number>
}

export const Whisker = ({ interval, mean, scale, tone, values = [] }: WhiskerProps) => (
  <svg class={`whisker ${tone}`} aria-hidden="true" focusable="false">
    {scale.low < 0 && scale.high > 0 && (
      <line class="zero" x1={place(0, scale)} x2={place(0, scale)} y1="0" y2="100%" />
    )}
    {interval !== null && (
      <line class="reach" x1={place(interval[0], scale)} x2={place(interval[1], scale)} y1="50%" y2="50%" />
    )}
    {[...values.entries()].map(([at, value]) => (
      <circle key={at} class="value" cx={place(value, scale)} cy="50%" r="2" />
    ))}
    <circle class="mean" cx={place(mean, scale)} cy="50%" r="3" />
  </svg>
)
