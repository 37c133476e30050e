/** Expected numbers were computed with 40-digit arithmetic. */
import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { logBeta, logGamma } from "../../../src/report/statistics/Gamma.ts"
import { chiSquare1UpperTail, normalCritical } from "../../../src/report/statistics/Normal.ts"
import { incompleteBeta, studentTCritical, studentTTwoSided } from "../../../src/report/statistics/StudentT.ts"

const close = (actual: number, expected: number, relative = 1e-12) =>
  assert.isAtMost(Math.abs(actual - expected), relative * Math.max(Math.abs(expected), 1e-300), `${actual} ${expected}`)

describe("gamma functions", () => {
  it("log-gamma", () => {
    close(logGamma(0.5), 0.5723649429247001)
    close(logGamma(3.7), 1.428072326665388)
    close(logGamma(14.99), 25.164481163825506)
    close(logGamma(15), 25.19122118273868)
    close(logGamma(1234.5), 7550.550901077895)
    assert.isAtMost(Math.abs(logGamma(1)), 1e-13)
  })
  it("log-beta", () => {
    close(logBeta(0.5, 500000), -5.988816495777464)
    close(logBeta(20, 30), -33.968820791977386)
    close(logBeta(17, 2), -5.723585101952381)
    close(logBeta(3, 4), -4.0943445622221)
  })
})

describe("incomplete beta", () => {
  it("known values", () => {
    close(incompleteBeta(2, 3, 0.4), 0.5248)
    close(incompleteBeta(0.5, 0.5, 0.25), 1 / 3)
    close(incompleteBeta(30, 1.5, 0.99), 0.89459704616081)
    close(incompleteBeta(500, 600, 0.45), 0.3816937336648402, 1e-11)
  })
  it("I_x(a,b) + I_{1-x}(b,a) = 1 and it grows with x", () =>
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 200, noNaN: true }),
        fc.double({ min: 0.5, max: 200, noNaN: true }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (a, b, x) => {
          assert.closeTo(incompleteBeta(a, b, x) + incompleteBeta(b, a, 1 - x), 1, 1e-11)
          assert.isAtLeast(incompleteBeta(a, b, Math.min(1, x + 0.001)) + 1e-12, incompleteBeta(a, b, x))
        }
      )
    ))
})

describe("Student t", () => {
  it("two-sided tail", () => {
    close(studentTTwoSided(0.5, 1), 0.7048327646991335)
    close(studentTTwoSided(2, 3), 0.1393259685588432)
    close(studentTTwoSided(1e-6, 4), 0.99999925)
    close(studentTTwoSided(12.5, 4), 0.00023561604689269978)
    close(studentTTwoSided(0.1, 1000), 0.9203643690236041)
    close(studentTTwoSided(1.96, 1_000_000), 0.04999606758526979, 1e-10)
    close(studentTTwoSided(30, 30), 6.251791630608888e-24)
    close(studentTTwoSided(-3.3, 2.5), 0.05940212877944411)
  })
  it("critical values", () => {
    close(studentTCritical(0.05, 1), 12.706204736174705)
    close(studentTCritical(0.05, 2), 4.302652729749464)
    close(studentTCritical(0.05, 4), 2.7764451051977943)
    close(studentTCritical(0.05, 9), 2.2621571627982053)
    close(studentTCritical(0.01, 4), 4.604094871349993)
    close(studentTCritical(0.05, 29), 2.0452296421327043)
    close(studentTCritical(0.05, 1000), 1.9623390808264085)
    close(studentTCritical(1e-6, 4), 49.45863675693464)
    close(studentTCritical(0.05, 0.5), 164.55767348048852)
    close(studentTCritical(0.05, 100_000), 1.9599877075346097, 1e-10)
  })
  it("the critical value has its level in its tails", () =>
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), fc.integer({ min: 1, max: 200 }), (alpha, df) => {
        assert.closeTo(studentTTwoSided(studentTCritical(alpha, df), df), alpha, 1e-12)
      })
    ))
})

describe("normal and chi-square", () => {
  it("known values", () => {
    close(normalCritical(0.05), 1.9599639845400543)
    close(normalCritical(0.01), 2.575829303548901)
    close(normalCritical(0.32), 0.9944578832097531)
    close(normalCritical(1e-8), 5.73072886823629, 1e-11)
    close(chiSquare1UpperTail(0.001), 0.9747728793699604)
    close(chiSquare1UpperTail(4.05), 0.04417134490844262)
    close(chiSquare1UpperTail(1), 0.3173105078629141)
    close(chiSquare1UpperTail(30), 4.3204630578274975e-8)
  })
})
