import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Curve from "../../src/observe/Curve.ts"

const told = (values: ReadonlyArray<number>): Curve.Curve =>
  values.slice(1).reduce(Curve.add, Curve.start("loss", values[0] ?? 0))

describe("Curve", () => {
  it("keeps at most 512 points, evenly spaced from the first, and the last value", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (count) => {
        const { last, stride, values } = told(Array.from({ length: count }, (_, at) => at))
        assert.isAtMost(values.length, 512)
        assert.isAbove(values.length, Math.min(count, 256) - 1)
        assert.deepStrictEqual(
          values,
          values.map((_, at) => at * stride)
        )
        assert.strictEqual(last, count - 1)
      }),
      { numRuns: 60 }
    )
  })

  it("follows each figure by its name, also one that comes later or stays away", () => {
    const curves = [{ loss: 1 }, { loss: 2, accuracy: 5 }, { accuracy: 6 }].reduce<Curve.Curves>(Curve.addAll, [])
    assert.deepStrictEqual(
      curves.map(({ name, values }) => [name, values]),
      [
        ["loss", [1, 2]],
        ["accuracy", [5, 6]]
      ]
    )
  })
})
