import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { LabelPoint, ScatterSpec } from "../../../src/domain/FigureSpec.ts"
import { scatter } from "../../../src/report/figures/Scatter.ts"
import { assertReadable, drawingOf, glyphsIn, reasonOf, rulesIn, said } from "./drawn.ts"
import { common, tableOf } from "./tables.ts"

const spec: ScatterSpec = {
  _tag: "scatter",
  ...common,
  from: "points",
  xTitle: "training",
  yTitle: "predicted",
  unit: "percent",
  frame: [0, 1],
  diagonal: "as in training",
  guides: [0.5],
  missing: "never predicted"
}
type Points = { readonly [label: string]: readonly [x: number | null, y: number | null] }
const cell = (points: Points, seed: number, method = "a") => ({
  labels: { method },
  seed,
  data: Object.entries(points).map(([label, [x, y]]): LabelPoint => ({ label, x, y }))
})
const table = tableOf([{ labels: { method: "a" }, figures: { amp: [0.04, 0.06] } }], { amp: null })
const made = (seeds: ReadonlyArray<Points>, more: Partial<ScatterSpec> = {}) =>
  scatter({ ...spec, ...more, cells: seeds.map((points, seed) => cell(points, seed)) }, table)
const drawn = (...given: Parameters<typeof made>) => drawingOf(made(...given))

/** The shares of men of eleven objects, and the same shifted. */
const LABELS = ["truck", "motorcycle", "tie", "backpack", "ball", "handbag", "fork", "knife", "spoon", "phone", "bear"]
const eleven = (shift: number): Points =>
  Object.fromEntries(LABELS.map((label, at) => [label, [0.42 + at * 0.045, Math.min(1, 0.4 + at * 0.05 + shift)]]))

