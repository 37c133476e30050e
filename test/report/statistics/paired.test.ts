import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import {
  mcNemar,
  meanInterval,
  pairedDifference,
  pairedT,
  sampleSd,
  sharedDifferences,
  signFlipP,
  sum,
  summarize
} from "../../../src/report/statistics/index.ts"

const differences = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 11 })

/** Plain enumeration, the definition itself. */
const bruteForce = (values: ReadonlyArray<number>, statistic: (signed: ReadonlyArray<number>) => number) => {
  const observed = statistic(values)
  let extreme = 0
  for (let pattern = 0; pattern < 2 ** values.length; pattern++) {
    const signed = values.map((value, index) => (Math.floor(pattern / 2 ** index) % 2 === 1 ? -value : value))
    if (statistic(signed) >= observed - 1e-12 * sum(values.map(Math.abs))) extreme += 1
  }
  return extreme / 2 ** values.length
}

describe("summaries", () => {
  it("mean, sd and t interval of five accuracies", () => {
    const summary = summarize([0.81, 0.83, 0.8, 0.85, 0.82])
    assert.closeTo(summary.mean ?? 0, 0.822, 1e-15)
    assert.closeTo(summary.sd ?? 0, 0.019235384061671315, 1e-15)
    assert.closeTo(summary.interval?.[0] ?? 0, 0.7981161161190004, 1e-13)
    assert.closeTo(summary.interval?.[1] ?? 0, 0.8458838838809998, 1e-13)
    assert.strictEqual(summary.n, 5)
  })
  it("one value has no spread, no value has no mean", () => {
    assert.deepStrictEqual(summarize([0.3]), { n: 1, mean: 0.3, sd: null, interval: null })
    assert.deepStrictEqual(summarize([]), { n: 0, mean: null, sd: null, interval: null })
  })
  it("equal values have spread exactly 0 and a zero-width interval", () => {
    assert.strictEqual(sampleSd([0.1, 0.1, 0.1]), 0)
    assert.deepStrictEqual(meanInterval([0.25, 0.25]), [0.25, 0.25])
  })
  it("the sum keeps what a plain loop loses", () => {
    assert.strictEqual(sum([1, 1e100, 1, -1e100]), 2)
    assert.strictEqual(sum(Array.from({ length: 10 }, () => 0.1)), 1)
    assert.strictEqual(sum([Number.MAX_VALUE, Number.MAX_VALUE]), Number.POSITIVE_INFINITY)
  })
})

describe("paired difference", () => {
  it("pairs by seed, whatever the order, and leaves the rest out", () => {
    const left = [0, 1, 2, 3].map((seed) => ({ seed, value: seed + 0.5 }))
    const right = [3, 1, 7].map((seed) => ({ seed, value: seed }))
    assert.deepStrictEqual(sharedDifferences(left, right), [0.5, 0.5])
  })
  it("five seeds: t interval, and the sign-flip p at its floor", () => {
    const a = [0.81, 0.83, 0.8, 0.85, 0.82]
    const b = [0.79, 0.82, 0.77, 0.81, 0.8]
    const d = a.map((value, index) => value - (b[index] ?? 0))
    const result = pairedDifference(d)
    assert.closeTo(result?.mean ?? 0, 0.024, 1e-14)
    assert.closeTo(result?.ci95?.[0] ?? 0, 0.009842852230177277, 1e-12)
    assert.closeTo(result?.ci95?.[1] ?? 0, 0.03815714776982267, 1e-12)
    assert.strictEqual(result?.p, 0.0625)
    assert.closeTo(pairedT(d)?.t ?? 0, 4.70678724331642, 1e-10)
    assert.closeTo(pairedT(d)?.p ?? 0, 0.0092616967595144, 1e-12)
  })
  it("paired t of six sentence pairs", () => {
    const female = [0.52, 0.61, 0.49, 0.7, 0.55, 0.66]
    const male = [0.5, 0.58, 0.5, 0.64, 0.53, 0.63]
    const result = pairedT(female.map((value, index) => value - (male[index] ?? 0)))
    assert.closeTo(result?.mean ?? 0, 0.025, 1e-15)
    assert.closeTo(result?.sd ?? 0, 0.022583179581272417, 1e-14)
    assert.closeTo(result?.t ?? 0, 2.7116307227332044, 1e-12)
    assert.strictEqual(result?.df, 5)
    assert.closeTo(result?.p ?? 0, 0.0421939967055243, 1e-13)
    assert.closeTo(result?.effect ?? 0, 1.10701860692512, 1e-12)
  })
  it("one pair gives a difference without interval or p, no pair gives nothing", () => {
    const { ci95, mean, p, pT, sd, seedsNeeded } = pairedDifference([0.2]) ?? {}
    assert.deepStrictEqual(
      { ci95, mean, p, pT, sd, seedsNeeded },
      {
        ci95: null,
        mean: 0.2,
        p: null,
        pT: null,
        sd: null,
        seedsNeeded: 5
      }
    )
    assert.isNull(pairedDifference([]))
    assert.isNull(pairedT([0.2]))
  })
  it("equal differences have neither interval nor t, however they are rounded", () => {
    const equal = [0.9 - 0.8, 0.8 - 0.7, 0.7 - 0.6, 0.6 - 0.5]
    assert.notStrictEqual(new Set(equal).size, 1)
    for (const differences of [[0, 0, 0], equal]) {
      const found = pairedDifference(differences)
      assert.deepStrictEqual([found?.ci95, found?.sd, found?.se, found?.pT, found?.effect], [null, 0, null, null, null])
    }
    assert.strictEqual(pairedDifference([0, 0, 0])?.p, 1)
  })
})

