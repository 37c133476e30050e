import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import {
  combinedAsPrinted,
  fairness,
  harmonicMean,
  normalizedFairness,
  posterior
} from "../../../stages/metrics/Posterior.ts"

const FEAR = 2

describe("posterior", () => {
  it("P(female | fear) of eight predictions", () => {
    const predicted = [2, 2, 2, 0, 0, 3, 2, 4]
    const gender = ["f", "f", "m", "m", "m", "f", "f", "m"]
    const p = posterior(predicted, gender, FEAR, "f", "none")
    assert.deepStrictEqual(p, { value: 0.75, n: 4 })
    assert.strictEqual(fairness([0.75, 0.25]), 0.1875)
  })
  it("rows without the attribute count only where asked for", () => {
    const predicted = [2, 2, 2, 2, 0]
    const race = ["AA", "EU", null, null, "AA"]
    assert.deepStrictEqual(posterior(predicted, race, FEAR, "AA", "none"), { value: 0.5, n: 2 })
    assert.deepStrictEqual(posterior(predicted, race, FEAR, "AA", "none", "include"), { value: 0.25, n: 4 })
  })
  it("is undefined, with the reason, where nothing is predicted so", () => {
    assert.deepStrictEqual(posterior([0, 0], ["f", "m"], FEAR, "f", "no row predicted fear"), {
      value: null,
      n: 0,
      note: "no row predicted fear"
    })
    assert.isNull(posterior([2], [null], FEAR, "AA", "none").value)
    assert.strictEqual(posterior([2], [null], FEAR, "AA", "none", "include").value, 0)
  })
  it("the shares of all values sum to 1 over the rows that have one", () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom("AA", "EU", null)), { minLength: 1 }),
        (rows) => {
          const predicted = rows.map(([label]) => label)
          const race = rows.map(([, value]) => value)
          const a = posterior(predicted, race, FEAR, "AA", "none").value
          const b = posterior(predicted, race, FEAR, "EU", "none").value
          if (a === null || b === null) assert.isTrue(a === null && b === null)
          else assert.closeTo(a + b, 1, 1e-15)
        }
      )
    ))
})

describe("F and H", () => {
  it("accuracy .94 and p .3734, as in the row aware-race", () => {
    const F = fairness([0.3734, 1 - 0.3734])
    assert.closeTo(F, 0.23397244, 1e-15)
    assert.closeTo(combinedAsPrinted(0.94, F) ?? 0, 0.18734178597923476, 1e-15)
    assert.closeTo(harmonicMean(0.94, F) ?? 0, 0.3746835719584695, 1e-15)
  })
  it("F is greatest, k^-k, for equal shares; normalised it is 1", () => {
    assert.strictEqual(fairness([0.5, 0.5]), 0.25)
    assert.closeTo(fairness([1 / 3, 1 / 3, 1 / 3]), 1 / 27, 1e-16)
    assert.closeTo(normalizedFairness([1 / 3, 1 / 3, 1 / 3]), 1, 1e-15)
    assert.strictEqual(normalizedFairness([1, 0]), 0)
    assert.closeTo(normalizedFairness([0.75, 0.25]), 0.75, 1e-15)
  })
  it("zero fairness gives zero, two zeros are undefined", () => {
    assert.strictEqual(combinedAsPrinted(0.8, 0), 0)
    assert.isNull(combinedAsPrinted(0, 0))
    assert.isNull(harmonicMean(0, 0))
  })
})
