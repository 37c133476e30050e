import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { nameColumn } from "../../../../src/report/figures/drawing/NameColumn.ts"

const wanted = fc.array(fc.integer({ min: -20, max: 220 }), { minLength: 1, maxLength: 10 })
const column = (heights: ReadonlyArray<number>) => nameColumn(heights, 15, 0, 200) ?? assert.fail("no room")
const cost = (heights: ReadonlyArray<number>, places: ReadonlyArray<number>) =>
  places.reduce((total, place, index) => total + (place - (heights[index] ?? 0)) ** 2, 0)

describe("nameColumn", () => {
  it("keeps names apart, inside and in their order", () => {
    fc.assert(
      fc.property(wanted, (heights) => {
        const places = column(heights)
        const sorted = [...places].sort((a, b) => a - b)
        assert.isAtLeast(sorted[0] ?? 0, 7.5 - 1e-9)
        assert.isAtMost(sorted.at(-1) ?? 0, 192.5 + 1e-9)
        for (const [index, place] of sorted.slice(1).entries())
          assert.isAtLeast(place - (sorted[index] ?? 0), 15 - 1e-9)
        for (const [a, height] of heights.entries())
          for (const [b, other] of heights.entries()) if (height < other) assert.isBelow(places[a] ?? 0, places[b] ?? 0)
      })
    )
  })

  it("moves them least: no other allowed column in this order is nearer", () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 10, maxLength: 10 })
    fc.assert(
      fc.property(wanted, shares, fc.double({ min: 0, max: 1, noNaN: true }), (heights, other, mix) => {
        const places = column(heights)
        const order = [...heights.keys()].sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0))
        const slack = 200 - 15 * heights.length
        const sorted = other.slice(0, heights.length).sort((a, b) => a - b)
        const alternative = [...places]
        for (const [rank, index] of order.entries()) {
          const free = 7.5 + 15 * rank + slack * (sorted[rank] ?? 0)
          // Allowed columns are convex: between two of them lie others, near the best one too.
          alternative[index] = (1 - mix) * (places[index] ?? 0) + mix * free
        }
        assert.isAtMost(cost(heights, places), cost(heights, alternative) + 1e-6)
      })
    )
  })

  it("leaves names where they are wanted if nothing is in the way", () => {
    assert.deepStrictEqual(column([150, 40, 90]), [150, 40, 90])
  })

  it("gives nothing where they do not fit", () => {
    assert.isNull(nameColumn([1, 2, 3], 15, 0, 44))
  })
})
