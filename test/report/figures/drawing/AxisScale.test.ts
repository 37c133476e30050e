import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { axisScale } from "../../../../src/report/figures/drawing/AxisScale.ts"

const inside = fc.double({ min: 0.02, max: 50, noNaN: true })

describe("axisScale", () => {
  it("keeps the ratio of distances on a linear axis", () => {
    const at = axisScale({ kind: "linear", domain: [0.02, 50] }, 400, 30)
    fc.assert(fc.property(inside, (value) => assert.closeTo((400 - at(value)) / 370, (value - 0.02) / 49.98, 0.00002)))
    assert.deepStrictEqual([at(0.02), at(50)], [400, 30])
  })

  it("gives equal factors equal distances on a logarithmic one", () => {
    const at = axisScale({ kind: "log", domain: [0.02, 50] }, 400, 30)
    assert.deepStrictEqual([at(0.02), at(1), at(50)], [400, 215, 30])
    fc.assert(
      fc.property(inside, inside, (a, b) => {
        assert.closeTo(at(Math.sqrt(a * b)), (at(a) + at(b)) / 2, 0.011)
      })
    )
  })
})
