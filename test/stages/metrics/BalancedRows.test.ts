import { assert, describe, it } from "@effect/vitest"
import { Rng } from "ablate/numerics"
import fc from "fast-check"
import { balancedRows } from "../../../stages/metrics/BalancedRows.ts"

describe("balanced rows", () => {
  it("has as many men as women, each row once, no more than the rarer gender or the limit", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1), { maxLength: 30 }),
        fc.integer({ min: 1, max: 10 }),
        fc.nat(),
        (gender, most, seed) => {
          const rows = [...balancedRows(gender, most, Rng.stream(seed, "balanced"))]
          const men = gender.filter((man) => man === 1).length
          const each = Math.min(men, gender.length - men, most)
          assert.strictEqual(rows.length, 2 * each)
          assert.strictEqual(new Set(rows).size, rows.length)
          assert.strictEqual(rows.filter((row) => gender[row] === 1).length, each)
          assert.isTrue(rows.every((row) => row >= 0 && row < gender.length))
        }
      )
    )
  })
  it("draws every row alike", () => {
    const gender = [1, 1, 1, 1, 0]
    const rng = Rng.stream(1, "balanced")
    const hits = [0, 0, 0, 0, 0]
    for (let round = 0; round < 4000; round++)
      for (const row of balancedRows(gender, 10, rng)) hits[row] = (hits[row] ?? 0) + 1
    assert.strictEqual(hits[4], 4000)
    // A binomial of 4000 and ¼ has standard deviation 27.
    for (const each of hits.slice(0, 4)) assert.closeTo(each, 1000, 140)
  })
})
