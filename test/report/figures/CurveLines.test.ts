import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { Curves } from "../../../src/domain/FigureSpec.ts"
import { curveLines, thinned } from "../../../src/report/figures/CurveLines.ts"

const cell = (method: string, seed: number, data: Curves) => ({ labels: { method }, seed, data })

describe("curveLines", () => {
  it("pools the seeds epoch by epoch, as far as the shortest goes", () => {
    assert.deepStrictEqual(
      curveLines([cell("a", 0, { loss: [3, 2, 1] }), cell("a", 1, { loss: [5, 4] })], ["method"]),
      [
        {
          name: "loss",
          points: [
            { x: 1, mean: 4, low: 3, high: 5 },
            { x: 2, mean: 3, low: 2, high: 4 }
          ],
          cells: 2,
          isCut: true,
          hasGaps: false
        }
      ]
    )
  })

  it("leaves an epoch out where no seed has a value, and takes the others' where one has none", () => {
    const [line] = curveLines([cell("a", 0, { loss: [1, null, 3] }), cell("a", 1, { loss: [2, null, null] })], [])
    assert.deepStrictEqual(
      line?.points.map(({ mean, x }) => [x, mean]),
      [
        [1, 1.5],
        [3, 3]
      ]
    )
    assert.isTrue(line?.hasGaps)
  })

  it("names lines by what tells them apart", () => {
    const names = (...cells: ReadonlyArray<ReturnType<typeof cell>>) =>
      curveLines(cells, ["method"]).map(({ name }) => name)
    assert.deepStrictEqual(names(cell("a", 0, { loss: [1], main: [1] })), ["loss", "main"])
    assert.deepStrictEqual(names(cell("a", 0, { loss: [1] }), cell("b", 0, { loss: [1] })), ["a", "b"])
    assert.deepStrictEqual(names(cell("a", 0, { x: [1], y: [1] }), cell("b", 0, { x: [1] })), ["a: x", "a: y", "b: x"])
    assert.deepStrictEqual(names(cell("a", 0, { loss: [] }), cell("b", 0, {})), [])
  })
})

describe("thinned", () => {
  it("keeps ends, least and greatest value, the order, and few points", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 400 }), (values) => {
        const points = values.map((mean, at) => ({ x: at + 1, mean, low: mean, high: mean }))
        const kept = thinned(points, 40)
        assert.isAtMost(kept.length, 44)
        assert.strictEqual(kept[0], points[0])
        assert.strictEqual(kept.at(-1), points.at(-1))
        assert.isTrue(kept.every(({ x }, index) => index === 0 || x > (kept[index - 1]?.x ?? 0)))
        const means = kept.map(({ mean }) => mean)
        assert.strictEqual(Math.min(...means), Math.min(...values))
        assert.strictEqual(Math.max(...means), Math.max(...values))
      })
    )
  })
})
