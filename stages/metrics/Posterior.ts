/**
 * The posterior of an identity attribute given a label, P(a = v | ŷ = e) of Sen & Ganguly (AAAI 2020), and the fairness
 * figures made from it (their equations 8 and 9).
 */
import type { Measure } from "ablate"

/** Whether rows that lack the attribute (no race) count in the denominator. */
export type Denominator = "exclude" | "include"

/** An attribute's value on every row; null where the row has none. */
export type Attribute = ReadonlyArray<string | null>

/**
 * Share of the rows labelled `label` that have the value, with the number of those rows as `n`. Given predicted labels
 * this is the posterior; given true labels it is the base rate, the posterior of a classifier without error. Undefined
 * where no row has the label.
 */
export const posterior = (
  labels: ArrayLike<number>,
  attribute: Attribute,
  label: number,
  value: string,
  empty: string,
  denominator: Denominator = "exclude"
): Measure => {
  let count = 0
  let n = 0
  for (let row = 0; row < attribute.length; row++) {
    const found = attribute[row] ?? null
    if (labels[row] !== label || (found === null && denominator === "exclude")) continue
    n += 1
    if (found === value) count += 1
  }
  return n === 0 ? { value: null, n, note: empty } : { value: count / n, n }
}

/**
 * F = ∏ᵥ pᵥ over the k values of an attribute (equation 8): p(1 − p) for two; greatest, k⁻ᵏ, where all are equal.
 * The shares sum to 1.
 */
export const fairness = (shares: ReadonlyArray<number>): number =>
  shares.reduce((product, probability) => product * probability, 1)

/** kᵏF, in [0, 1]: 4F for two values. */
export const normalizedFairness = (shares: ReadonlyArray<number>): number =>
  shares.reduce((product, probability) => product * shares.length * probability, 1)

/** H = A·F / (A + F), half the harmonic mean: what the paper's table prints. Null where A + F is 0. */
export const combinedAsPrinted = (accuracy: number, fairnessValue: number): number | null =>
  accuracy + fairnessValue === 0 ? null : (accuracy * fairnessValue) / (accuracy + fairnessValue)

/** 2·A·F / (A + F), the harmonic mean that the paper's prose names (equation 9). Null where A + F is 0. */
export const harmonicMean = (accuracy: number, fairnessValue: number): number | null =>
  accuracy + fairnessValue === 0 ? null : (2 * accuracy * fairnessValue) / (accuracy + fairnessValue)
