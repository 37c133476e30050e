/** Round numbers along an axis. */

const STEPS = [1, 2, 5]

/** The smallest round step (1, 2 or 5 times a power of ten) that divides `span` > 0 into at most `most` parts. */
export const roundStep = (span: number, most: number): number => {
  let power = 1
  while (span / (power * 10) >= most) power *= 10
  while (power > Number.MIN_VALUE * 10 && span / (power / 10) <= most) power /= 10
  for (const base of [power / 10, power, power * 10])
    for (const step of STEPS) if (base > 0 && span / (base * step) <= most * (1 + 1e-9)) return base * step
  return span
}

export interface Ticks {
  readonly domain: readonly [low: number, high: number]
  readonly ticks: ReadonlyArray<number>
}

/** Free of what adding steps leaves behind: 0.30000000000000004 is 0.3. */
const clean = (value: number): number => Number(value.toPrecision(12))

const multiples = (step: number, low: number, high: number): ReadonlyArray<number> => {
  const ticks: Array<number> = []
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index++)
    ticks.push(clean(index * step))
  return ticks
}

/** Ticks inside a fixed range. */
export const ticksWithin = (low: number, high: number, most = 10): ReadonlyArray<number> =>
  multiples(roundStep(high - low, most), low, high)

/**
 * A range that begins and ends with a round number, and holds all values with room around them; of values that are not
 * negative it does not begin below 0.
 */
export const roundRange = (values: ReadonlyArray<number>, most = 8): Ticks => {
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const greatest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const margin = least === greatest ? Math.abs(least) * 0.1 || 1 : (greatest - least) * 0.04
  const step = roundStep(greatest - least + 2 * margin, most)
  const low = clean(Math.floor((least - margin) / step + 1e-9) * step)
  const high = clean(Math.ceil((greatest + margin) / step - 1e-9) * step)
  const start = least >= 0 && low < 0 ? 0 : low
  return { domain: [start, high], ticks: multiples(step, start, high) }
}

/** A range of a logarithmic axis around positive values, with ticks at 1, 2 and 5 or, over many decades, at powers of ten. */
export const logRange = (values: ReadonlyArray<number>): Ticks => {
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const greatest = values.reduce((a, b) => Math.max(a, b), 0)
  let power = 1
  while (power > least) power /= 10
  while (power * 10 <= least) power *= 10
  const all: Array<number> = []
  for (; all.length === 0 || (all.at(-1) ?? 0) < greatest || all.length < 4; power *= 10)
    for (const step of STEPS) all.push(clean(power * step))
  const from = Math.max(
    0,
    all.findLastIndex((tick) => tick <= least)
  )
  const found = all.findIndex((tick, index) => index > from && tick >= greatest)
  const to = found < 0 ? all.length - 1 : found
  const kept = all.slice(from, to + 1)
  const few = kept.length > 10 ? kept.filter((tick) => /^[^1-9]*1[^1-9]*$|^1e/.test(String(tick))) : kept
  return { domain: [kept[0] ?? least, kept.at(-1) ?? greatest], ticks: few }
}
