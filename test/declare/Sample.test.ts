import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Grid from "../../src/declare/Grids.ts"
import { refusal } from "./refusal.ts"

const space = {
  lr: Grid.log(1e-4, 1e-1),
  dropout: Grid.linear(0, 0.5),
  width: Grid.integer(8, 512),
  layers: Grid.integer(1, 64, "log"),
  act: ["relu", "tanh", null]
} as const
const methods = ["halton", "random"] as const

describe("Grid.sample", () => {
  it("stays where it is when more points are asked for, and when an axis is added behind", () => {
    for (const method of methods) {
      const few = Grid.sample(space, 10, { method, seed: 3 }).points
      assert.deepStrictEqual(Grid.sample(space, 40, { method, seed: 3 }).points.slice(0, 10), few)
      const more = Grid.sample({ ...space, extra: Grid.linear(0, 1) }, 10, { method, seed: 3 }).points
      assert.deepStrictEqual(
        more.map(({ extra: _, ...point }) => point),
        few
      )
      assert.notDeepEqual(Grid.sample(space, 10, { method, seed: 4 }).points, few)
    }
  })

  it("has values within their ranges, in four digits, of which each is another point", () => {
    fc.assert(
      fc.property(fc.constantFrom(...methods), fc.nat(1000), (method, seed) => {
        const { axes, points } = Grid.sample(space, 30, { method, seed })
        assert.deepStrictEqual(axes, ["lr", "dropout", "width", "layers", "act"])
        assert.strictEqual(new Set(points.map((point) => JSON.stringify(point))).size, 30)
        for (const { act, dropout, layers, lr, width } of points) {
          assert.isTrue(lr >= 1e-4 && lr <= 1e-1 && dropout >= 0 && dropout <= 0.5)
          assert.isTrue(Number.isInteger(width) && width >= 8 && width <= 512)
          assert.isTrue(Number.isInteger(layers) && layers >= 1 && layers <= 64)
          assert.include(["relu", "tanh", null], act)
          assert.strictEqual(Number(lr.toPrecision(4)), lr)
        }
      }),
      { numRuns: 20 }
    )
  })

  it("by Halton puts one of the first bᵏ points in each bᵏ-th of the axis with base b", () => {
    for (const seed of [0, 1, 2]) {
      const { points } = Grid.sample({ two: Grid.linear(0, 1), three: Grid.linear(0, 1) }, 729, { seed })
      for (const [axis, cells] of [
        ["two", 512],
        ["three", 729]
      ] as const) {
        // Rounded to four digits some values fall on the border of the next cell, by half of the last digit at most.
        const hit = points.slice(0, cells).map((point) => Math.floor((point[axis] - 5e-5) * cells))
        const near = points.slice(0, cells).map((point) => Math.floor((point[axis] + 5e-5) * cells))
        const cellsHit = new Set([...hit, ...near])
        for (let cell = 0; cell < cells; cell++) assert.isTrue(cellsHit.has(cell), `${axis}: cell ${cell} of ${cells}`)
      }
    }
  })

  it("spreads evenly, on logarithms where asked: quarters of the space are drawn as often", () => {
    for (const method of methods) {
      const { points } = Grid.sample(space, 2000, { method })
      const shares = (of: (point: (typeof points)[number]) => boolean) => points.filter(of).length / points.length
      assert.closeTo(
        shares(({ lr }) => lr < 1e-4 * 1000 ** 0.25),
        0.25,
        0.04
      )
      assert.closeTo(
        shares(({ dropout }) => dropout < 0.125),
        0.25,
        0.04
      )
      assert.closeTo(
        shares(({ width }) => width < 8 + 505 / 4),
        0.25,
        0.04
      )
      assert.closeTo(
        shares(({ layers }) => layers < 8),
        Math.log(8) / Math.log(65),
        0.04
      )
      assert.closeTo(
        shares(({ act }) => act === null),
        1 / 3,
        0.04
      )
    }
  })

  it("gives all points of a small space, and refuses to give more", () => {
    const small = { a: ["x", "y", "z"], k: Grid.integer(1, 3) } as const
    for (const method of methods) assert.lengthOf(Grid.sample(small, 9, { method }).points, 9)
    assert.include(refusal(() => Grid.sample(small, 10)).message, "the space has 9 points, and 10 are asked for")
  })

  it("refuses ranges and spaces that are none", () => {
    assert.include(refusal(() => Grid.linear(1, 1)).message, "linear: a range is two finite numbers")
    assert.include(refusal(() => Grid.linear(0, Number.NaN)).message, "found 0 and NaN")
    assert.include(refusal(() => Grid.log(0, 1)).message, "log: a logarithmic range begins above 0, found 0")
    assert.include(refusal(() => Grid.integer(0.5, 2)).message, "integer: the ends of the range are whole")
    assert.include(refusal(() => Grid.integer(0, 2, "log")).message, "integer: a logarithmic range begins above 0")
    assert.include(refusal(() => Grid.sample({}, 1)).message, "the space has no axes")
    assert.include(refusal(() => Grid.sample({ a: [] }, 1)).message, 'axis "a" has no values')
    assert.include(refusal(() => Grid.sample(space, 0)).message, "at least 1, found 0")
    assert.include(refusal(() => Grid.sample(space, 2, { seed: -1 })).message, "the seed is a whole number")
    const wide = Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`a${at}`, Grid.linear(0, 1)]))
    assert.include(refusal(() => Grid.sample(wide, 2)).message, 'at most 16 axes; take the method "random"')
    assert.lengthOf(Grid.sample(wide, 2, { method: "random" }).points, 2)
  })
})
