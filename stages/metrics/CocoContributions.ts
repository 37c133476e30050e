/** What each test image adds to those figures of a classifier of the COCO study that are shares of images or of their labels. */
import type { Contributions, Measure } from "ablate"
import { share } from "./Accuracy.ts"
import { majorityBits } from "./BitAccuracy.ts"
import { contributionsOf, rightRows } from "./Contributions.ts"
import type { LabelBits } from "./LabelBits.ts"

const SHARES = [
  "acc_test",
  "majority_test",
  "gender_acc",
  "gender_majority",
  "man_share",
  "man_share_predicted"
] as const

export interface CocoContributionsInput {
  readonly train: LabelBits
  readonly truth: LabelBits
  readonly predicted: LabelBits
  /** The test images' ids. */
  readonly ids: ReadonlyArray<number>
}

export const cocoContributions = ({ ids, predicted, train, truth }: CocoContributionsInput): Contributions => {
  const { width } = truth
  const gender = width - 1
  const majority = majorityBits(train)
  const of = (bits: LabelBits, row: number, at: number) => bits.data[row * width + at] ?? 0
  const one = (is: boolean): Measure => share(is ? 1 : 0, 1, "")
  const all = (isRight: (at: number) => boolean): Measure =>
    share(Array.from({ length: width }, (_, at) => at).filter(isRight).length, width, "")
  const groups = new Map(
    ids.map((id, row) => [
      `${id}`,
      {
        acc_test: all((at) => of(predicted, row, at) === of(truth, row, at)),
        majority_test: all((at) => majority[at] === of(truth, row, at)),
        gender_acc: one(of(predicted, row, gender) === of(truth, row, gender)),
        gender_majority: one(majority[gender] === of(truth, row, gender)),
        man_share: one(of(truth, row, gender) === 1),
        man_share_predicted: one(of(predicted, row, gender) === 1)
      }
    ])
  )
  return {
    by: "image",
    ...contributionsOf(groups, SHARES),
    rows: rightRows("gender_acc", [...groups.keys()], (row) => of(predicted, row, gender) === of(truth, row, gender))
  }
}
