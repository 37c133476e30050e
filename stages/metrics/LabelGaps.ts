/** Group fairness of multi-label predictions by true gender: the gaps of every object, their mean and the largest. */
import type { Measure } from "ablate"
import { groupFairness } from "./GroupFairness.ts"
import { column, genders, type LabelBits, objectsOf } from "./LabelBits.ts"

/** In the order of the objects; null where a gender lacks the rows that define the gap. */
export interface LabelGaps {
  /** |P(t̂ | man) − P(t̂ | woman)|. */
  readonly demographicParity: ReadonlyArray<number | null>
  /** The larger of the gaps of true and of false positive rates. */
  readonly equalizedOdds: ReadonlyArray<number | null>
}

/** Demographic parity needs a row of each gender; equalised odds a positive and a negative row of each. */
export const labelGaps = (truth: LabelBits, predicted: LabelBits): LabelGaps => {
  const groups = Array.from(genders(truth), (man) => (man === 1 ? "man" : "woman"))
  const labels = Array.from({ length: objectsOf(truth) }, (_, at) =>
    groupFairness(column(truth, at), column(predicted, at), groups)
  )
  return {
    demographicParity: labels.map(({ demographicParityDifference, groups: rates }) =>
      rates.size < 2 ? null : demographicParityDifference
    ),
    equalizedOdds: labels.map(({ equalizedOddsDifference, groups: rates }) => {
      const isDefined = [...rates.values()].every(
        ({ falsePositiveRate, truePositiveRate }) => falsePositiveRate !== null && truePositiveRate !== null
      )
      return rates.size < 2 || !isDefined ? null : equalizedOddsDifference
    })
  }
}

/** Mean and largest of the gaps that are defined, with their number as `n`. */
export const gapFigures = (
  gaps: ReadonlyArray<number | null>,
  empty: string
): { readonly mean: Measure; readonly max: Measure } => {
  const defined = gaps.filter((gap) => gap !== null)
  const n = defined.length
  if (n === 0) {
    const none: Measure = { value: null, n, note: empty }
    return { mean: none, max: none }
  }
  return {
    mean: { value: defined.reduce((total, gap) => total + gap, 0) / n, n },
    max: { value: Math.max(...defined), n }
  }
}
