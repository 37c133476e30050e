import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { type Schedule, scheduleFactor } from "../../src/numerics/Optimiser.ts"

const curve = (schedule: Schedule, epochs: number) =>
  Array.from({ length: epochs }, (_, epoch) => scheduleFactor(schedule, epoch, epochs))

describe("scheduleFactor", () => {
  it("constant, step, linear and custom at known epochs", () => {
    assert.deepStrictEqual(curve({ _tag: "Constant" }, 3), [1, 1, 1])
    assert.deepStrictEqual(curve({ _tag: "Step", every: 2, factor: 0.5 }, 5), [1, 1, 0.5, 0.5, 0.25])
    assert.deepStrictEqual(curve({ _tag: "Linear", end: 0.5 }, 3), [1, 0.75, 0.5])
    assert.deepStrictEqual(
      curve({ _tag: "Custom", factor: (epoch, epochs) => epoch / epochs }, 4),
      [0, 0.25, 0.5, 0.75]
    )
  })

  it("cosine: exactly 1 first, `end` last and their mean in the middle; 1 where there is one epoch", () => {
    const [first, , middle, , last] = curve({ _tag: "Cosine", end: 0.25 }, 5)
    assert.strictEqual(first, 1)
    assert.strictEqual(middle, 0.625)
    assert.strictEqual(last, 0.25)
    assert.deepStrictEqual(curve({ _tag: "Cosine", end: 0.25 }, 1), [1])
  })

  it("cosine is end + (1 − end)·(1 + cos πt)/2 to the last digits", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (epochs, end) => {
        const factors = curve({ _tag: "Cosine", end }, epochs)
        factors.forEach((factor, epoch) => {
          const expected = end + ((1 - end) * (1 + Math.cos((Math.PI * epoch) / (epochs - 1)))) / 2
          assert.closeTo(factor, expected, 1e-15)
        })
      })
    )
  })
})
