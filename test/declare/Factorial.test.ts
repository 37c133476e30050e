import { assert, describe, it } from "@effect/vitest"
import * as Grid from "../../src/declare/Grids.ts"
import { refusal } from "./refusal.ts"

const two = [false, true] as const
const sign = (value: unknown) => (value === true ? 1 : -1)

describe("Grid.factorial", () => {
  it("is every combination of levels, the last factor fastest", () => {
    const grid = Grid.factorial({ a: two, n: [1, 2, 3] })
    assert.deepStrictEqual<unknown>(
      grid.points,
      two.flatMap((a) => [1, 2, 3].map((n) => ({ a, n })))
    )
    assert.deepStrictEqual(grid.axes, ["a", "n"])
  })

  it("is a fraction in which the generated factors are the products of the others", () => {
    // The 2^(7-4) of resolution III in Box, Hunter & Hunter, Statistics for Experimenters, chapter 6.
    const grid = Grid.factorial(
      { a: two, b: two, c: two, d: two, e: two, f: two, g: two },
      { generators: { d: ["a", "b"], e: ["a", "c"], f: ["b", "c"], g: ["a", "b", "c"] } }
    )
    assert.lengthOf(grid.points, 8)
    for (const { a, b, c, d, e, f, g } of grid.points)
      assert.deepStrictEqual([d, e, f, g].map(sign), [
        sign(a) * sign(b),
        sign(a) * sign(c),
        sign(b) * sign(c),
        sign(a) * sign(b) * sign(c)
      ])
    // Of strength 2: every two factors have each pair of levels equally often.
    for (const one of grid.axes)
      for (const other of grid.axes)
        if (one !== other)
          assert.strictEqual(
            grid.points.reduce(
              (sum, point) => sum + sign(Reflect.get(point, one)) * sign(Reflect.get(point, other)),
              0
            ),
            0,
            `${one} and ${other}`
          )
  })

  it("holds a fraction to the resolution that is asked for", () => {
    const levels = { a: two, b: two, c: two, d: two }
    const of = (d: ReadonlyArray<"a" | "b" | "c">, resolution?: 3 | 4 | 5) => () =>
      Grid.factorial(levels, { generators: { d }, ...(resolution === undefined ? {} : { resolution }) })
    assert.lengthOf(of(["a", "b", "c"], 4)().points, 8)
    assert.lengthOf(of(["a", "b"])().points, 8)
    assert.include(
      refusal(of(["a", "b"], 4)).message,
      "grid: factorial: the fraction has resolution III, not IV: d·a·b is the same at all points"
    )
    assert.include(refusal(of(["a"])).message, "resolution II, not III: d·a is the same")
    // What follows of two generators may be shorter than each: e·f = (a·b·c)(b·c·d) = a·d.
    const both = { generators: { e: ["a", "b", "c"], f: ["b", "c", "d"] }, resolution: 4 } as const
    assert.lengthOf(Grid.factorial({ ...levels, e: two, f: two }, both).points, 16)
    assert.include(
      refusal(() => Grid.factorial({ ...levels, e: two, f: two }, { ...both, resolution: 5 })).message,
      "resolution IV, not V"
    )
  })

  it("refuses factors and generators that cannot be", () => {
    assert.include(refusal(() => Grid.factorial({})).message, "at least one factor")
    assert.include(refusal(() => Grid.factorial({ a: [1] })).message, '"a" needs two levels or more, found 1')
    assert.include(refusal(() => Grid.factorial({ a: [1, "1"] })).message, '"a" has a level twice')
    const levels = { a: two, b: two, c: two }
    const three = { ...levels, c: [1, 2, 3] }
    assert.include(
      refusal(() => Grid.factorial(three, { generators: { b: ["a"] } })).message,
      'two levels; "c" has 3. Leave generators out'
    )
    // @ts-expect-error no factor of that name
    const astray = refusal(() => Grid.factorial(levels, { generators: { d: ["a"] } })).message
    assert.include(astray, 'there is no factor "d"; they are a, b, c')
    assert.include(
      refusal(() => Grid.factorial(levels, { generators: { b: ["a"], c: ["b"] } })).message,
      '"c" is made of "b", which is made of others itself'
    )
    assert.include(refusal(() => Grid.factorial(levels, { generators: { c: [] } })).message, "found []")
  })
})
