import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { bitAccuracy, majorityBitAccuracy, majorityBits } from "../../../stages/metrics/BitAccuracy.ts"
import { bitsOf, someBits } from "./rowsOfBits.ts"

describe("bit accuracy", () => {
  it("counts every bit, and those of some columns", () => {
    const truth = bitsOf([
      [1, 0, 1],
      [0, 0, 1]
    ])
    const predicted = bitsOf([
      [1, 1, 1],
      [0, 0, 0]
    ])
    assert.deepStrictEqual(bitAccuracy(truth, predicted), { value: 4 / 6, n: 6 })
    assert.deepStrictEqual(
      bitAccuracy(truth, predicted, (column) => column === 2),
      { value: 0.5, n: 2 }
    )
    assert.deepStrictEqual(bitAccuracy(bitsOf([], 3), bitsOf([], 3)), { value: null, n: 0, note: "no row" })
  })
  it("the majority is the training rows' own; a tie answers 0", () => {
    const train = bitsOf([
      [1, 0, 1],
      [1, 0, 0],
      [1, 1, 1],
      [0, 0, 0]
    ])
    assert.deepStrictEqual([...majorityBits(train)], [1, 0, 0])
    assert.deepStrictEqual(majorityBitAccuracy(train, bitsOf([[0, 0, 0]])), { value: 2 / 3, n: 3 })
    assert.deepStrictEqual(majorityBitAccuracy(bitsOf([], 3), train), { value: null, n: 0, note: "no training row" })
  })
  it("on the training rows no constant answer is better", () => {
    fc.assert(
      fc.property(someBits(4, 1, 15), fc.array(fc.nat(1), { minLength: 4, maxLength: 4 }), (train, answer) => {
        const constant = bitsOf(Array.from({ length: train.rows }, () => answer))
        const best = majorityBitAccuracy(train, train).value ?? 0
        assert.isAtLeast(best, bitAccuracy(train, constant).value ?? 1)
        assert.isAtLeast(best, 0.5)
      })
    )
  })
})