describe("scatter", () => {
  it("names every label once, and no text lies on another", () => {
    const drawing = drawn([eleven(0), eleven(0.05), eleven(-0.03)], { metric: "amp" })
    for (const label of LABELS) assert.strictEqual(said(drawing).filter((text) => text === label).length, 1)
    assertReadable(drawing)
  })

  it("names every label once wherever the points are, with or without a y", () => {
    const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 1))
    const rows = fc.array(fc.tuple(share, fc.option(share)), { minLength: 11, maxLength: 11 })
    fc.assert(
      fc.property(rows, fc.constantFrom([0, 1] as const, [0.3, 1] as const), (points, frame) => {
        const drawing = drawn([Object.fromEntries(points.map((point, at) => [LABELS[at] ?? "", point]))], { frame })
        for (const name of LABELS)
          assert.strictEqual(said(drawing).filter((text) => text === name || text.startsWith(`${name} `)).length, 1)
        assert.strictEqual(glyphsIn(drawing).length, 11)
      }),
      { numRuns: 20 }
    )
  })

  it("puts a point at its means, and bars from the lowest to the highest seed", () => {
    const drawing = drawn([0.2, 0.3, 0.4].map((y) => ({ fork: [0.25, y] })))
    const { box } = drawing.frame
    const side = box.right - box.left
    const [glyph] = glyphsIn(drawing)
    assert.closeTo(glyph?.x ?? 0, box.left + 0.25 * side, 0.01)
    assert.closeTo(glyph?.y ?? 0, box.bottom - 0.3 * side, 0.01)
    const bar = rulesIn(drawing).find(({ x, x2 }) => x === x2 && x === glyph?.x)
    assert.closeTo(Math.abs((bar?.y ?? 0) - (bar?.y2 ?? 0)), 0.2 * side, 0.02)
    assert.include(said(drawing), "mean of 3 seeds; bars: lowest to highest seed")
  })

  it("marks a point outside the frame at its border, by an arrow that points there, with its value", () => {
    const drawing = drawn([{ bear: [0.42, 0.04], truck: [0.2, 0.5], tie: [0.8, 0.9] }], { frame: [0.3, 1] })
    const { box } = drawing.frame
    const [bear, truck, tie] = glyphsIn(drawing)
    assert.deepStrictEqual([bear?.shape, bear?.y], ["triangle-down", box.bottom])
    assert.deepStrictEqual([truck?.shape, truck?.x], ["triangle-left", box.left])
    assert.strictEqual(tie?.shape, "circle")
    assert.includeMembers([...said(drawing)], ["bear → 4%", "truck 20% → 50%", "outside the frame: x → y"])
  })

  it("marks a label without a y in a strip of its own, at its x, and counts seeds where not all have one", () => {
    const drawing = drawn([
      { bear: [0.25, null], fork: [0.5, 0], spoon: [0.6, null], pan: [null, 0.4] },
      { bear: [0.25, null], fork: [0.5, 0], spoon: [0.6, 0.7], pan: [null, 0.4] }
    ])
    const { box, gap } = drawing.frame
    const [bear, fork, spoon] = glyphsIn(drawing)
    assert.isTrue((bear?.y ?? 0) > box.bottom && (bear?.y ?? 0) < box.bottom + gap)
    assert.closeTo(bear?.x ?? 0, box.left + 0.25 * (box.right - box.left), 0.01)
    assert.deepStrictEqual([bear?.shape, fork?.y, spoon?.fill], ["cross", box.bottom, "#fff"])
    assert.includeMembers(
      [...said(drawing)],
      ["bear", "never predicted", "spoon (1/2)", "Not drawn, without an x: pan."]
    )
    assert.include(drawing.description, "bear: 25.0% (25.0% to 25.0%); undefined.")
  })

  it("says a column's figure of the variant in a corner, as undefined where it is", () => {
    // Mean of .04 and .06; t(0.975, 1) = 12.706, so ± .127.
    assert.includeMembers([...said(drawn([eleven(0)], { metric: "amp" }))], ["amp", "5.0% [−7.7%, 17.7%]"])
    const other = scatter({ ...spec, metric: "amp", cells: [cell(eleven(0), 0, "b")] }, table)
    assert.include(said(drawingOf(other)), "undefined")
  })

  it("takes any range where no frame is given, each axis its own, and a narrow page", () => {
    const { diagonal: _, frame: __, ...free } = spec
    const points: Points = { a: [-1000, 1e-6], b: [1000, 3e-6], "大 <&>": [0, 2e-6] }
    for (const width of [60, 84, 174]) {
      const drawing = drawingOf(scatter({ ...free, unit: "number", width, cells: [cell(points, 0)] }, table))
      assertReadable(drawing)
      const [a, b, c] = glyphsIn(drawing)
      assert.closeTo((a?.x ?? 0) + (b?.x ?? 0), 2 * (c?.x ?? 0), 0.05)
      assert.closeTo((a?.y ?? 0) + (b?.y ?? 0), 2 * (c?.y ?? 0), 0.05)
    }
  })

  it("is left out, with the reason, where it cannot be drawn", () => {
    assert.strictEqual(reasonOf(made([])), "there are no cells with the output points")
    const two = { ...spec, cells: [cell(eleven(0), 0, "a"), cell(eleven(0), 0, "b")] }
    assert.include(reasonOf(scatter(two, table)), "one variant, and 2 are selected (a, b)")
    const twice = {
      ...cell({}, 0),
      data: [
        { label: "x", x: 1, y: 1 },
        { label: "x", x: 1, y: 1 }
      ]
    }
    assert.include(reasonOf(scatter({ ...spec, cells: [twice] }, table)), 'two points called "x"')
    assert.include(reasonOf(made([{ a: [Number.NaN, 1] }])), "beyond")
    assert.include(reasonOf(made([{}])), "no points")
    const many = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [`a rather long label ${index}`, [0.5, 0.5] as const])
    )
    assert.include(reasonOf(made([many])), "do not fit")
  })
})
