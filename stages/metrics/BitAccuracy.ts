/** Accuracy of yes-or-no labels, bit by bit, and the accuracy of always answering each column's more frequent bit. */
import type { Measure } from "ablate"
import { share } from "./Accuracy.ts"
import { type LabelBits, positives } from "./LabelBits.ts"

/** Right bits among the columns that `keep` takes (all), as a share of `n` = rows × columns. Undefined without rows. */
export const bitAccuracy = (
  truth: LabelBits,
  predicted: LabelBits,
  keep: (column: number) => boolean = () => true
): Measure => {
  let right = 0
  let n = 0
  for (let at = 0; at < truth.width; at++) {
    if (!keep(at)) continue
    n += truth.rows
    for (let bit = at; bit < truth.data.length; bit += truth.width)
      if (truth.data[bit] === predicted.data[bit]) right += 1
  }
  return share(right, n, "no row")
}

/** The bit that each column has more often in these rows; 0 for a tie. */
export const majorityBits = (train: LabelBits): Uint8Array =>
  Uint8Array.from({ length: train.width }, (_, at) => (2 * positives(train, at) > train.rows ? 1 : 0))

/** Bit accuracy of answering `majorityBits` of the training rows everywhere. Undefined without training rows. */
export const majorityBitAccuracy = (
  train: LabelBits,
  truth: LabelBits,
  keep: (column: number) => boolean = () => true
): Measure => {
  if (train.rows === 0) return { value: null, n: 0, note: "no training row" }
  const bits = majorityBits(train)
  const data = truth.data.map((_, at) => bits[at % truth.width] ?? 0)
  return bitAccuracy(truth, { ...truth, data }, keep)
}
