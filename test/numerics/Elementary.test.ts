import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { exp, ln, sigmoid, softplus } from "../../src/numerics/Elementary.ts"

describe("Elementary", () => {
  it("agrees with the platform's functions to the last few bits", () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        assert.isBelow(Math.abs(exp(x) / Math.exp(x) - 1), 4e-16)
        const y = Math.exp(x)
        assert.isAtMost(Math.abs(ln(y) - Math.log(y)), 4e-16 * Math.max(1, Math.abs(x)))
        assert.closeTo(sigmoid(x), 1 / (1 + Math.exp(-x)), 4e-16)
      }),
      { numRuns: 2000 }
    )
    for (const x of [-40, -20, -1, 0, 1, 20, 40]) {
      const expected = Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
      assert.isBelow(Math.abs(softplus(x) / expected - 1), 4e-16)
    }
  })

  it("has the limits", () => {
    assert.deepStrictEqual([exp(0), ln(1), sigmoid(0), softplus(0)], [1, 0, 0.5, ln(2)])
    assert.deepStrictEqual(
      [exp(710), exp(-746), ln(0), ln(Number.POSITIVE_INFINITY), ln(-1), exp(Number.NaN)],
      [Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN, Number.NaN]
    )
    assert.strictEqual(ln(Number.MIN_VALUE), Math.log(Number.MIN_VALUE))
    assert.closeTo(exp(-744) / Number.MIN_VALUE, Math.exp(-744) / Number.MIN_VALUE, 1)
  })
})
