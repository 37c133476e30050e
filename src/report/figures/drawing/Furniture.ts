/** What stands around every figure's axes: heading, axis titles, the legend below, and what it rests on. */
import type { Glyph, Layer, Rule, Text } from "./Drawing.ts"
import { type Box, rounded } from "./Geometry.ts"
import { BODY, QUIET, SMALL, TICK, TITLE } from "./Look.ts"
import { shortened, textWidth, wrapped } from "./TextWidth.ts"

/** Left and right of everything. */
export const MARGIN = 6

export interface Furniture {
  readonly layers: ReadonlyArray<Layer>
  /** Its lower end. */
  readonly bottom: number
}

/** Title and lines below it, wrapped to the width. */
export const heading = (title: string, lines: ReadonlyArray<string>, width: number): Furniture => {
  const limit = width - 2 * MARGIN
  const items: Array<Text> = []
  let y = 2
  const put = (text: string, size: number, weight: "normal" | "bold", leading: number) => {
    for (const line of wrapped(text, size, limit, weight)) {
      y += leading
      items.push({ x: MARGIN, y, text: line, align: "left", size, weight })
    }
  }
  put(title, TITLE, "bold", 15)
  for (const line of lines) put(line, BODY, "normal", 13)
  return { layers: [{ mark: "text", items }], bottom: y + 6 }
}

/**
 * Titles of both axes: x's under the box in as many lines as it needs between `margins` (default: the box), y's beside it.
 * `below`: how far under the box x's first line stands; `beside`: how far left of the box y's.
 */
export const axisTitles = (
  box: Box,
  titles: { readonly x: string; readonly y: string },
  {
    below,
    beside,
    margins = box
  }: { readonly below: number; readonly beside: number; readonly margins?: Pick<Box, "left" | "right"> }
): Furniture => {
  const lines = wrapped(titles.x, BODY, margins.right - margins.left)
  const first = box.bottom + below
  const across = lines.map(
    (text, index): Text => ({
      x: rounded((margins.left + margins.right) / 2),
      y: rounded(first + 12 * index),
      text,
      align: "center",
      size: BODY
    })
  )
  const up: Text = {
    x: rounded(box.left - beside),
    y: rounded((box.top + box.bottom) / 2),
    text: shortened(titles.y, BODY, box.bottom - box.top),
    align: "center",
    size: BODY,
    angle: -90
  }
  return {
    layers: [{ mark: "text", items: [...across, ...(titles.y === "" ? [] : [up])] }],
    bottom: first + 12 * (lines.length - 1) + 6
  }
}

/** Room to the right of an axis for the half of its last label that stands out. */
export const outstanding = (labels: ReadonlyArray<string>): number =>
  Math.max(8, textWidth(labels.at(-1) ?? "", TICK) / 2 + 3)

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
    y += 13.5
  }
  feed()
  for (const { sample, text } of entries) {
    const room = sample === null ? 0 : "shape" in sample ? 13 : 25
    const lines = wrapped(text, TICK, limit - room)
    const wide = room + Math.max(0, ...lines.map((line) => textWidth(line, TICK)))
    if (x > MARGIN && (x + wide > MARGIN + limit || lines.length > 1)) feed()
    if (sample !== null && "shape" in sample) glyphs.push({ ...sample, x: rounded(x + 5), y: rounded(y - 3.2) })
    else if (sample !== null) rules.push({ ...sample, x: rounded(x), y: y - 3, x2: rounded(x + 20), y2: y - 3 })
    for (const [index, line] of lines.entries()) {
      if (index > 0) y += 12
      texts.push({ x: rounded(x + room), y: rounded(y), text: line, align: "left", size: TICK })
    }
    if (lines.length > 1) feed()
    else x += wide + 14
  }
  return {
    layers: [
      { mark: "rule", items: rules },
      { mark: "glyph", items: glyphs },
      { mark: "text", items: texts }
    ],
    bottom: (x === MARGIN ? y - 13.5 : y) + 6
  }
}

/** What the figure rests on: data and stand-ins, in the table's own sentences. None is cut: a stand-in is to be seen. */
export const footer = (sentences: ReadonlyArray<string>, top: number, width: number): Furniture => {
  const lines = wrapped(sentences.join(" "), SMALL, width - 2 * MARGIN)
  const items = lines.map(
    (text, index): Text => ({
      x: MARGIN,
      y: rounded(top + 11 * (index + 1)),
      text,
      align: "left",
      size: SMALL,
      fill: QUIET
    })
  )
  return { layers: [{ mark: "text", items }], bottom: top + 11 * items.length + 4 }
}
