/** What stands around every figure's axes: heading, axis titles, and the legend below. */
import type { Glyph, Layer, Rule, Text } from "./Drawing.ts"
import { type Box, rounded } from "./Geometry.ts"
import { shortened, textWidth, wrapped } from "./TextWidth.ts"

/** The left margin of heading and legend. */
const MARGIN = 16
const TITLE = 17
const SUBTITLE = 12.5
const LEGEND = 12

export interface Furniture {
  readonly layers: ReadonlyArray<Layer>
  /** Its lower end. */
  readonly bottom: number
}

/** Title and lines below it, wrapped to the width. */
export const heading = (title: string, lines: ReadonlyArray<string>, width: number): Furniture => {
  const limit = width - 2 * MARGIN
  const items: Array<Text> = []
  let y = 10
  const put = (text: string, size: number, weight: "normal" | "bold", leading: number) => {
    for (const line of wrapped(text, size, limit, weight)) {
      y += leading
      items.push({ x: MARGIN, y, text: line, align: "left", size, weight })
    }
  }
  put(title, TITLE, "bold", 21)
  for (const line of lines) put(line, SUBTITLE, "normal", 17)
  return { layers: [{ mark: "text", items }], bottom: y + 8 }
}

/** Titles of both axes. `below`: how far under the box x's stands; `beside`: how far left of it y's. */
export const axisTitles = (box: Box, x: string, y: string, below: number, beside: number): Layer => ({
  mark: "text",
  items: [
    {
      x: rounded((box.left + box.right) / 2),
      y: box.bottom + below,
      text: shortened(x, 13, box.right - box.left),
      align: "center",
      size: 13
    },
    {
      x: box.left - beside,
      y: rounded((box.top + box.bottom) / 2),
      text: shortened(y, 13, box.bottom - box.top),
      align: "center",
      size: 13,
      angle: -90
    }
  ]
})

/** A sample of a mark, and what it stands for; without a sample, a sentence of its own. */
export interface LegendEntry {
  readonly sample: Omit<Glyph, "x" | "y"> | Omit<Rule, "x" | "y" | "x2" | "y2"> | null
  readonly text: string
}

/** Entries one after the other, in as many lines as they need. */
export const legend = (entries: ReadonlyArray<LegendEntry>, top: number, width: number): Furniture => {
  const texts: Array<Text> = []
  const glyphs: Array<Glyph> = []
  const rules: Array<Rule> = []
  const limit = width - 2 * MARGIN
  let x = MARGIN
  let y = top
  const feed = () => {
    x = MARGIN
    y += 18
  }
  feed()
  for (const { sample, text } of entries) {
    const room = sample === null ? 0 : "shape" in sample ? 18 : 31
    const lines = wrapped(text, LEGEND, limit - room)
    const wide = room + Math.max(0, ...lines.map((line) => textWidth(line, LEGEND)))
    if (x > MARGIN && (x + wide > MARGIN + limit || lines.length > 1)) feed()
    if (sample !== null && "shape" in sample) glyphs.push({ ...sample, x: rounded(x + 6), y: y - 4 })
    else if (sample !== null) rules.push({ ...sample, x: rounded(x), y: y - 4, x2: rounded(x + 24), y2: y - 4 })
    for (const [index, line] of lines.entries()) {
      if (index > 0) y += 16
      texts.push({ x: rounded(x + room), y, text: line, align: "left", size: LEGEND })
    }
    if (lines.length > 1) feed()
    else x += wide + 18
  }
  return {
    layers: [
      { mark: "rule", items: rules },
      { mark: "glyph", items: glyphs },
      { mark: "text", items: texts }
    ],
    bottom: (x === MARGIN ? y - 18 : y) + 14
  }
}
