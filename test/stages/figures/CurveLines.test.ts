import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { allCurves, curveLines, curvesProblem, thinned } from "../../../stages/figures/CurveLines.ts"

describe("curveLines", () => {
  it("pools the runs epoch by epoch, as far as the shortest goes", () => {
    const [line] = curveLines([{ loss: [3, 2, 1] }, { loss: [5, 4] }], [{ name: "loss", label: "main loss" }])
    assert.deepStrictEqual(line, {
      label: "main loss",
      points: [
        { epoch: 1, mean: 4, low: 3, high: 5 },
        { epoch: 2, mean: 3, low: 2, high: 4 }
      ]
    })
  })

  it("takes all curves where none are chosen: the loss, then its terms by name", () => {
    assert.deepStrictEqual(allCurves([{ z: [1], loss: [1], a: [1] }]), [{ name: "loss" }, { name: "a" }, { name: "z" }])
    assert.deepStrictEqual(allCurves([{ b: [1], a: [1] }]), [{ name: "a" }, { name: "b" }])
  })
})

describe("curvesProblem", () => {
  const wrong: ReadonlyArray<readonly [string, Parameters<typeof curvesProblem>[0], RegExp]> = [
    ["no run", [], /no run/],
    [
      "a run without the curve",
      [{ loss: [1] }, { main: [1], other: [2] }],
      /run 2 has no curve "loss"; it has main, other/
    ],
    ["an empty curve", [{ loss: [] }], /run 1, curve "loss": it has no value/],
    ["a value that is no number", [{ loss: [1, Number.NaN] }], /curve "loss", epoch 2: found NaN/],
    ["a value beyond all scales", [{ loss: [1e305] }], /epoch 1: found 1e\+305/]
  ]
  for (const [what, runs, message] of wrong)
    it(`names ${what}`, () => {
      assert.match(curvesProblem(runs, [{ name: "loss" }]) ?? "", message)
    })

  it("does not take what objects inherit for a curve", () => {
    assert.match(curvesProblem([{ loss: [1] }], [{ name: "toString" }]) ?? "", /no curve "toString"/)
  })
})

describe("thinned", () => {
  it("keeps ends, least and greatest value, the order, and few points", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 400 }), (values) => {
        const points = values.map((mean, at) => ({ epoch: at + 1, mean, low: mean, high: mean }))
        const kept = thinned(points, 40)
        assert.isAtMost(kept.length, 44)
        assert.strictEqual(kept[0], points[0])
        assert.strictEqual(kept.at(-1), points.at(-1))
        assert.isTrue(kept.every(({ epoch }, index) => index === 0 || epoch > (kept[index - 1]?.epoch ?? 0)))
        const means = kept.map(({ mean }) => mean)
        assert.strictEqual(Math.min(...means), Math.min(...values))
        assert.strictEqual(Math.max(...means), Math.max(...values))
      })
    )
  })
})
