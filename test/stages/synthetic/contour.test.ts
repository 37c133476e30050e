import { assert, describe, it } from "@effect/vitest"
import { zeroLine } from "../../../stages/synthetic/contour.ts"

const steps = 40
const range = [-2, 2] as const
const at = (index: number) => range[0] + ((range[1] - range[0]) * index) / steps
const values = (of: (x: number, y: number) => number) =>
  Float64Array.from({ length: (steps + 1) ** 2 }, (_, i) => of(at(i % (steps + 1)), at(Math.floor(i / (steps + 1)))))
const lengthOf = (segments: ReturnType<typeof zeroLine>) =>
  segments.reduce((sum, [x1, y1, x2, y2]) => sum + Math.hypot(x2 - x1, y2 - y1), 0)

describe("the zero line", () => {
  it("of a plane is its straight line, from edge to edge", () => {
    const segments = zeroLine(
      values((x, y) => y - 0.5 * x - 0.13),
      steps,
      range
    )
    for (const [x1, y1, x2, y2] of segments) {
      assert.closeTo(y1, 0.5 * x1 + 0.13, 1e-12)
      assert.closeTo(y2, 0.5 * x2 + 0.13, 1e-12)
    }
    assert.closeTo(lengthOf(segments), 4 * Math.sqrt(1.25), 1e-9)
  })

  it("of a disc is as long as its circle", () => {
    assert.closeTo(
      lengthOf(
        zeroLine(
          values((x, y) => 1 - x * x - y * y),
          steps,
          range
        )
      ),
      2 * Math.PI,
      0.02
    )
  })

  it("of one sign is none, and a saddle has two pieces a cell", () => {
    assert.deepStrictEqual(zeroLine([1, 1, 1, 1], 1, range), [])
    assert.lengthOf(zeroLine([1, -1, -1, 1], 1, range), 2)
  })
})
