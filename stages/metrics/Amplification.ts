/** Bias amplification: how far the biases of labels under a classifier lie beyond those it was trained on. */
import type { Measure } from "ablate"

/** A label with its bias in the reference and under the classifier, as shares of men; null where it has none. */
export interface BiasPair {
  readonly label: string
  readonly reference: number | null
  readonly predicted: number | null
}

/**
 * How the differences b̂ − b of labels make one figure. `zhao`: the mean of s·(b̂ − b) with s = 1 where b > ½, −1 where
 * b < ½, 0 where b = ½ (Zhao et al., EMNLP 2017): positive where labels move further to the side they lean to. `signed`:
 * their mean, positive towards men. `absolute`: the mean of their sizes.
 */
export type AmplificationForm = "zhao" | "signed" | "absolute"

const term = (form: AmplificationForm, reference: number, predicted: number): number => {
  const difference = predicted - reference
  if (form === "signed") return difference
  return form === "absolute" ? Math.abs(difference) : Math.sign(reference - 0.5) * difference
}

const missing = (pairs: ReadonlyArray<BiasPair>): ReadonlyArray<BiasPair> =>
  pairs.filter(({ predicted, reference }) => predicted === null || reference === null)

const named = (pairs: ReadonlyArray<BiasPair>): string => pairs.map(({ label }) => label).join(", ")

/**
 * Mean amplification over the labels that have both biases; `n` is their number, and a note names those left out. Null
 * where no label has both. A label whose reference is exactly ½ counts in the denominator of `zhao`, as in its authors'
 * code.
 */
export const amplification = (form: AmplificationForm, pairs: ReadonlyArray<BiasPair>): Measure => {
  let total = 0
  let n = 0
  for (const { predicted, reference } of pairs) {
    if (predicted === null || reference === null) continue
    total += term(form, reference, predicted)
    n += 1
  }
  if (n === 0) return { value: null, n, note: "no label has a bias in both" }
  const without = missing(pairs)
  return { value: total / n, n, ...(without.length === 0 ? {} : { note: `without ${named(without)}` }) }
}

/** How many labels amplification leaves out, of `n`; a note names them. */
export const undefinedLabels = (pairs: ReadonlyArray<BiasPair>): Measure => {
  const without = missing(pairs)
  return { value: without.length, n: pairs.length, ...(without.length === 0 ? {} : { note: named(without) }) }
}

/** What a mean of differences of shares may be off by rounding: a sum that cancels is 1e-17 and not 0, and no denominator. */
const ROUNDING = 1e-12

/** 1 − amplification / the baseline's. Undefined where either is, and where the baseline amplifies nothing. */
export const reduction = (own: Measure, baseline: Measure): Measure => {
  if (own.value === null) return { value: null, note: `amplification: ${own.note ?? "undefined"}` }
  if (baseline.value === null)
    return { value: null, note: `the baseline's amplification: ${baseline.note ?? "undefined"}` }
  if (baseline.value <= ROUNDING)
    return { value: null, note: `the baseline does not amplify (${baseline.value.toFixed(4)})` }
  return { value: 1 - own.value / baseline.value }
}

/** {@link reduction} over the labels that have a bias under both classifiers, so that both means are over the same labels. */
export const sharedReduction = (
  form: AmplificationForm,
  own: ReadonlyArray<BiasPair>,
  baseline: ReadonlyArray<BiasPair>
): Measure => {
  const isShared = (_: BiasPair, at: number) => own[at]?.predicted !== null && baseline[at]?.predicted !== null
  const [ours, theirs] = [own.filter(isShared), baseline.filter(isShared)]
  const measure = reduction(amplification(form, ours), amplification(form, theirs))
  return { ...measure, n: ours.length }
}
