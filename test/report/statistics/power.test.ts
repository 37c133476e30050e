/** Figures by scipy 1.17 (nct, permutation_test, trim_mean, mannwhitneyu) and statsmodels 0.15 (TTestPower, multipletests). */
import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import {
  detectableEffect,
  holm,
  improvement,
  interquartileMean,
  pairedDifference,
  pairedTPower,
  seedsFor
} from "../../../src/report/statistics/index.ts"
import { noncentralTCdf } from "../../../src/report/statistics/NoncentralT.ts"
import { normalCdf } from "../../../src/report/statistics/Normal.ts"
import { hedgesCorrection } from "../../../src/report/statistics/Paired.ts"

describe("the noncentral t distribution", () => {
  it("is scipy's", () => {
    const cases: ReadonlyArray<readonly [t: number, df: number, noncentrality: number, expected: number]> = [
      [2.776, 4, 0.5, 0.9412116197849711],
      [2.776, 4, 3.76, 0.20010888285166878],
      [-2.776, 4, 1, 0.002798095115713142],
      [12.706, 1, 16.3, 0.20093095525990906],
      [0, 7, 1.2, 0.11506967022170833],
      [1.99, 79, 2.8, 0.21003632479547155],
      [0.3, 2, -2.5, 0.996939988927366],
      [4.3, 2, 5.6, 0.20559313366969464]
    ]
    for (const [t, df, noncentrality, expected] of cases)
      assert.closeTo(noncentralTCdf(t, df, noncentrality), expected, 1e-12, `${t} ${df} ${noncentrality}`)
  })
  it("so is the normal one below it", () => {
    assert.closeTo(normalCdf(-3.2), 0.0006871379379158471, 1e-15)
    assert.closeTo(normalCdf(1.7), 0.955434537241457, 1e-14)
  })
})

describe("what a number of seeds can show", () => {
  it("power of the paired t test", () => {
    for (const [n, effect, expected] of [
      [3, 1, 0.1792553937765517],
      [5, 1.68, 0.799124869501789],
      [5, 0.5, 0.140516689990298],
      [10, 1, 0.8030968566327218],
      [30, 0.2, 0.18518338712591942],
      [100, 0.28, 0.7918283273997717]
    ] as const)
      assert.closeTo(pairedTPower(n, effect), expected, 1e-9)
  })
  it("the difference that is found four times in five", () => {
    for (const [n, expected] of [
      [5, 1.6819970833232674],
      [6, 1.4345451395119289],
      [10, 0.9960019107624178],
      [30, 0.5292357045238948],
      [100, 0.2829117119690806]
    ] as const)
      assert.closeTo(detectableEffect(n), expected, 2e-6)
  })
  it("the seeds that a difference takes: statsmodels' number, up to the next whole one", () => {
    for (const [effect, expected] of [
      [0.1, 787],
      [0.25, 128],
      [0.5, 34],
      [1, 10],
      [2, 5]
    ] as const)
      assert.strictEqual(
        seedsFor(() => effect),
        expected
      )
    assert.isNull(seedsFor(() => 0.01))
    // An error that seeds do not lessen: the effect in seeds' units falls as they grow.
    assert.isNull(seedsFor((n) => 1 / Math.sqrt(1 + n)))
  })
})

describe("Holm's adjustment", () => {
  it("is statsmodels', and leaves out what has no p", () => {
    const adjusted = holm([0.01, 0.04, null, 0.03, 0.005, 0.2, 0.04])
    for (const [at, expected] of [0.05, 0.12, null, 0.12, 0.03, 0.2, 0.12].entries())
      if (expected === null) assert.isNull(adjusted[at])
      else assert.closeTo(adjusted[at] ?? 0, expected, 1e-15)
  })
  it("never lowers a p, never exceeds Bonferroni's, and keeps the order", () =>
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }), (ps) => {
        const adjusted = holm(ps)
        for (const [at, p] of ps.entries()) {
          assert.isAtLeast(adjusted[at] ?? -1, p)
          assert.isAtMost(adjusted[at] ?? 2, Math.min(1, p * ps.length))
          for (const [other, q] of ps.entries()) if (q < p) assert.isAtMost(adjusted[other] ?? 2, adjusted[at] ?? -1)
        }
      })
    ))
})

describe("the effect size", () => {
  it("is Hedges' g of the differences", () => {
    assert.closeTo(hedgesCorrection(4), 0.7978845608028653, 1e-13)
    const found = pairedDifference([0.03, 0.01, 0.02, 0.04, 0.02])
    assert.closeTo(found?.effect ?? 0, 1.6794985260802082, 1e-12)
    assert.closeTo(found?.pT ?? 0, 0.00926169675951442, 1e-12)
    assert.strictEqual(found?.p, 0.0625)
    assert.strictEqual(found?.seedsNeeded, 1)
    // The correction of one degree of freedom is 0, which would say that there is no effect.
    assert.isNull(pairedDifference([0.1, 0.2])?.effect)
  })
})

describe("statistics of runs", () => {
  it("the mean of the middle half", () => {
    assert.strictEqual(interquartileMean([3, 1, 9, 4, 7, 2, 8, 5, 100, 6]), 5.5)
    assert.strictEqual(interquartileMean([1, 2, 3, 4, 50]), 3)
    assert.isNull(interquartileMean([]))
  })
  it("the probability of improvement: Mann and Whitney's U over the pairs", () => {
    assert.strictEqual(improvement([0.3, 0.5, 0.5, 0.9], [0.4, 0.5, 0.2]), 0.75)
    assert.isNull(improvement([], [1]))
  })
})
