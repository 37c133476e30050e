import { assert, describe, it } from "@effect/vitest"
import type { Curves } from "../../../stages/figures/CurveLines.ts"
import { type CurvesFigure, curvesFigure } from "../../../stages/figures/CurvesFigure.ts"
import type { Drawing } from "../../../stages/figures/Drawing.ts"

const figure: CurvesFigure = { title: "Loss", subtitle: [], xTitle: "epoch", yTitle: "loss", scale: "linear" }
const drawn = (runs: ReadonlyArray<Curves>, more: Partial<CurvesFigure> = {}): Drawing =>
  curvesFigure(
    runs,
    Object.keys(runs[0] ?? {}).map((name) => ({ name })),
    { ...figure, ...more }
  ) ?? assert.fail("nothing drawn")
const said = ({ layers }: Drawing) =>
  layers.flatMap((layer) => (layer.mark === "text" ? layer.items.map(({ text }) => text) : []))
const linesIn = ({ layers }: Drawing) => layers.flatMap((layer) => (layer.mark === "line" ? [layer] : []))

describe("curvesFigure", () => {
  it("names each curve once with its last value, its names apart though the curves end together", () => {
    const curves = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`term ${index}`, [3, 1 + index / 1000]])
    )
    const drawing = drawn([curves])
    for (let index = 0; index < 12; index++)
      assert.strictEqual(said(drawing).filter((text) => text.startsWith(`term ${index}: `)).length, 1)
    assert.include(said(drawing), "term 3: 1.003")
    const ends = drawing.layers.flatMap((layer) =>
      layer.mark === "text" ? layer.items.flatMap(({ text, y }) => (text.startsWith("term") ? [y] : [])) : []
    )
    const sorted = [...ends].sort((a, b) => a - b)
    for (const [index, y] of sorted.slice(1).entries()) assert.isAtLeast(y - (sorted[index] ?? 0), 14.9)
  })

  it("gives every curve a look of its own, without colour", () => {
    const curves = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`term ${index}`, [2, 1]]))
    const looks = linesIn(drawn([curves])).map(({ dash, width }) => `${dash.join()} ${width}`)
    assert.strictEqual(new Set(looks).size, 16)
  })

  it("draws the spread of several runs as a band, and says so", () => {
    const drawing = drawn([{ loss: [3, 2] }, { loss: [5, 4, 3] }])
    assert.isTrue(drawing.layers.some(({ mark }) => mark === "band"))
    assert.includeMembers(
      [...said(drawing)],
      [
        "Lines: mean of 2 runs. Grey: lowest to highest run.",
        "Runs are of different length; each curve ends with its shortest."
      ]
    )
    assert.isFalse(drawn([{ loss: [3, 2] }]).layers.some(({ mark }) => mark === "band"))
  })

  it("has equal steps for equal factors on a logarithmic axis, and counts what it cannot show", () => {
    const drawing = drawn([{ gap: [100, 10, 1], flat: [0, 0, 1] }], { scale: "log" })
    const [gap, flat] = linesIn(drawing)
    const ys = gap?.items.map(({ y }) => y) ?? []
    assert.closeTo((ys[1] ?? 0) - (ys[0] ?? 0), (ys[2] ?? 0) - (ys[1] ?? 0), 0.02)
    assert.isUndefined(flat)
    assert.include(said(drawing), "Not drawn on this logarithmic axis, values of 0 or less: flat (2 of 3).")
  })

  it("gives nothing where a logarithmic axis has nothing to show", () => {
    assert.isNull(curvesFigure([{ loss: [0, -1] }], [{ name: "loss" }], { ...figure, scale: "log" }))
  })

  it("draws one epoch as points, and values that never change", () => {
    const drawing = drawn([{ loss: [2], main: [1] }])
    assert.deepStrictEqual(linesIn(drawing), [])
    const glyphs = drawing.layers.flatMap((layer) => (layer.mark === "glyph" ? layer.items : []))
    assert.strictEqual(new Set(glyphs.map(({ y }) => y)).size, 2)
    assert.strictEqual(glyphs.length, 2)
    assert.strictEqual(linesIn(drawn([{ loss: [1, 1, 1] }])).length, 1)
  })
})
