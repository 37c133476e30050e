/** Round numbers along an axis, by decimal digits: no step is lost to what adding fractions leaves behind. */
import { fixed, percent, significant } from "./Numerals.ts"

const STEPS = [1, 2, 5]

/** Larger ones have no round numbers around them. */
export const MOST = 1e300

/** The least value of a logarithmic axis. */
export const LEAST = 1e-300

/** The exponent of a positive number in scientific notation. */
const exponent = (value: number): number => Number(value.toExponential().split("e")[1])

/** 1, 2 or 5 times a power of ten, exactly as that text would be read. */
const decimal = (step: number, power: number): number => Number(`${step}e${power}`)

/** The smallest round step (1, 2 or 5 times a power of ten) that divides `span` > 0 into at most `most` parts. */
export const roundStep = (span: number, most: number): number => {
  const power = exponent(span / most)
  const steps = [power, power + 1].flatMap((each) => STEPS.map((step) => decimal(step, each)))
  return steps.find((step) => span / step <= most * (1 + 1e-9)) ?? decimal(1, power + 2)
}

export interface Ticks {
  readonly domain: readonly [low: number, high: number]
  readonly ticks: ReadonlyArray<number>
}

/** Free of what a product leaves behind: 0.30000000000000004 is 0.3. */
const clean = (value: number): number => Number(value.toPrecision(12))

const multiples = (step: number, low: number, high: number): ReadonlyArray<number> => {
  const first = Math.ceil(low / step - 1e-9)
  const count = Math.max(0, Math.floor(high / step + 1e-9) - first + 1)
  return Array.from({ length: count }, (_, index) => clean((first + index) * step))
}

/** Ticks inside a fixed range. */
export const ticksWithin = (low: number, high: number, most = 10): ReadonlyArray<number> =>
  multiples(roundStep(high - low, most), low, high)

/**
 * A range that begins and ends with a round number, and holds all values with room around them; of values that are not
 * negative it does not begin below 0. Values up to 1e300 in size.
 */
export const roundRange = (values: ReadonlyArray<number>, most = 8): Ticks => {
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const greatest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const size = Math.max(Math.abs(least), Math.abs(greatest))
  const spread = greatest - least
  // Values that differ by rounding only are one value, and what is smaller than this is 0.
  const tiny = 1e-300
  const margin = spread > Math.max(size * 1e-9, tiny) ? spread * 0.04 : size > tiny ? size * 0.1 : 1
  const step = roundStep(spread + 2 * margin, most)
  const low = clean(Math.floor((least - margin) / step + 1e-9) * step)
  const high = clean(Math.ceil((greatest + margin) / step - 1e-9) * step)
  const start = least >= 0 && low < 0 ? 0 : low
  return { domain: [start, high], ticks: multiples(step, start, high) }
}

/**
 * A range of a logarithmic axis around positive values, from one of 1, 2, 5 times a power of ten to another, with ticks
 * at these or, where they are many, at powers of ten. Values from 1e-300 to 1e300.
 */
export const logRange = (values: ReadonlyArray<number>): Ticks => {
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const greatest = values.reduce((a, b) => Math.max(a, b), 0)
  const from = exponent(least)
  const powers = Array.from({ length: exponent(greatest) - from + 2 }, (_, index) => from + index)
  const round = powers.flatMap((power) => STEPS.map((step) => decimal(step, power)))
  const low = round.findLastIndex((tick) => tick <= least)
  const high = round.findIndex((tick, index) => index > low && tick >= greatest)
  const kept = round.slice(low, high + 1)
  const tens = kept.filter((tick) => decimal(1, exponent(tick)) === tick)
  const every = Math.ceil(tens.length / 10)
  return {
    domain: [kept[0] ?? least, kept.at(-1) ?? greatest],
    ticks: kept.length <= 10 ? kept : tens.filter((_, index) => index % every === 0)
  }
}

/** Numbers on these ticks, with as many decimals as tell them apart; shares as percentages if asked. */
export const tickLabels = (
  ticks: ReadonlyArray<number>,
  unit: "number" | "percent" = "number"
): ReadonlyArray<string> => {
  const [first = 0, second = first + 1] = ticks
  const size = ticks.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
  const decimals = -exponent(clean(second - first)) - (unit === "percent" ? 2 : 0)
  if (unit === "percent") return ticks.map((tick) => percent(tick, Math.min(Math.max(decimals, 0), 8)))
  return ticks.map((tick) => (size >= 1e7 || decimals > 8 ? significant(tick) : fixed(tick, Math.max(decimals, 0))))
}
