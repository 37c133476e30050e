/** Grids of factorial designs: every combination of levels, or a regular fraction of two-level factors. */
import { DeclarationError } from "./DeclarationError.ts"
import { axes, type Grid, type Label, type Point, rows } from "./Grid.ts"

/** Factors and their levels, the reference level first. */
export type Levels = { readonly [factor: string]: ReadonlyArray<Label> }

/** A point of a design: a level for each factor. */
export type LevelsPoint<L extends Levels> = { readonly [K in keyof L]: L[K][number] }

/** What {@link factorial} takes beside the levels. */
export interface FactorialOptions<F extends string> {
  /**
   * A fraction: factors that are no free choice but the product of others, as `{ d: ["a", "b", "c"] }` for d = a·b·c. Each halves
   * the number of points; all factors then have two levels. Give a factor's levels in the other order for d = −a·b·c.
   */
  readonly generators?: { readonly [K in F]?: ReadonlyArray<F> }
  /**
   * The resolution that the fraction is meant to have, which is checked. 3: main effects are clear of each other; 4: of
   * interactions of two as well; 5: those are clear of each other. Default: 3.
   */
  readonly resolution?: 3 | 4 | 5
}

const fail = (problem: string): never => {
  throw new DeclarationError({ subject: "grid", problem: `factorial: ${problem}` })
}

const ROMAN = ["0", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]
const roman = (resolution: number): string => ROMAN[resolution] ?? String(resolution)

/** The symmetric difference of two products of factors: a factor times itself is nothing. */
const product = (left: ReadonlySet<string>, right: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...left, ...right].filter((factor) => left.has(factor) !== right.has(factor)))

/** Every product of factors that is the same at all points: what the generators say, and what follows from it. */
const definingWords = (generators: ReadonlyMap<string, ReadonlyArray<string>>): ReadonlyArray<ReadonlySet<string>> => {
  let words: ReadonlyArray<ReadonlySet<string>> = []
  for (const [factor, of] of generators) {
    const word = new Set([factor, ...of])
    words = [...words, word, ...words.map((each) => product(each, word))]
  }
  return words
}

const checkGenerators = (
  levels: Levels,
  generators: ReadonlyMap<string, ReadonlyArray<string>>,
  resolution: number
): void => {
  const factors = Object.keys(levels)
  for (const [factor, values] of Object.entries(levels))
    if (values.length !== 2)
      fail(
        `a fraction is of factors with two levels; "${factor}" has ${values.length}. Leave generators out for all points`
      )
  for (const [factor, of] of generators) {
    if (!factors.includes(factor)) fail(`generators: there is no factor "${factor}"; they are ${factors.join(", ")}`)
    if (of.length === 0 || new Set(of).size !== of.length)
      fail(
        `generators: "${factor}" is the product of at least one other factor, each named once, found [${of.join(", ")}]`
      )
    for (const each of of)
      if (!factors.includes(each) || generators.has(each))
        fail(
          `generators: "${factor}" is made of "${each}", which is ${factors.includes(each) ? "made of others itself; name the free factors" : `no factor; they are ${factors.join(", ")}`}`
        )
  }
  const shortest = definingWords(generators).reduce<ReadonlySet<string> | undefined>(
    (least, word) => (least === undefined || word.size < least.size ? word : least),
    undefined
  )
  if (shortest !== undefined && shortest.size < resolution)
    fail(
      `the fraction has resolution ${roman(shortest.size)}, not ${roman(resolution)}: ${[...shortest].join("·")} is the same at all points. Make the factors of longer products, or take fewer generators`
    )
}

/**
 * Every combination of the levels, the last factor fastest; with `generators` a regular fraction of it (Box and Hunter 1961).
 * The table's `effects` tells main effects and interactions, and which of them a fraction cannot tell apart. Throws {@link
 * DeclarationError} for a factor with fewer than two levels or one twice, and for a fraction that cannot be or has a lower resolution
 * than is asked for.
 */
export const factorial = <const L extends Levels>(
  levels: L,
  { generators = {}, resolution = 3 }: FactorialOptions<keyof L & string> = {}
): Grid<LevelsPoint<L>> => {
  const factors = Object.keys(levels)
  if (factors.length === 0) fail("at least one factor is needed")
  for (const [factor, values] of Object.entries<ReadonlyArray<Label>>(levels)) {
    if (values.length < 2) fail(`"${factor}" needs two levels or more, found ${values.length}`)
    if (new Set(values.map(String)).size !== values.length) fail(`"${factor}" has a level twice: ${values.join(", ")}`)
  }
  const made = new Map(
    Object.entries<ReadonlyArray<string> | undefined>(generators).map(([factor, of]) => [factor, of ?? []])
  )
  if (made.size > 0) checkGenerators(levels, made, resolution)
  const free = axes(
    Object.fromEntries(factors.filter((factor) => !made.has(factor)).map((factor) => [factor, levels[factor] ?? []]))
  )
  const isHigh = (point: Point, factor: string) => Object.is(point[factor], levels[factor]?.[1])
  const points = free.points.map((point): Point => {
    const levelOf = (factor: string): Label => {
      const of = made.get(factor)
      if (of === undefined) return point[factor] ?? null
      const lows = of.filter((each) => !isHigh(point, each)).length
      return levels[factor]?.[lows % 2 === 0 ? 1 : 0] ?? null
    }
    return Object.fromEntries(factors.map((factor) => [factor, levelOf(factor)]))
  })
  // Every point has a level of each factor.
  return rows(points) as unknown as Grid<LevelsPoint<L>>
}
