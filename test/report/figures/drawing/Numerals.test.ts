import { assert, describe, it } from "@effect/vitest"
import { fixed, percent, signed, significant } from "../../../../src/report/figures/drawing/Numerals.ts"

describe("numbers in a figure's text", () => {
  it("have a minus sign of their own, and none on 0", () => {
    assert.strictEqual(fixed(-1.25, 1), "−1.3")
    assert.strictEqual(fixed(-0.01, 1), "0.0")
    assert.strictEqual(signed(0.04, 1), "0.0")
    assert.strictEqual(signed(3.21, 1), "+3.2")
    assert.strictEqual(signed(-3.21, 1), "−3.2")
    assert.strictEqual(percent(0.1624, 1), "16.2%")
  })

  it("have four significant digits, and an exponent only far from 1", () => {
    assert.strictEqual(significant(1.23456), "1.235")
    assert.strictEqual(significant(-12345.6), "−12350")
    assert.strictEqual(significant(0), "0")
    assert.strictEqual(significant(-0.00001234), "−1.23e−5")
    assert.strictEqual(significant(12345678), "1.23e7")
  })
})
