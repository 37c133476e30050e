/**
 * The gender bias of a label, b(o) = c(o, man) / (c(o, man) + c(o, woman)) of Zhao et al. (EMNLP 2017), in the training
 * part, in the test part, and in what a classifier says of the test part.
 */
import { Schema } from "effect"
import { COCO_LABELS, CocoLabel } from "../coco/CocoSet.ts"
import type { LabelBits } from "./LabelBits.ts"
import { objectsOf } from "./LabelBits.ts"

/** How many rows have a label, and how many of them are men. */
export interface LabelCount {
  readonly positives: number
  readonly men: number
  /** men / positives, in [0, 1]; null where no row has the label. */
  readonly bias: number | null
}

/** Counts of every object, in the order of the columns. Given predictions, both label and gender are the predicted ones. */
export const labelCounts = (bits: LabelBits): ReadonlyArray<LabelCount> => {
  const { data, rows, width } = bits
  return Array.from({ length: objectsOf(bits) }, (_, label) => {
    let positives = 0
    let men = 0
    for (let row = 0; row < rows; row++) {
      if (data[row * width + label] !== 1) continue
      positives += 1
      men += data[row * width + width - 1] ?? 0
    }
    return { positives, men, bias: positives === 0 ? null : men / positives }
  })
}

const Share = Schema.NullOr(Schema.Finite)

/** A label's biases, as shares of men in [0, 1]; null where no row has the label. */
export const LabelBiasRow = Schema.Struct({
  label: CocoLabel,
  /** In the training part's ground truth. */
  train: Share,
  trainPositives: Schema.Int,
  /** In the test part's ground truth. */
  test: Share,
  testPositives: Schema.Int,
  /** Among the test rows predicted to have the label, by predicted gender. */
  predicted: Share,
  predictedPositives: Schema.Int
})
export type LabelBiasRow = typeof LabelBiasRow.Type

/** The biases of all labels under one classifier: a point each in figures 1 and 2 of Choi, Zhang & Liu. */
export const LabelBias = Schema.Struct({
  /** In the paper's order. */
  labels: Schema.Array(LabelBiasRow),
  /** Where the images come from. */
  source: Schema.String,
  /** What produced the predictions. */
  predictions: Schema.String,
  standIn: Schema.Boolean
})
export type LabelBias = typeof LabelBias.Type

export const labelBiasRows = (train: LabelBits, test: LabelBits, predicted: LabelBits): ReadonlyArray<LabelBiasRow> => {
  const none: LabelCount = { positives: 0, men: 0, bias: null }
  const [inTrain, inTest, said] = [labelCounts(train), labelCounts(test), labelCounts(predicted)]
  return COCO_LABELS.map((label, at) => {
    const [trained, tested, seen] = [inTrain[at] ?? none, inTest[at] ?? none, said[at] ?? none]
    return {
      label,
      train: trained.bias,
      trainPositives: trained.positives,
      test: tested.bias,
      testPositives: tested.positives,
      predicted: seen.bias,
      predictedPositives: seen.positives
    }
  })
}
