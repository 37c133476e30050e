/** One figure that a stage reports over its steps, with bounded memory: a long training is kept at every second, fourth … step. */

/** Points kept at most. */
const LIMIT = 512

export interface Curve {
  readonly name: string
  /** What is kept of the reported values, evenly spaced. */
  readonly values: ReadonlyArray<number>
  /** Every how manieth report is kept: a power of two. */
  readonly stride: number
  /** How many were reported. */
  readonly count: number
  /** The newest value, kept or not. */
  readonly last: number
}

export const start = (name: string, value: number): Curve => ({
  name,
  values: [value],
  stride: 1,
  count: 1,
  last: value
})

/** The curve with one more reported value. */
export const add = (curve: Curve, value: number): Curve => {
  const { count, stride, values } = curve
  const next = { ...curve, count: count + 1, last: value }
  if (count % stride !== 0) return next
  const kept = [...values, value]
  return kept.length <= LIMIT
    ? { ...next, values: kept }
    : { ...next, values: kept.filter((_, index) => index % 2 === 0), stride: 2 * stride }
}

/** Curves by the order in which their names were first reported. */
export type Curves = ReadonlyArray<Curve>

export const addAll = (curves: Curves, metrics: { readonly [name: string]: number }): Curves => {
  const names = Object.keys(metrics)
  if (names.length === 0) return curves
  const known = curves.map((curve) => {
    const value = metrics[curve.name]
    return value === undefined ? curve : add(curve, value)
  })
  const fresh = names.filter((name) => curves.every((curve) => curve.name !== name))
  return [...known, ...fresh.map((name) => start(name, metrics[name] ?? Number.NaN))]
}
