import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { estimate, frontLine, placed, type TradeoffPoint, tradeoffProblem } from "../../../stages/figures/Tradeoff.ts"

const variant = (name: string, x: number | null, y: number | null): TradeoffPoint => ({
  name,
  x: { mean: x, interval: null, n: x === null ? 0 : 1 },
  y: { mean: y, interval: null, n: y === null ? 0 : 1 }
})

describe("estimate", () => {
  it("is the mean with its t interval over the seeds that have a value", () => {
    // t(0.975, 1) = 12.7062, s = √2, n = 2: a half-width of 12.7062.
    const { interval, mean, n } = estimate([{ value: 1 }, { value: 3 }, { value: null, note: "undefined" }])
    assert.strictEqual(mean, 2)
    assert.strictEqual(n, 2)
    assert.closeTo(interval?.[0] ?? 0, 2 - 12.7062, 1e-4)
    assert.deepStrictEqual(estimate([{ value: null }]), { mean: null, interval: null, n: 0 })
  })
})

describe("placed", () => {
  const points = [
    variant("a", 0.1, 0.8),
    variant("b", 0.2, 0.9),
    variant("c", 0.2, 0.85),
    variant("d", null, 0.99),
    variant("e", -0.3, 0.7)
  ]
  const best = (...better: readonly [Parameters<typeof placed>[1], Parameters<typeof placed>[2]]) =>
    placed(points, ...better).flatMap((each) => (each.best ? each.point.name : []))

  it("knows which variants no other beats, either way round", () => {
    assert.deepStrictEqual(best("lower", "higher"), ["a", "b", "e"])
    assert.deepStrictEqual(best("higher", "higher"), ["b"])
    assert.deepStrictEqual(best("zero", "higher"), ["a", "b"])
  })

  it("leaves out a variant with an undefined figure", () => {
    assert.deepStrictEqual(
      placed(points, "lower", "higher").map(({ point }) => point.name),
      ["a", "b", "c", "e"]
    )
  })
})

describe("frontLine", () => {
  it("is a staircase with every beaten variant on its worse side", () => {
    const coordinate = fc.integer({ min: 0, max: 9 })
    fc.assert(
      fc.property(fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 12 }), (drawn) => {
        const variants = placed(
          drawn.map(([x, y], index) => variant(`v${index}`, x, y)),
          "lower",
          "higher"
        )
        const line = frontLine(variants, "lower", "higher")
        for (const [index, corner] of line.slice(1).entries()) {
          const before = line[index] ?? assert.fail()
          assert.isTrue(corner.x >= before.x && corner.y >= before.y)
          assert.isTrue(corner.x === before.x || corner.y === before.y)
        }
        for (const { best, x, y } of variants)
          assert.strictEqual(
            line.some((corner) => corner.x <= x && corner.y >= y && (corner.x < x || corner.y > y)),
            !best
          )
      })
    )
  })

  it("is none where an axis is best in its middle", () => {
    assert.deepStrictEqual(frontLine(placed([variant("a", 1, 1)], "zero", "higher"), "zero", "higher"), [])
  })
})

describe("tradeoffProblem", () => {
  it("names what cannot be drawn", () => {
    assert.match(tradeoffProblem([]) ?? "", /no variant.*"points"/)
    assert.match(tradeoffProblem([variant("a", 1, 1), variant("a", 2, 2)]) ?? "", /called "a"/)
    assert.match(tradeoffProblem([variant("a", null, 1)]) ?? "", /both figures/)
    assert.match(tradeoffProblem([variant("a", 1e305, 1)]) ?? "", /"a" has a figure beyond/)
    assert.isUndefined(tradeoffProblem([variant("a", 1, 1), variant("b", null, 1)]))
  })
})
