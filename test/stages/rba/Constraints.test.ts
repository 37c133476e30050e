import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { excess, ratioConstraint, ratioConstraints, TOLERANCE } from "../../../stages/rba/Constraints.ts"

describe("corpus-level constraints", () => {
  it("ratio 0.7, margin 0.05: the weights of the reference example", () => {
    const { lower, upper } = ratioConstraint(3, 0.7, 0.05)
    assert.closeTo(lower[0], -0.35, 1e-15)
    assert.closeTo(lower[1], 0.65, 1e-15)
    assert.closeTo(upper[0], 0.25, 1e-15)
    assert.closeTo(upper[1], -0.75, 1e-15)
  })
  it("a side is violated exactly where the share of men is beyond ratio ∓ margin", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.nat(500),
        fc.nat(500),
        (ratio, margin, men, women) => {
          fc.pre(men + women > 0)
          const { lower, upper } = ratioConstraint(0, ratio, margin)
          const share = men / (men + women)
          // Too near the margin to tell without rounding.
          fc.pre(Math.abs(share - (ratio - margin)) > 1e-6 && Math.abs(share - (ratio + margin)) > 1e-6)
          assert.strictEqual(excess(lower, men, women) > TOLERANCE, share < ratio - margin)
          assert.strictEqual(excess(upper, men, women) > TOLERANCE, share > ratio + margin)
        }
      )
    )
  })
  it("a share on the margin violates nothing, however it rounds", () => {
    for (const [men, women] of [
      [11, 9],
      [22, 18],
      [143, 117]
    ] as const)
      assert.isAtMost(excess(ratioConstraint(0, 0.5, 0.05).upper, men, women), TOLERANCE)
  })
  it("labels without more than the wanted occurrences are left unconstrained", () => {
    const constraints = ratioConstraints(
      [
        { positives: 101, men: 50, bias: 50 / 101 },
        { positives: 100, men: 50, bias: 0.5 },
        { positives: 0, men: 0, bias: null }
      ],
      0.05,
      100
    )
    assert.deepStrictEqual(
      constraints.map(({ object }) => object),
      [0]
    )
  })
})
