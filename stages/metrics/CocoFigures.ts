/** Every figure of one classifier of the COCO study but leakage, which costs trainings of its own. */
import type { Measure } from "ablate"
import { OUTPUTS } from "../coco/CocoSet.ts"
import { share } from "./Accuracy.ts"
import {
  type AmplificationForm,
  amplification,
  type BiasPair,
  reduction,
  sharedReduction,
  undefinedLabels
} from "./Amplification.ts"
import { meanAveragePrecision } from "./AveragePrecision.ts"
import { bitAccuracy, majorityBitAccuracy } from "./BitAccuracy.ts"
import { directionalAmplification } from "./DirectionalAmplification.ts"
import { labelCounts } from "./LabelBias.ts"
import { type LabelBits, positives } from "./LabelBits.ts"
import { gapFigures, labelGaps } from "./LabelGaps.ts"
import { macroF1 } from "./MacroF1.ts"

/** The names of all figures. */
export const COCO_FIGURES = [
  // Bias amplification of the test part's predictions, against the training part's ground truth.
  "amp_zhao",
  "amp_signed",
  "amp_abs",
  "reduction_zhao",
  "reduction_signed",
  "reduction_abs",
  // Over the labels that have a bias under this classifier and under the baseline.
  "reduction_zhao_shared",
  "labels_undefined",
  // Of the test part's own ground truth against the training part's: what a classifier without error has.
  "amp_zhao_truth",
  "amp_abs_truth",
  // Of the predictions against the test part's ground truth.
  "amp_zhao_test",
  "acc_train",
  "acc_test",
  "majority_train",
  "majority_test",
  "gender_acc",
  "gender_majority",
  "man_share",
  "man_share_predicted",
  "macro_f1",
  "map",
  "dir_a_to_t",
  "dir_t_to_a",
  "dp_gap",
  "dp_gap_max",
  "eo_gap",
  "eo_gap_max"
] as const
export type CocoFigures = { readonly [F in (typeof COCO_FIGURES)[number]]: Measure }

/** All labels have the columns of `OUTPUTS`. */
export interface CocoEvaluation {
  readonly train: { readonly truth: LabelBits; readonly predicted: LabelBits }
  readonly test: {
    readonly truth: LabelBits
    readonly predicted: LabelBits
    /** Row-major [rows, 12]. */
    readonly scores: ArrayLike<number>
    /** What the baseline predicts of the same rows. */
    readonly baseline: LabelBits
  }
}

/** The biases of every object in two sets of rows. */
export const biasPairs = (reference: LabelBits, predicted: LabelBits): ReadonlyArray<BiasPair> => {
  const said = labelCounts(predicted)
  return labelCounts(reference).map(({ bias }, at) => ({
    label: OUTPUTS[at] ?? `label ${at}`,
    reference: bias,
    predicted: said[at]?.bias ?? null
  }))
}

const manShare = (bits: LabelBits): Measure => share(positives(bits, bits.width - 1), bits.rows, "no test row")

/** Shares and gaps are in [0, 1], amplifications in [−1, 1] (0.16 is the paper's 16 %). A figure without a denominator is null. */
export const cocoFigures = ({ test, train }: CocoEvaluation): CocoFigures => {
  const own = biasPairs(train.truth, test.predicted)
  const base = biasPairs(train.truth, test.baseline)
  const actual = biasPairs(train.truth, test.truth)
  const amp = (form: AmplificationForm) => amplification(form, own)
  const reduced = (form: AmplificationForm) => reduction(amp(form), amplification(form, base))
  const isGender = (column: number) => column === test.truth.width - 1
  const gaps = labelGaps(test.truth, test.predicted)
  const parity = gapFigures(gaps.demographicParity, "the test rows are not of both genders")
  const odds = gapFigures(gaps.equalizedOdds, "no label has positive and negative test rows of both genders")
  return {
    amp_zhao: amp("zhao"),
    amp_signed: amp("signed"),
    amp_abs: amp("absolute"),
    reduction_zhao: reduced("zhao"),
    reduction_signed: reduced("signed"),
    reduction_abs: reduced("absolute"),
    reduction_zhao_shared: sharedReduction("zhao", own, base),
    labels_undefined: undefinedLabels(own),
    amp_zhao_truth: amplification("zhao", actual),
    amp_abs_truth: amplification("absolute", actual),
    amp_zhao_test: amplification("zhao", biasPairs(test.truth, test.predicted)),
    acc_train: bitAccuracy(train.truth, train.predicted),
    acc_test: bitAccuracy(test.truth, test.predicted),
    majority_train: majorityBitAccuracy(train.truth, train.truth),
    majority_test: majorityBitAccuracy(train.truth, test.truth),
    gender_acc: bitAccuracy(test.truth, test.predicted, isGender),
    gender_majority: majorityBitAccuracy(train.truth, test.truth, isGender),
    man_share: manShare(test.truth),
    man_share_predicted: manShare(test.predicted),
    macro_f1: macroF1(test.truth, test.predicted),
    map: meanAveragePrecision(test.truth, test.scores),
    dir_a_to_t: directionalAmplification("attribute-to-task", train.truth, test.truth, test.predicted),
    dir_t_to_a: directionalAmplification("task-to-attribute", train.truth, test.truth, test.predicted),
    dp_gap: parity.mean,
    dp_gap_max: parity.max,
    eo_gap: odds.mean,
    eo_gap_max: odds.max
  }
}
