/** Whether rows are a balanced design in some factors, and what they cannot tell apart. */
import type { ReportRow } from "./ReportTable.ts"

/** A factor and its levels among the rows, the reference level first. */
export interface Factor {
  readonly axis: string
  readonly levels: readonly [string, ...ReadonlyArray<string>]
}

/** One factor, or the interaction of two. */
export type Term = readonly [Factor] | readonly [Factor, Factor]

const labelOf = (row: ReportRow, { axis }: Factor): string => row.labels[axis] ?? ""

const isNumber = (text: string): boolean => text.trim() !== "" && Number.isFinite(Number(text))

/** The baseline's level first; then false before true and numbers ascending, others as they come. */
export const factorOf = (
  rows: ReadonlyArray<ReportRow>,
  axis: string,
  reference: string | undefined
): Factor | undefined => {
  const seen = [...new Set(rows.map((row) => row.labels[axis] ?? ""))]
  const ordered = seen.every(isNumber)
    ? seen.toSorted((left, right) => Number(left) - Number(right))
    : seen.every((label) => label === "true" || label === "false")
      ? seen.toSorted()
      : seen
  const [first, ...rest] = [
    ...ordered.filter((label) => label === reference),
    ...ordered.filter((label) => label !== reference)
  ]
  return first === undefined ? undefined : { axis, levels: [first, ...rest] }
}

/** The counts of rows by their labels on these factors. */
const countsBy = (rows: ReadonlyArray<ReportRow>, factors: ReadonlyArray<Factor>): ReadonlyArray<number> => [
  ...Map.groupBy(rows, (row) => JSON.stringify(factors.map((factor) => labelOf(row, factor))))
    .values()
    .map(({ length }) => length)
]

const isEven = (rows: ReadonlyArray<ReportRow>, factors: ReadonlyArray<Factor>): boolean => {
  const counts = countsBy(rows, factors)
  const combinations = factors.reduce((product, { levels }) => product * levels.length, 1)
  return counts.length === combinations && counts.every((count) => count === counts[0])
}

/** All pairs, in order. */
export const pairsOf = (factors: ReadonlyArray<Factor>): ReadonlyArray<readonly [Factor, Factor]> =>
  factors.flatMap((left, at) => factors.slice(at + 1).map((right) => [left, right] as const))

/** Whether every two factors have each pair of levels equally often: then the effect of one is not that of another. */
export const isBalanced = (rows: ReadonlyArray<ReportRow>, factors: ReadonlyArray<Factor>): boolean => {
  const pairs = pairsOf(factors)
  return pairs.length === 0 ? isEven(rows, factors) : pairs.every((pair) => isEven(rows, pair))
}

/** +1 where the row's level is not the reference one, −1 where it is; of several factors the product. */
const signOf = (row: ReportRow, factors: ReadonlyArray<Factor>): number =>
  factors.reduce((sign, factor) => (labelOf(row, factor) === factor.levels[0] ? -sign : sign), 1)

const hasTwoLevels = ({ levels }: Factor): boolean => levels.length === 2

export const termName = (term: ReadonlyArray<Factor>): string => term.map(({ axis }) => axis).join(" × ")

/** The signs of a term over the rows as text, so that the first is +; with it whether they were turned. */
const patternOf = (
  rows: ReadonlyArray<ReportRow>,
  term: Term
): { readonly text: string; readonly isTurned: boolean } => {
  const signs = rows.map((row) => signOf(row, term))
  const isTurned = signs[0] === -1
  return { text: signs.map((sign) => (sign === 1) !== isTurned).join(), isTurned }
}

/** A term that is estimated, and those that these rows cannot tell from it. */
export interface Estimable {
  readonly term: Term
  readonly aliases: ReadonlyArray<string>
}

/** The terms in order, without those that an earlier one is an alias of. Only factors of two levels have aliases. */
export const estimable = (rows: ReadonlyArray<ReportRow>, terms: ReadonlyArray<Term>): ReadonlyArray<Estimable> => {
  const groups = new Map<string, Array<{ readonly term: Term; readonly isTurned: boolean }>>()
  for (const term of terms) {
    const { isTurned, text } = term.every(hasTwoLevels)
      ? patternOf(rows, term)
      : { text: termName(term), isTurned: false }
    const group = groups.get(text) ?? []
    groups.set(text, [...group, { term, isTurned }])
  }
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [
          {
            term: first.term,
            aliases: others.map(({ isTurned, term }) => `${isTurned === first.isTurned ? "" : "−"}${termName(term)}`)
          }
        ]
  )
}

const subsets = <A>(all: ReadonlyArray<A>, size: number): ReadonlyArray<ReadonlyArray<A>> =>
  size === 0
    ? [[]]
    : all.flatMap((first, at) => subsets(all.slice(at + 1), size - 1).map((others) => [first, ...others]))

/** A fraction of two-level factors: its size, and the shortest product that is the same in all rows. */
export interface Fraction {
  readonly rows: number
  readonly of: number
  /** Factors of the shortest product; undefined where it has more than six. */
  readonly word: ReadonlyArray<Factor> | undefined
}

const LONGEST_WORD = 6

/** Undefined where the rows are all combinations, or some factor has more than two levels. */
export const fractionOf = (rows: ReadonlyArray<ReportRow>, factors: ReadonlyArray<Factor>): Fraction | undefined => {
  const of = 2 ** factors.length
  const different = countsBy(rows, factors).length
  if (!factors.every(hasTwoLevels) || different === of) return undefined
  for (let size = 1; size <= Math.min(LONGEST_WORD, factors.length); size++) {
    const word = subsets(factors, size).find((each) => new Set(rows.map((row) => signOf(row, each))).size === 1)
    if (word !== undefined) return { rows: different, of, word }
  }
  return { rows: different, of, word: undefined }
}
