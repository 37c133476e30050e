import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { keptScaling, scaled, scalingOf, scalingTensors } from "../../../stages/train/MultiLabelScaling.ts"

const rowsOf = (inputs: number, x: Float32Array) => ({ count: x.length / inputs, inputs, x, y: new Float32Array(0) })

describe("the scaling of inputs", () => {
  it("means and standard deviations of a small example, and 1 where an input is constant", () => {
    const scaling = scalingOf(rowsOf(3, Float32Array.of(1, 5, 0.1, 3, 5, 0.1, 5, 5, 0.1)))
    assert.deepStrictEqual([...scaling.mean], [3, 5, Math.fround(0.1)])
    assert.deepStrictEqual([...scaling.scale], [Math.fround(Math.sqrt(8 / 3)), 1, 1])
    assert.strictEqual(scaling.constant, 2)
    assert.deepStrictEqual([...scaled(Float32Array.of(3, 6, Math.fround(0.1)), scaling)], [0, 1, 0])
  })

  it("brings the rows it was made from to mean 0 and deviation 1, and survives its tensors", () => {
    const row = fc.tuple(
      fc.float({ min: -100, max: 100, noNaN: true }),
      fc.float({ min: -100, max: 100, noNaN: true }),
      fc.float({ min: -100, max: 100, noNaN: true })
    )
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 30 }), (rows) => {
        const given = rowsOf(3, Float32Array.from(rows.flat()))
        const scaling = scalingOf(given)
        const after = scaled(given.x, scaling)
        assert.deepStrictEqual(
          scaled(given.x, keptScaling({ parameters: {}, ...scalingTensors(scaling) }) ?? scaling),
          after
        )
        for (let input = 0; input < 3; input++) {
          const column = [...after].filter((_, at) => at % 3 === input)
          const mean = column.reduce((sum, value) => sum + value, 0) / column.length
          const deviation = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length)
          const before = rows.map((each) => each[input] ?? 0)
          // Of values that agree, or nearly, float32 leaves few digits of the deviation or none.
          if (Math.max(...before) - Math.min(...before) > 0.1) {
            assert.closeTo(mean, 0, 1e-2)
            assert.closeTo(deviation, 1, 1e-2)
          }
        }
      })
    )
  })

  it("is absent where a model has none", () => {
    assert.strictEqual(keptScaling({ parameters: {} }), undefined)
  })
})
