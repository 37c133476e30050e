import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { averagePrecision, meanAveragePrecision } from "../../../stages/metrics/AveragePrecision.ts"
import { bitsOf, scores12, truth12 } from "./rowsOfBits.ts"

const columnOf = (values: ArrayLike<number>, at: number) => Array.from(values).filter((_, index) => index % 4 === at)

describe("average precision", () => {
  it("twelve rows with equal scores: scikit-learn's figures", () => {
    const own = (at: number) => averagePrecision(columnOf(truth12.data, at), columnOf(scores12, at))
    assert.closeTo(own(0) ?? -1, 0.3833333333333333, 1e-15)
    assert.closeTo(own(1) ?? -1, 0.6578540507111936, 1e-15)
    assert.isNull(own(2))
    const mean = meanAveragePrecision(truth12, scores12)
    assert.closeTo(mean.value ?? -1, (0.3833333333333333 + 0.6578540507111936) / 2, 1e-15)
    assert.strictEqual(mean.n, 2)
  })
  it("equals the sum over all thresholds, and does not depend on the order of rows", () => {
    const rows = fc.array(fc.tuple(fc.nat(1), fc.nat(4)), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.nat(1000)), (drawn, keys) => {
        fc.pre(drawn.some(([is]) => is === 1))
        const positives = drawn.filter(([is]) => is === 1).length
        let expected = 0
        for (const threshold of [0, 1, 2, 3, 4]) {
          const hits = (least: number) => drawn.filter(([is, score]) => is === 1 && score >= least).length
          const said = drawn.filter(([, score]) => score >= threshold).length
          if (said > 0) expected += ((hits(threshold) - hits(threshold + 1)) / positives) * (hits(threshold) / said)
        }
        const figure = (each: typeof drawn) =>
          averagePrecision(
            each.map(([is]) => is),
            each.map(([, score]) => score)
          ) ?? -1
        assert.closeTo(figure(drawn), expected, 1e-12)
        const order = drawn.map((row) => ({ row, key: keys.next().value ?? 0 })).sort((a, b) => a.key - b.key)
        assert.closeTo(figure(order.map(({ row }) => row)), expected, 1e-12)
      })
    )
  })
  it("is 1 for a perfect order, the base rate where all scores are equal, undefined without a positive", () => {
    assert.strictEqual(averagePrecision([0, 1, 1], [0.1, 0.7, 0.6]), 1)
    assert.strictEqual(averagePrecision([0, 1, 1, 0], [0.5, 0.5, 0.5, 0.5]), 0.5)
    assert.deepStrictEqual(meanAveragePrecision(bitsOf([[0, 1]]), [0.5, 0.5]), {
      value: null,
      n: 0,
      note: "no label is true in any row"
    })
    assert.deepStrictEqual(meanAveragePrecision(bitsOf([], 2), []), { value: null, n: 0, note: "no row" })
  })
})
