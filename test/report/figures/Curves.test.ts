import { assert, describe, it } from "@effect/vitest"
import type { Curves, CurvesSpec } from "../../../src/domain/FigureSpec.ts"
import { curves } from "../../../src/report/figures/Curves.ts"
import type { Drawing } from "../../../src/report/figures/drawing/Drawing.ts"
import { assertReadable, drawingOf, reasonOf, said } from "./drawn.ts"
import { common } from "./tables.ts"

const spec: CurvesSpec = {
  _tag: "curves",
  ...common,
  from: "model",
  xTitle: "epoch",
  yTitle: "loss",
  scale: "linear"
}
const table = { axes: ["method"], sources: ["Stand-in data."] }
const made = (runs: ReadonlyArray<Curves>, more: Partial<CurvesSpec> = {}) =>
  curves({ ...spec, ...more, cells: runs.map((data, seed) => ({ labels: { method: "a" }, seed, data })) }, table)
const drawn = (...given: Parameters<typeof made>) => drawingOf(made(...given))
const linesIn = ({ layers }: Drawing) => layers.flatMap((layer) => (layer.mark === "line" ? [layer] : []))

describe("curves", () => {
  it("draws means on one scale, with the band from the lowest to the highest seed", () => {
    const drawing = drawn([{ loss: [4, 2, 0] }, { loss: [8, 4, 0] }])
    const [line] = linesIn(drawing)
    const band = drawing.layers.flatMap((layer) => (layer.mark === "band" ? [layer.items] : []))[0] ?? []
    const [first, second, third] = line?.items ?? []
    // Means 6, 3, 0; lowest 4, highest 8.
    const unit = ((third?.y ?? 0) - (first?.y ?? 0)) / 6
    assert.closeTo((third?.y ?? 0) - (second?.y ?? 0), 3 * unit, 0.02)
    assert.closeTo((third?.y ?? 0) - (band[0]?.y ?? 0), 4 * unit, 0.02)
    assert.closeTo((third?.y ?? 0) - (band[0]?.y2 ?? 0), 8 * unit, 0.02)
    assert.closeTo((second?.x ?? 0) - (first?.x ?? 0), (third?.x ?? 0) - (second?.x ?? 0), 0.02)
    assert.includeMembers([...said(drawing)], ["loss: 0", "Lines: mean of 2 seeds. Bands: lowest to highest seed."])
    assert.include(said(drawing), "Stand-in data.")
  })

  it("names each curve once with its last value, its names apart though the curves end together", () => {
    const drawing = drawn([
      Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`term ${index}`, [3, 1 + index / 1000]]))
    ])
    for (let index = 0; index < 12; index++)
      assert.strictEqual(said(drawing).filter((text) => text.startsWith(`term ${index}: `)).length, 1)
    assert.include(said(drawing), "term 3: 1.003")
    assertReadable(drawing)
  })

  it("gives every curve a look of its own, without colour", () => {
    const runs = [Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`term ${index}`, [2, 1]]))]
    const looks = linesIn(drawn(runs)).map(({ dash, width }) => `${dash.join()} ${width}`)
    assert.strictEqual(new Set(looks).size, 14)
  })

  it("has equal steps for equal factors on a logarithmic axis, and counts what it cannot show", () => {
    const drawing = drawn([{ gap: [100, 10, 1], flat: [0, 0, 1] }], { scale: "log" })
    const [gap] = linesIn(drawing)
    const ys = gap?.items.map(({ y }) => y) ?? []
    assert.closeTo((ys[1] ?? 0) - (ys[0] ?? 0), (ys[2] ?? 0) - (ys[1] ?? 0), 0.02)
    assert.include(said(drawing), "Not drawn on this logarithmic axis, values of 0 or less: flat (2 of 3).")
  })

  it("draws one epoch as a point, values that never change, and a narrow page", () => {
    assert.strictEqual(drawn([{ loss: [2], main: [1] }]).layers.filter(({ mark }) => mark === "band").length, 0)
    for (const width of [60, 84, 174])
      for (const runs of [
        [{ loss: [2] }],
        [{ loss: [1, 1, 1] }, { loss: [1, 1] }],
        [{ "a & <b> 日本 ": [1, null, 3] }]
      ])
        assertReadable(drawn(runs, { width }))
  })

  it("is left out, with the reason, where there is nothing to draw", () => {
    assert.strictEqual(reasonOf(made([])), "there are no cells with the output model")
    assert.strictEqual(
      reasonOf(made([], { where: { method: ["b"] } })),
      "there are no cells with the output model (method=b)"
    )
    assert.include(reasonOf(made([{ loss: [] }])), "no values")
    assert.include(reasonOf(made([{ loss: [1, Number.NaN] }])), "loss")
    assert.include(reasonOf(made([{ loss: [0, -1] }], { scale: "log" })), "0 or less")
    const many = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`term ${index}`, [2, 1]]))
    assert.include(reasonOf(made([many])), "15 lines")
  })
})
