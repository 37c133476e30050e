import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { SeedBias } from "../../../stages/figures/BiasPoints.ts"
import { type BiasScatter, biasScatter } from "../../../stages/figures/BiasScatter.ts"
import type { Drawing, Glyph, Text } from "../../../stages/figures/Drawing.ts"
import { overlap } from "../../../stages/figures/Geometry.ts"
import { textWidth } from "../../../stages/figures/TextWidth.ts"
import { amplified, seed, TRAIN } from "./seeds.ts"

const figure: BiasScatter = { title: "Figure 1", subtitle: ["Baseline"], frame: [0, 1] }
const drawn = (seeds: ReadonlyArray<SeedBias>, more: Partial<BiasScatter> = {}): Drawing =>
  biasScatter(seeds, { ...figure, ...more }) ?? assert.fail("no room")
const textsIn = ({ layers }: Drawing): ReadonlyArray<Text> =>
  layers.flatMap((layer) => (layer.mark === "text" ? layer.items : []))
const said = (drawing: Drawing) => textsIn(drawing).map(({ text }) => text)
const glyphsIn = ({ frame: { box, gap }, layers }: Drawing): ReadonlyArray<Glyph> =>
  layers.flatMap((layer) =>
    layer.mark === "glyph"
      ? layer.items.filter(({ x, y }) => x >= box.left && y >= box.top && y <= box.bottom + gap)
      : []
  )
const boxOf = ({ align, size, text, weight, x, y }: Text) => {
  const width = textWidth(text, size, weight)
  const left = align === "left" ? x : align === "right" ? x - width : x - width / 2
  return { left, right: left + width, top: y - 0.8 * size, bottom: y + 0.2 * size }
}
const five = [0, 0.01, -0.01, 0.02, -0.02].map((shift) => amplified(0.1, shift))

