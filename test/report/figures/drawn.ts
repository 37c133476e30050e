/** What a figure's drawing shows: its marks and its texts, and whether they keep off each other. */
import { assert } from "vitest"
import type { FigureInput } from "../../../src/domain/FigureSpec.ts"
import type { Drawing, Glyph, Rule, Text } from "../../../src/report/figures/drawing/Drawing.ts"
import { type Box, overlap } from "../../../src/report/figures/drawing/Geometry.ts"
import { textWidth } from "../../../src/report/figures/drawing/TextWidth.ts"
import type { Attempt, FigureTable } from "../../../src/report/figures/Figure.ts"
import { drawFigures } from "../../../src/report/figures/index.ts"
import { type Element, parsedSvg } from "./parsedSvg.ts"

export const drawingOf = (made: Attempt): Drawing => ("leftOut" in made ? assert.fail(made.leftOut) : made)
export const reasonOf = (made: Attempt): string => ("leftOut" in made ? made.leftOut : assert.fail("it was drawn"))

export const textsIn = ({ layers }: Drawing): ReadonlyArray<Text> =>
  layers.flatMap((layer) => (layer.mark === "text" ? layer.items : []))
export const said = (drawing: Drawing): ReadonlyArray<string> => textsIn(drawing).map(({ text }) => text)
export const rulesIn = ({ layers }: Drawing): ReadonlyArray<Rule> =>
  layers.flatMap((layer) => (layer.mark === "rule" ? layer.items : []))

/** Those inside the axes' box or the strip below it: no samples of the legend. */
export const glyphsIn = ({ frame: { box, gap }, layers }: Drawing): ReadonlyArray<Glyph> =>
  layers.flatMap((layer) =>
    layer.mark === "glyph"
      ? layer.items.filter(({ x, y }) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom + gap)
      : []
  )

const boxOf = ({ align, size, text, weight, x, y }: Text): Box => {
  const width = textWidth(text, size, weight)
  const left = align === "left" ? x : align === "right" ? x - width : x - width / 2
  return { left, right: left + width, top: y - 0.75 * size, bottom: y + 0.2 * size }
}

/** No level text lies on another or leaves the page. */
export const assertReadable = (drawing: Drawing): void => {
  const boxes = textsIn(drawing).flatMap((text) =>
    text.angle === undefined ? [{ text: text.text, box: boxOf(text) }] : []
  )
  for (const [index, one] of boxes.entries()) {
    const { bottom, left, right } = one.box
    assert.isTrue(left >= 0 && right <= drawing.width + 0.01 && bottom <= drawing.height, `outside: ${one.text}`)
    for (const other of boxes.slice(index + 1))
      assert.isFalse(overlap(one.box, other.box), `${one.text} / ${other.text}`)
  }
}

/** The elements of one figure's file. */
export const elementsOf = (figure: FigureInput, table: FigureTable): ReadonlyArray<Element> => {
  const { drawn } = drawFigures([figure], table)
  return parsedSvg(new TextEncoder().encode(drawn[0]?.svg ?? assert.fail("left out")))
}
