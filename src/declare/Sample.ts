/** Grids of points drawn from a space: at random, or evenly by a Halton sequence. More points leave the first ones where they are. */
import { createHash } from "node:crypto"
import { DeclarationError } from "./DeclarationError.ts"
import { type Grid, type Label, type Point, rows } from "./Grid.ts"

const RangeId = "~ablate/Grid/Range"

/** An axis of numbers from `low` to `high`. */
export interface Range {
  readonly [RangeId]: typeof RangeId
  readonly kind: "linear" | "log" | "integer" | "integer-log"
  readonly low: number
  readonly high: number
}

/** Axes of a space: ranges of numbers, or lists of values of which each is as likely. */
export type Space = { readonly [axis: string]: Range | ReadonlyArray<Label> }

/** A point of a space: a value on each axis. */
export type SpacePoint<S extends Space> = {
  readonly [K in keyof S]: S[K] extends ReadonlyArray<infer V> ? V : number
}

/** How {@link sample} draws. */
export interface SampleOptions {
  /** `halton` (default): spread evenly, with digits permuted by the seed (Owen 2017); `random`: independent points. */
  readonly method?: "halton" | "random"
  /** Whole, from 0. Default: 0. */
  readonly seed?: number
}

const fail = (problem: string): never => {
  throw new DeclarationError({ subject: "grid", problem })
}

const range = (kind: Range["kind"], low: number, high: number): Range => {
  const called = kind.split("-")[0] ?? kind
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high))
    fail(`${called}: a range is two finite numbers, the lower one first, found ${low} and ${high}`)
  if (kind.endsWith("log") && low <= 0) fail(`${called}: a logarithmic range begins above 0, found ${low}`)
  if (called === "integer" && !(Number.isSafeInteger(low) && Number.isSafeInteger(high)))
    fail(`integer: the ends of the range are whole numbers, found ${low} and ${high}`)
  return { [RangeId]: RangeId, kind, low, high }
}

/** Numbers from `low` to `high`, each as likely; printed with four significant digits. */
export const linear = (low: number, high: number): Range => range("linear", low, high)

/** Numbers from `low` (above 0) to `high` whose logarithms are as likely: learning rates, weights of a penalty. Four significant digits. */
export const log = (low: number, high: number): Range => range("log", low, high)

/** Whole numbers from `low` to `high`, both among them; with the scale `log` small ones are drawn more often. */
export const integer = (low: number, high: number, scale: "linear" | "log" = "linear"): Range =>
  range(scale === "log" ? "integer-log" : "integer", low, high)

/** A number in [0, 1) that depends on these words alone. */
const uniform = (...words: ReadonlyArray<string | number>): number => {
  const bits = createHash("sha256").update(JSON.stringify(words)).digest().readBigUInt64BE() >> 11n
  return Number(bits) / 2 ** 53
}

/** Bases of the Halton sequence: beyond these its points need too many to be even. */
const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53]

/** The digits 0 … base − 1 in an order drawn for this place. */
const permutation = (base: number, ...place: ReadonlyArray<string | number>): ReadonlyArray<number> =>
  Array.from({ length: base }, (_, digit) => digit)
    .map((digit) => ({ digit, at: uniform(...place, digit) }))
    .sort((left, right) => left.at - right.at)
    .map(({ digit }) => digit)

/** The `index`-th number of a Halton sequence in [0, 1), its digits permuted. */
const halton = (base: number, permutations: ReadonlyArray<ReadonlyArray<number>>, index: number): number => {
  let value = 0
  let weight = 1 / base
  let rest = index
  for (const digits of permutations) {
    value += (digits[rest % base] ?? 0) * weight
    rest = Math.floor(rest / base)
    weight /= base
  }
  // The last place of all may round up to 1.
  return Math.min(value, 1 - 2 ** -53)
}

type Draw = (index: number) => number

const drawOf = (axis: string, at: number, { method = "halton", seed = 0 }: SampleOptions): Draw => {
  if (method === "random") return (index) => uniform("grid", seed, axis, index)
  const base =
    PRIMES[at] ?? fail(`sample: a Halton sequence has at most ${PRIMES.length} axes; take the method "random"`)
  const places = Math.ceil(53 / Math.log2(base))
  const permutations = Array.from({ length: places }, (_, place) => permutation(base, "halton", seed, axis, place))
  return (index) => halton(base, permutations, index)
}

/** Short enough to be read and typed: `lr=0.003421`. */
const rounded = (value: number): number => Number(value.toPrecision(4))

const isRange = (axis: Range | ReadonlyArray<Label>): axis is Range => RangeId in axis

const valueAt = (axis: Range | ReadonlyArray<Label>, share: number): Label => {
  if (!isRange(axis)) return axis[Math.floor(share * axis.length)] ?? null
  const { high, kind, low } = axis
  switch (kind) {
    case "linear":
      return rounded(low + share * (high - low))
    case "log":
      return rounded(low * Math.exp(share * Math.log(high / low)))
    case "integer":
      return Math.min(high, low + Math.floor(share * (high - low + 1)))
    case "integer-log":
      return Math.min(high, Math.floor(low * Math.exp(share * Math.log((high + 1) / low))))
  }
}

/** How many draws for one more point that is not there yet, before it is said that there is none. */
const MOST_DRAWS = 10_000

/**
 * `n` different points of a space. The first points stay where they are when `n` grows, and so do the values of an axis
 * when another is added behind it. Each continuous value has four significant digits, so that cells can be read and typed.
 * Throws {@link DeclarationError} for an empty space, an axis without values, and where the space has fewer points than `n`.
 */
export const sample = <const S extends Space>(
  space: S,
  n: number,
  options: SampleOptions = {}
): Grid<SpacePoint<S>> => {
  const entries = Object.entries<Range | ReadonlyArray<Label>>(space)
  if (entries.length === 0) fail("sample: the space has no axes")
  if (!Number.isSafeInteger(n) || n < 1) fail(`sample: the number of points is whole and at least 1, found ${n}`)
  const { seed = 0 } = options
  if (!Number.isSafeInteger(seed) || seed < 0) fail(`sample: the seed is a whole number ≥ 0, found ${seed}`)
  for (const [axis, values] of entries)
    if (!isRange(values) && values.length === 0) fail(`sample: axis "${axis}" has no values`)
  const draws = entries.map(([axis, values], at) => ({ axis, values, draw: drawOf(axis, at, options) }))
  const points = new Map<string, Point>()
  let inVain = 0
  for (let index = 0; points.size < n; index++) {
    const point = Object.fromEntries(draws.map(({ axis, draw, values }) => [axis, valueAt(values, draw(index))]))
    const id = JSON.stringify(Object.values(point).map(String))
    inVain = points.has(id) ? inVain + 1 : 0
    if (inVain > MOST_DRAWS)
      fail(
        `sample: the space has ${points.size} points, and ${n} are asked for; take fewer, or \`Grid.axes\` for all of them`
      )
    if (!points.has(id)) points.set(id, point)
  }
  // Every point has a value on each axis of the space.
  return rows([...points.values()]) as unknown as Grid<SpacePoint<S>>
}