describe("sign-flip test", () => {
  it("six differences, one of them against the rest", () => {
    assert.strictEqual(signFlipP([0.02, 0.03, -0.01, 0.04, 0.025, 0.005]), 0.09375)
  })
  it("equals the enumeration of every pattern", () =>
    fc.assert(
      fc.property(differences, (values) => {
        assert.strictEqual(
          signFlipP(values),
          bruteForce(values, (signed) => Math.abs(sum(signed)))
        )
      })
    ))
  it("is never below 2^(1-n), and reaches it when all differences agree in sign", () =>
    fc.assert(
      fc.property(differences, (values) => {
        const floor = 2 ** (1 - values.length)
        assert.isAtLeast(signFlipP(values) ?? 0, floor)
        assert.strictEqual(signFlipP(values.map((value) => Math.abs(value) + 0.01)), floor)
      })
    ))
  it("thirty pairs are still exact, more than forty are refused", () => {
    assert.strictEqual(signFlipP(Array.from({ length: 30 }, (_, index) => 0.01 + index / 1000)), 2 ** -29)
    assert.isNull(signFlipP(Array.from({ length: 41 }, () => 0.1)))
    assert.isNull(signFlipP([]))
  })
  it("is the same for a mirrored list, whatever the order", () =>
    fc.assert(
      fc.property(differences, (values) => {
        const p = signFlipP(values)
        assert.strictEqual(signFlipP(values.map((value) => -value)), p)
        assert.strictEqual(signFlipP(values.toSorted((left, right) => left - right)), p)
      })
    ))
})

describe("McNemar", () => {
  it("15 against 5", () => {
    const result = mcNemar(15, 5)
    assert.closeTo(result.chiSquare ?? 0, 4.05, 1e-15)
    assert.closeTo(result.pChiSquare ?? 0, 0.04417134490844271, 1e-14)
    assert.closeTo(result.p, 0.04138946533203125, 1e-14)
  })
  it("other counts", () => {
    assert.closeTo(mcNemar(3, 14).p, 0.012725830078125, 1e-14)
    assert.closeTo(mcNemar(3, 14).pChiSquare ?? 0, 0.015293371030198944, 1e-14)
    assert.closeTo(mcNemar(160, 140).p, 0.27262991270081666, 1e-12)
    assert.deepStrictEqual(mcNemar(0, 0), { p: 1, chiSquare: null, pChiSquare: null })
    assert.deepStrictEqual(mcNemar(4, 4), { p: 1, chiSquare: 0, pChiSquare: 1 })
  })
})
