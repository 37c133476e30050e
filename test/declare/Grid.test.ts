import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Grid from "../../src/declare/Grid.ts"
import { refusal } from "./refusal.ts"

describe("grids", () => {
  it("rows are the points in the order given, their fields the axes", () => {
    const grid = Grid.rows([
      { method: "b", lambda: 1 },
      { method: "a", lambda: null }
    ])
    assert.deepStrictEqual<unknown>(grid.points, [
      { method: "b", lambda: 1 },
      { method: "a", lambda: null }
    ])
    assert.deepStrictEqual(grid.axes, ["method", "lambda"])
    assert.isNull(grid.seedAxis)
  })

  it("axes give every combination, the last axis fastest", () => {
    const grid = Grid.axes({ a: ["x", "y"], b: [1, 2] })
    assert.deepStrictEqual<unknown>(grid.points, [
      { a: "x", b: 1 },
      { a: "x", b: 2 },
      { a: "y", b: 1 },
      { a: "y", b: 2 }
    ])
    assert.deepStrictEqual(grid.axes, ["a", "b"])
  })

  it("the seed axis is no axis of the rows", () => {
    const grid = Grid.rows([{ m: "a" }, { m: "b" }]).cross({ k: [true, false], seed: Grid.seeds([7, 3]) })
    assert.deepStrictEqual(grid.axes, ["m", "k"])
    assert.strictEqual(grid.seedAxis, "seed")
    assert.strictEqual(grid.points.length, 8)
    assert.deepStrictEqual<unknown>(grid.points[1], { m: "a", k: true, seed: 3 })
  })

  it("a grid is not changed by what is derived from it", () => {
    const grid = Grid.rows([{ m: "a" }])
    grid.cross({ k: [1, 2] })
    grid.filter(() => false)
    grid.concat(grid)
    assert.deepStrictEqual<unknown>(grid.points, [{ m: "a" }])
    assert.deepStrictEqual(grid.axes, ["m"])
  })

  it("zip gives the n-th point the n-th value", () => {
    const grid = Grid.axes({ a: ["x", "y"] }).zip({ n: [1, 2], seed: Grid.seeds([5, 6]) })
    assert.deepStrictEqual<unknown>(grid.points, [
      { a: "x", n: 1, seed: 5 },
      { a: "y", n: 2, seed: 6 }
    ])
    assert.deepStrictEqual(grid.axes, ["a", "n"])
    assert.strictEqual(grid.seedAxis, "seed")
    assert.deepStrictEqual<unknown>(Grid.axes({ a: ["x", "y"] }).zip({ n: [null, 2] }).points[0], { a: "x", n: null })
  })

  it("filter keeps the order, concat appends", () => {
    const grid = Grid.axes({ a: [1, 2, 3, 4] })
    const even = grid.filter(({ a }) => a % 2 === 0)
    const odd = grid.filter(({ a }) => a % 2 === 1)
    assert.deepStrictEqual(
      even.concat(odd).points.map(({ a }) => a),
      [2, 4, 1, 3]
    )
    assert.strictEqual(grid.filter(() => false).points.length, 0)
  })

  it("seeds count from 0 or are those given", () => {
    assert.deepStrictEqual(Grid.seeds(3).values, [0, 1, 2])
    assert.deepStrictEqual(Grid.seeds([42, 7]).values, [42, 7])
  })

  it("crossing multiplies, the order is lexicographic, and every point is there once", () => {
    const axis = fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(axis, axis, axis, (a, b, c) => {
        const grid = Grid.axes({ a }).cross({ b }).cross({ c })
        const expected: Array<unknown> = []
        for (const x of a) for (const y of b) for (const z of c) expected.push({ a: x, b: y, c: z })
        assert.deepStrictEqual<unknown>(grid.points, expected)
        assert.deepStrictEqual<unknown>(Grid.axes({ a, b, c }).points, expected)
        assert.deepStrictEqual<unknown>(
          grid.filter((p) => p.a > 50).concat(grid.filter((p) => p.a <= 50)).points.length,
          expected.length
        )
      })
    )
  })
})

