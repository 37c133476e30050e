import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { scale } from "vega"
import { axisScale } from "../../../stages/figures/AxisScale.ts"

describe("axisScale", () => {
  for (const kind of ["linear", "log"] as const)
    it(`has the places of vega's ${kind} scale, to a hundredth of a pixel`, () => {
      const domain = [0.02, 50] as const
      const reference = scale(kind)().domain(domain).range([400, 30])
      const ours = axisScale({ kind, domain, ticks: [], format: "" }, 400, 30)
      fc.assert(
        fc.property(fc.double({ min: 0.02, max: 50, noNaN: true }), (value) => {
          assert.closeTo(ours(value), reference(value), 0.00501)
        })
      )
      assert.strictEqual(ours(0.02), 400)
      assert.strictEqual(ours(50), 30)
    })
})
