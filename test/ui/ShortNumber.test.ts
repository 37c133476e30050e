import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { shortNumber, signedNumber } from "../../src/ui/ShortNumber.ts"

describe("ShortNumber", () => {
  it.each([
    [0.8421, ".842"],
    [-0.8421, "-.84"],
    [1, "1.00"],
    [12.345, "12.3"],
    [1234.5, "1235"],
    [56_789, "57k"],
    [0, ".000"],
    // So small that neither the figure nor its exponent fits: no sign of a zero.
    [-0.000_01, ".000"],
    [0.000_03, "3e-5"],
    [Number.NaN, "NaN"]
  ])("prints %d in four columns", (value, text) => {
    assert.strictEqual(shortNumber(value, 4, 4), text)
  })

  it("is never wider than it may be, and within a rounding of the value", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -9999, max: 9999, noNaN: true }),
        fc.integer({ min: 5, max: 9 }),
        (value, columns) => {
          const text = shortNumber(value, columns, 6)
          assert.isAtMost(text.length, columns, text)
          assert.closeTo(Number(text), value, Math.max(0.5, Math.abs(value) / 10))
        }
      )
    )
  })

  it("tells the sign of a difference", () => {
    assert.deepStrictEqual(
      [0.0123, -0.0123, 0, -2].map((value) => signedNumber(value, 7, 4)),
      ["+.0123", "-.0123", ".0000", "-2.0000"]
    )
  })
})
