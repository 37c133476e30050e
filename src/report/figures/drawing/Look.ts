/**
 * How figures look: sizes for print (a point is 4/3 px) and colours that stay apart for every kind of colour vision. No
 * figure relies on colour: shape or dash says the same, for a grey print.
 */
import type { Glyph, Shape } from "./Drawing.ts"

export const PX_PER_MM = 96 / 25.4

/** Of the reader's own; no font is loaded. */
export const FONT = "Helvetica, Arial, sans-serif"

/** Font sizes in px: 9, 7.5, 7 and 6.5 pt. */
export const TITLE = 12
export const BODY = 10
export const TICK = 9.3
export const SMALL = 8.7

export const GRID = "#e6e6e6"
export const AXIS = "#444"
/** Lines that lead from a name to its point. */
export const LEADER = "#777"
/** Text that stands back. */
export const QUIET = "#555"

/** Okabe and Ito's colours, but for yellow, which is lost on white. */
export const COLOURS = {
  black: "#000000",
  blue: "#0072B2",
  vermilion: "#D55E00",
  green: "#009E73",
  purple: "#CC79A7",
  orange: "#E69F00",
  sky: "#56B4E9"
} as const

/** What tells lines apart: each has its colour, dash and shape. */
export interface LineLook {
  readonly stroke: string
  readonly dash: ReadonlyArray<number>
  readonly width: number
  readonly shape: Shape
}

const STROKES = [
  COLOURS.blue,
  COLOURS.vermilion,
  COLOURS.green,
  COLOURS.black,
  COLOURS.purple,
  COLOURS.orange,
  COLOURS.sky
]
const DASHES: ReadonlyArray<ReadonlyArray<number>> = [
  [],
  [6, 2.5],
  [1.8, 1.8],
  [8, 2.5, 1.8, 2.5],
  [12, 3],
  [1.8, 4.5],
  [8, 2, 2, 2, 2, 2]
]
const SHAPES: ReadonlyArray<Shape> = [
  "circle",
  "square",
  "triangle-up",
  "diamond",
  "triangle-down",
  "triangle-left",
  "triangle-right"
]

/** Lines that can be told apart: every pattern thin, then every pattern thick. */
export const MOST_LINES = 2 * DASHES.length

export const lineLook = (index: number): LineLook => {
  const at = index % DASHES.length
  return {
    stroke: STROKES[at] ?? COLOURS.black,
    dash: DASHES[at] ?? [],
    // The lighter colours are drawn thicker, for a grey print.
    width: (at < 4 ? 1.3 : 1.6) + 0.9 * Math.floor(index / DASHES.length),
    shape: SHAPES[at] ?? "circle"
  }
}

/** A line's marks at its values. */
export const lineGlyph = ({ shape, stroke }: LineLook): Omit<Glyph, "x" | "y"> => ({
  shape,
  radius: 2.6,
  fill: stroke,
  stroke: "#fff",
  width: 0.6
})
