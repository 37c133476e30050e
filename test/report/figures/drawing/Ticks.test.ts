import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import {
  logRange,
  roundRange,
  roundStep,
  tickLabels,
  ticksWithin
} from "../../../../src/report/figures/drawing/Ticks.ts"

const finite = fc.double({ min: -1e300, max: 1e300, noNaN: true })
const ascends = (ticks: ReadonlyArray<number>) =>
  ticks.every((tick, index) => index === 0 || tick > (ticks[index - 1] ?? 0))

describe("roundStep", () => {
  it("is the smallest of 1, 2, 5 · 10ᵏ that is large enough", () => {
    assert.strictEqual(roundStep(1, 10), 0.1)
    assert.strictEqual(roundStep(0.7, 10), 0.1)
    assert.strictEqual(roundStep(50, 9), 10)
    assert.strictEqual(roundStep(11, 10), 2)
    assert.strictEqual(roundStep(3e-7, 8), 5e-8)
  })
})

describe("ticksWithin", () => {
  it("gives decimal numbers as they are written", () => {
    assert.deepStrictEqual(ticksWithin(0, 1), [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
    assert.deepStrictEqual(ticksWithin(0.33, 0.98), [0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
  })
})

describe("roundRange", () => {
  it("holds all values, and has a few ascending ticks within", () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 5 }), (values) => {
        const { domain, ticks } = roundRange(values)
        assert.isTrue(domain[0] <= Math.min(...values) && Math.max(...values) <= domain[1])
        assert.isBelow(domain[0], domain[1])
        assert.isTrue(ascends(ticks) && ticks.every((tick) => tick >= domain[0] && tick <= domain[1]))
        assert.isAtLeast(ticks.length, 2)
        assert.isAtMost(ticks.length, 13)
      })
    )
  })

  it("gives one value room, and goes below 0 only for values that do", () => {
    assert.deepStrictEqual(roundRange([0.8]).domain, [0.72, 0.88])
    assert.strictEqual(roundRange([0.001, 3]).domain[0], 0)
    assert.isBelow(roundRange([-0.001, 3]).domain[0], 0)
    assert.deepStrictEqual(roundRange([0]).domain[1], 1)
  })
})

describe("logRange", () => {
  it("holds all values between 1, 2 or 5 times a power of ten", () => {
    const positive = fc
      .integer({ min: -300, max: 299 })
      .chain((power) => fc.constantFrom(1, 1.7, 2, 3.3, 5, 9.99).map((digit) => Number(`${digit}e${power}`)))
    fc.assert(
      fc.property(fc.array(positive, { minLength: 1, maxLength: 4 }), (values) => {
        const { domain, ticks } = logRange(values)
        assert.isTrue(domain[0] <= Math.min(...values) && Math.max(...values) <= domain[1])
        assert.isBelow(domain[0], domain[1])
        for (const each of domain) assert.match(each.toExponential(), /^[125]e/)
        assert.isTrue(ascends(ticks) && ticks.length >= 1 && ticks.length <= 11)
      })
    )
  })

  it("marks 1, 2 and 5 over few decades, powers of ten over many", () => {
    assert.deepStrictEqual(logRange([0.13, 4.8]).ticks, [0.1, 0.2, 0.5, 1, 2, 5])
    assert.deepStrictEqual(logRange([1e-5, 100]).ticks, [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100])
  })
})

describe("tickLabels", () => {
  it("have the decimals that tell ticks apart", () => {
    assert.deepStrictEqual(tickLabels([0, 0.5, 1]), ["0.0", "0.5", "1.0"])
    assert.deepStrictEqual(tickLabels([-10, 0, 10]), ["−10", "0", "10"])
    assert.deepStrictEqual(tickLabels([0, 0.1], "percent"), ["0%", "10%"])
    assert.deepStrictEqual(tickLabels([0.1, 0.105], "percent"), ["10.0%", "10.5%"])
    assert.deepStrictEqual(tickLabels([1e9, 2e9]), ["1.00e9", "2.00e9"])
  })

  it("of any range are all different", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e200, max: 1e200, noNaN: true }), { minLength: 1, maxLength: 4 }),
        (values) => {
          const { ticks } = roundRange(values)
          const labels = tickLabels(ticks)
          assert.strictEqual(new Set(labels).size, ticks.length, labels.join(" "))
        }
      )
    )
  })
})