describe("what grids refuse", () => {
  const refused: ReadonlyArray<readonly [() => unknown, string]> = [
    [() => Grid.seeds(0), "at least one seed"],
    [() => Grid.seeds([]), "at least one seed"],
    [() => Grid.seeds([1, 2.5]), "found 2.5"],
    [() => Grid.seeds([-1]), "found -1"],
    [() => Grid.seeds([Number.NaN]), "found NaN"],
    [() => Grid.seeds([2 ** 53]), "found 9007199254740992"],
    [() => Grid.seeds([1, 2, 1]), "twice in [1, 2, 1]"],
    [() => Grid.rows([]), "at least one row"],
    [
      () => Grid.rows<{ readonly [axis: string]: number }>([{ a: 1 }, { b: 1 }]),
      "row 2 has the fields [b], the first has [a]"
    ],
    [() => Grid.rows([{ a: 1 }]).cross({ a: [2] }), 'axis "a" is there already'],
    [() => Grid.rows([{ a: 1 }]).zip({ a: [2] }), 'axis "a" is there already'],
    [() => Grid.axes({ s: Grid.seeds(2) }).cross({ s: [1] }), 'axis "s" is there already'],
    [() => Grid.axes({ s: Grid.seeds(2), t: Grid.seeds(2) }), '"t" is a second seed axis beside "s"'],
    [() => Grid.axes({ s: Grid.seeds(2) }).cross({ t: Grid.seeds(2) }), '"t" is a second seed axis beside "s"'],
    [() => Grid.axes({ a: [] }), 'axis "a" has no values'],
    [() => Grid.axes({ a: [1, 2] }).zip({ b: [1] }), 'zip: axis "b" has 1 values for 2 points'],
    [() => Grid.axes({ a: [1, 2] }).zip({ s: Grid.seeds(3) }), 'zip: axis "s" has 3 values for 2 points'],
    [() => Grid.axes({ a: [1] }).concat(Grid.axes({ b: [1] }) as never), "axes [a] and [b] differ"],
    [
      () => Grid.axes({ a: [1], s: Grid.seeds(1) }).concat(Grid.axes({ a: [1], t: Grid.seeds(1) }) as never),
      'seed axes "s" and "t" differ'
    ],
    [
      () => Grid.axes({ a: [1] }).concat(Grid.axes({ a: [1], t: Grid.seeds(1) }) as never),
      'seed axes none and "t" differ'
    ]
  ]
  for (const [declare, problem] of refused)
    it(problem, () => {
      const error = refusal(declare)
      assert.strictEqual(error.subject, "grid")
      assert.include(error.message, problem)
    })

  it("seeds may be added in rounds", () => {
    const until = { metric: "a", versus: { m: "a" }, resolve: 0.1, max: 8 }
    const grid = Grid.rows([{ m: "a" }, { m: "b" }]).cross({ seed: Grid.seeds.until(until) })
    assert.strictEqual(grid.points.length, 16)
    assert.strictEqual(grid.filter(({ m }) => m === "a").rule?.max, 8)
    assert.isNull(Grid.axes({ seed: Grid.seeds(3) }).rule)
    const refused = (change: Partial<typeof until>) => refusal(() => Grid.seeds.until({ ...until, ...change })).problem
    assert.include(refused({ resolve: 0 }), "resolve is a number above 0")
    assert.include(refused({ resolve: Number.NaN }), "found NaN")
    assert.include(refused({ max: 1 }), "at least 2, found 1")
    assert.include(refused({ max: 2.5 }), "found 2.5")
    const nothing: Readonly<Record<string, string>> = {}
    assert.include(refusal(() => Grid.seeds.until({ ...until, versus: nothing })).problem, "names no baseline")
    const rows = Grid.rows([{ m: "a" }, { m: "b" }])
    assert.include(refusal(() => rows.zip({ seed: Grid.seeds.until({ ...until, max: 2 }) })).problem, "cross them")
  })
})
