/** F1 of every object, and its mean. */
import type { Measure } from "ablate"
import { type LabelBits, objectsOf } from "./LabelBits.ts"

/** 2·TP / (2·TP + FP + FN) of a column; null where it is neither true nor predicted in any row. */
export const f1 = (truth: LabelBits, predicted: LabelBits, column: number): number | null => {
  let both = 0
  let either = 0
  for (let bit = column; bit < truth.data.length; bit += truth.width) {
    const [is, said] = [truth.data[bit] ?? 0, predicted.data[bit] ?? 0]
    both += is & said
    either += is + said
  }
  return either === 0 ? null : (2 * both) / either
}

/**
 * Mean F1 over the objects (gender is none), as scikit-learn's macro average. An object that is never predicted, or
 * predicted and never true, has F1 = 0; one that is neither true nor predicted has no F1 and is left out: `n` is the
 * number of those that count.
 */
export const macroF1 = (truth: LabelBits, predicted: LabelBits): Measure => {
  let total = 0
  let n = 0
  for (let at = 0; at < objectsOf(truth); at++) {
    const value = f1(truth, predicted, at)
    if (value === null) continue
    total += value
    n += 1
  }
  if (n === 0) return { value: null, n, note: truth.rows === 0 ? "no row" : "no label is true or predicted in any row" }
  return { value: total / n, n }
}
