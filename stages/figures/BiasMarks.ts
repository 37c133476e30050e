/** Every label of the scatter at its place: inside the frame, at its border, or in the strip of those never predicted. */
import type { BiasPoint, Spread } from "./BiasPoints.ts"
import type { Glyph, Rule } from "./Drawing.ts"
import { type Box, type Point, rounded } from "./Geometry.ts"
import { percent } from "./Numerals.ts"
import { capped } from "./Rules.ts"
import { shortened } from "./TextWidth.ts"

/** What both axes span, as shares. */
export type Frame = readonly [low: number, high: number]

/** Height of the strip below the axes for labels that are never predicted. */
export const STRIP = 30
export const NAME = 12.5
const NAME_LIMIT = 260
const RADIUS = 4.2
const CROSS = "M-1,-1L1,1M-1,1L1,-1"

export type Shape = "dot" | "ring" | "up" | "down" | "left" | "right" | "cross"

export const GLYPHS: { readonly [S in Shape]: Omit<Glyph, "x" | "y"> } = {
  dot: { shape: "circle", radius: RADIUS, fill: "#000", stroke: "#fff", width: 0.8 },
  ring: { shape: "circle", radius: RADIUS, fill: "#fff", width: 1.6 },
  up: { shape: "triangle-up", radius: 5.5, fill: "#000" },
  down: { shape: "triangle-down", radius: 5.5, fill: "#000" },
  left: { shape: "triangle-left", radius: 5.5, fill: "#000" },
  right: { shape: "triangle-right", radius: 5.5, fill: "#000" },
  cross: { shape: CROSS, radius: 4.6, fill: "none", width: 2 }
}

export const OUTSIDE = ["down", "up", "left", "right"] as const

/** A label at its place. */
export interface Marked extends Point {
  readonly shape: Shape
  readonly name: string
  readonly bars: ReadonlyArray<Rule>
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high)

/** Out of the frame, which way: the axis that is further out decides. */
const direction = (x: number, y: number, [low, high]: Frame): Shape | undefined => {
  const beyond = (value: number) => Math.max(low - value, value - high)
  if (beyond(x) <= 0 && beyond(y) <= 0) return undefined
  if (beyond(y) >= beyond(x)) return y < low ? "down" : "up"
  return x < low ? "left" : "right"
}

/** Places labels in a box whose axes both span `frame`; a label that no training image has gets none. */
export const marker = (box: Box, frame: Frame, seeds: number) => {
  const [low, high] = frame
  const at = (share: number) => ((clamp(share, low, high) - low) / (high - low)) * (box.right - box.left)
  const px = (share: number) => rounded(box.left + at(share))
  const py = (share: number) => rounded(box.bottom - at(share))
  const bars = (x: number, y: number, train: Spread, predicted: Spread): ReadonlyArray<Rule> => [
    ...(py(predicted.low) - py(predicted.high) < 1
      ? []
      : capped({ x, y: py(predicted.low), x2: x, y2: py(predicted.high) }, 3)),
    ...(px(train.high) - px(train.low) < 1 ? [] : capped({ x: px(train.low), y, x2: px(train.high), y2: y }, 3))
  ]
  return ({ label, predicted, train }: BiasPoint): Marked | undefined => {
    if (train === null) return undefined
    const x = px(train.mean)
    const short = (text: string) => shortened(text, NAME, NAME_LIMIT)
    if (predicted === null) return { x, y: box.bottom + STRIP / 2, shape: "cross", name: short(label), bars: [] }
    const y = py(predicted.mean)
    const partly = predicted.seeds < seeds
    const outside = direction(train.mean, predicted.mean, frame)
    const name = `${short(label)}${partly ? ` (${predicted.seeds}/${seeds})` : ""}`
    if (outside === undefined) return { x, y, shape: partly ? "ring" : "dot", name, bars: bars(x, y, train, predicted) }
    const from = train.mean < low || train.mean > high ? ` ${percent(train.mean, 0)}` : ""
    return { x, y, shape: outside, name: `${name}${from} → ${percent(predicted.mean, 0)}`, bars: [] }
  }
}
