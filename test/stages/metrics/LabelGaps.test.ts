import { assert, describe, it } from "@effect/vitest"
import { gapFigures, labelGaps } from "../../../stages/metrics/LabelGaps.ts"
import { bitsOf } from "./rowsOfBits.ts"

describe("gaps between genders", () => {
  it("groups a and b of fairlearn's example as men and women", () => {
    const truth = [1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0]
    const said = [1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0]
    const gender = [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    const never = truth.map(() => 0)
    const columns = (label: ReadonlyArray<number>, other: ReadonlyArray<number>) =>
      bitsOf(label.map((bit, row) => [bit, other[row] ?? 0, gender[row] ?? 0]))
    const gaps = labelGaps(columns(truth, never), columns(said, gender))
    // Selection rates .5 and .5; true positive rates 2/3 and 1/2, false positive rates 1/3 and 1/2.
    assert.closeTo(gaps.demographicParity[0] ?? -1, 0, 1e-15)
    assert.closeTo(gaps.equalizedOdds[0] ?? -1, 1 / 6, 1e-15)
    // The second object is never true: it has a parity gap and no odds.
    assert.deepStrictEqual(gaps.demographicParity[1], 1)
    assert.isNull(gaps.equalizedOdds[1])
    assert.deepStrictEqual(gapFigures(gaps.demographicParity, "none"), {
      mean: { value: 0.5, n: 2 },
      max: { value: 1, n: 2 }
    })
    assert.strictEqual(gapFigures(gaps.equalizedOdds, "none").mean.n, 1)
  })
  it("the predicted gender has no part in it", () => {
    const truth = bitsOf([
      [1, 1],
      [0, 0],
      [1, 0],
      [0, 1]
    ])
    const said = (man: number) => bitsOf([1, 0, 0, 1].map((bit) => [bit, man]))
    assert.deepStrictEqual(labelGaps(truth, said(0)), labelGaps(truth, said(1)))
  })
  it("one gender alone, and no row, have no gaps", () => {
    for (const rows of [[[1, 1]], []]) {
      const bits = bitsOf(rows, 2)
      const gaps = labelGaps(bits, bits)
      assert.deepStrictEqual(gaps, { demographicParity: [null], equalizedOdds: [null] })
      assert.deepStrictEqual(gapFigures(gaps.demographicParity, "why").max, { value: null, n: 0, note: "why" })
    }
  })
})