describe("biasScatter", () => {
  it("names every label once, and no text lies on another", () => {
    const drawing = drawn(five)
    for (const label of Object.keys(TRAIN)) assert.strictEqual(said(drawing).filter((text) => text === label).length, 1)
    const boxes = textsIn(drawing).flatMap((text) =>
      text.angle === undefined ? [{ text: text.text, box: boxOf(text) }] : []
    )
    for (const [index, one] of boxes.entries())
      for (const other of boxes.slice(index + 1))
        assert.isFalse(overlap(one.box, other.box), `${one.text} / ${other.text}`)
    for (const { box } of boxes)
      assert.isTrue(box.left >= 0 && box.right <= drawing.width && box.bottom <= drawing.height)
  })

  it("names every label once wherever the points are, with or without a predicted bias", () => {
    const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 1))
    const rows = fc.array(fc.tuple(share, fc.option(share)), { minLength: 11, maxLength: 11 })
    fc.assert(
      fc.property(rows, fc.constantFrom([0, 1] as const, [0.3, 1] as const), (biases, frame) => {
        const names = Object.keys(TRAIN)
        const drawing = drawn([seed(Object.fromEntries(biases.map((bias, at) => [names[at] ?? "", bias])))], { frame })
        for (const name of names)
          assert.strictEqual(said(drawing).filter((text) => text === name || text.startsWith(`${name} `)).length, 1)
        assert.strictEqual(glyphsIn(drawing).length, 11)
      }),
      { numRuns: 25 }
    )
  })

  it("puts a point at its shares, and bars from the lowest to the highest seed", () => {
    const drawing = drawn([0.2, 0.3, 0.4].map((predicted) => seed({ fork: [0.25, predicted] })))
    const { box } = drawing.frame
    const side = box.right - box.left
    const [glyph] = glyphsIn(drawing)
    assert.closeTo(glyph?.x ?? 0, box.left + 0.25 * side, 0.01)
    assert.closeTo(glyph?.y ?? 0, box.bottom - 0.3 * side, 0.01)
    const bars = drawing.layers.flatMap((layer) => (layer.mark === "rule" ? layer.items : []))
    assert.isTrue(
      bars.some(
        ({ x, x2, y, y2 }) =>
          x === x2 && x === glyph?.x && Math.abs(y - y2) > 0.19 * side && Math.abs(Math.abs(y - y2) - 0.2 * side) < 0.02
      )
    )
    assert.include(said(drawing), "mean of 3 seeds; bars: lowest to highest seed")
  })

  it("says what one seed is, without bars", () => {
    const drawing = drawn([amplified(0.1)])
    assert.include(said(drawing), "one seed")
    assert.isFalse(said(drawing).some((text) => text.includes("bars")))
    assert.include(said(drawing), "+10.0 points")
  })

  it("marks a label outside the frame at its border, by an arrow that points there, with its predicted share", () => {
    const drawing = drawn([seed({ "teddy bear": [0.42, 0.04], truck: [0.2, 0.5], tie: [0.8, 0.9] })], {
      frame: [0.3, 1]
    })
    const { box } = drawing.frame
    const [bear, truck, tie] = glyphsIn(drawing)
    assert.strictEqual(bear?.shape, "triangle-down")
    assert.strictEqual(bear?.y, box.bottom)
    assert.strictEqual(truck?.shape, "triangle-left")
    assert.strictEqual(truck?.x, box.left)
    assert.strictEqual(tie?.shape, "circle")
    assert.includeMembers(
      [...said(drawing)],
      ["teddy bear → 4%", "truck 20% → 50%", "outside the frame: training → predicted share"]
    )
  })

  it("marks a label that is never predicted in a strip of its own, at its training bias", () => {
    const drawing = drawn([seed({ "teddy bear": [0.25, null], fork: [0.5, 0] })])
    const { box, gap } = drawing.frame
    const [bear, fork] = glyphsIn(drawing)
    assert.isAbove(gap, 0)
    assert.isTrue((bear?.y ?? 0) > box.bottom && (bear?.y ?? 0) < box.bottom + gap)
    assert.closeTo(bear?.x ?? 0, box.left + 0.25 * (box.right - box.left), 0.01)
    assert.notStrictEqual(bear?.shape, fork?.shape)
    assert.strictEqual(fork?.y, box.bottom)
    assert.includeMembers(
      [...said(drawing)],
      ["teddy bear", "not predicted", "predicted for no test image: no predicted bias", "1 of 2 labels"]
    )
    assert.include(drawing.description, "teddy bear: training 25.0%, predicted undefined.")
  })

  it("says in how many seeds a label is defined where it is not in all", () => {
    const drawing = drawn([
      seed({ spoon: [0.6, null], fork: [0.4, 0.3] }),
      seed({ spoon: [0.6, 0.7], fork: [0.4, 0.3] })
    ])
    assert.includeMembers([...said(drawing)], ["spoon (1/2)", "1 to 2 of 2 labels"])
    assert.strictEqual(glyphsIn(drawing)[0]?.fill, "#fff")
  })

  it("names below a label that no training image has", () => {
    const drawing = drawn([seed({ spoon: [null, 0.4], fork: [0.4, 0.3] })])
    assert.include(said(drawing), "Not drawn, in no training image: spoon.")
    assert.strictEqual(glyphsIn(drawing).length, 1)
  })

  it("says an undefined amplification, not 0", () => {
    assert.include(said(drawn([seed({ spoon: [0.4, null] })])), "undefined")
  })

  it("says where the data come from, and that they are stand-ins only where they are", () => {
    assert.include(said(drawn(five)), "Stand-in data: made-up images")
    assert.include(said(drawn([seed({ fork: [0.4, 0.3] }, false)])), "Data: made-up images")
  })

  it("gives nothing where names do not fit", () => {
    const many = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [`a rather long label ${index}`, [0.5, 0.5] as const])
    )
    assert.isNull(biasScatter([seed(many)], figure))
  })
})
