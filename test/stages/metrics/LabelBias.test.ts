import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { COCO_LABELS, OUTPUTS } from "../../../stages/coco/CocoSet.ts"
import { labelBiasRows, labelCounts } from "../../../stages/metrics/LabelBias.ts"
import { bitsOf, someBits, swappedGender } from "./rowsOfBits.ts"

describe("the bias of labels", () => {
  it("is the share of men among the rows that have the label", () => {
    const bits = bitsOf([
      [1, 0, 1],
      [1, 0, 1],
      [1, 1, 0],
      [0, 1, 0],
      [0, 0, 1]
    ])
    assert.deepStrictEqual(labelCounts(bits), [
      { positives: 3, men: 2, bias: 2 / 3 },
      { positives: 2, men: 0, bias: 0 }
    ])
  })
  it("has none where no row has the label, and none without rows", () => {
    assert.deepStrictEqual(labelCounts(bitsOf([[0, 1]])), [{ positives: 0, men: 0, bias: null }])
    assert.deepStrictEqual(labelCounts(bitsOf([], 2)), [{ positives: 0, men: 0, bias: null }])
  })
  it("swapping genders turns b into 1 − b", () => {
    fc.assert(
      fc.property(someBits(4, 0, 12), (bits) => {
        const other = labelCounts(swappedGender(bits))
        for (const [at, { bias, men, positives }] of labelCounts(bits).entries()) {
          assert.strictEqual(other[at]?.men, positives - men)
          if (bias !== null) assert.closeTo(other[at]?.bias ?? -1, 1 - bias, 1e-12)
        }
      })
    )
  })
  it("a label's row has what is true in both parts and what is predicted", () => {
    const row = (set: ReadonlyArray<string>) => OUTPUTS.map((name) => (set.includes(name) ? 1 : 0))
    const train = bitsOf([row(["truck", "man"]), row(["truck"])])
    const test = bitsOf([row(["truck", "man"]), row(["fork"])])
    const predicted = bitsOf([row(["truck"]), row([])])
    const rows = labelBiasRows(train, test, predicted)
    assert.deepStrictEqual(
      rows.map(({ label }) => label),
      [...COCO_LABELS]
    )
    assert.deepStrictEqual(rows[0], {
      label: "truck",
      train: 0.5,
      trainPositives: 2,
      test: 1,
      testPositives: 1,
      predicted: 0,
      predictedPositives: 1
    })
    assert.deepStrictEqual(rows[6], {
      label: "fork",
      train: null,
      trainPositives: 0,
      test: 0,
      testPositives: 1,
      predicted: null,
      predictedPositives: 0
    })
  })
})
