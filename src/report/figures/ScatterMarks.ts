/** Every label of the scatter at its place: inside the frame, at its border, or in the strip of those without a y. */
import type { ScatterSpec } from "../../domain/FigureSpec.ts"
import { axisScale } from "./drawing/AxisScale.ts"
import type { Axis, Glyph, Rule, Shape } from "./drawing/Drawing.ts"
import { type Box, type Point, rounded } from "./drawing/Geometry.ts"
import { COLOURS, TICK } from "./drawing/Look.ts"
import { percent, significant } from "./drawing/Numerals.ts"
import { capped } from "./drawing/Rules.ts"
import { shortened } from "./drawing/TextWidth.ts"
import type { PooledPoint, Spread } from "./ScatterPoints.ts"

/** Height of the strip below the axes for labels without a y. */
export const STRIP = 22
const CAP = 2.2

export type Place = "inside" | "partly" | "up" | "down" | "left" | "right" | "missing"

const triangle = (shape: Shape) => ({ shape, radius: 4.2, fill: COLOURS.vermilion, stroke: "#000", width: 0.7 })

export const GLYPHS: { readonly [P in Place]: Omit<Glyph, "x" | "y"> } = {
  inside: { shape: "circle", radius: 3.4, fill: COLOURS.blue, stroke: "#fff", width: 0.7 },
  partly: { shape: "circle", radius: 3.1, fill: "#fff", stroke: COLOURS.blue, width: 1.4 },
  up: triangle("triangle-up"),
  down: triangle("triangle-down"),
  left: triangle("triangle-left"),
  right: triangle("triangle-right"),
  missing: { shape: "cross", radius: 3.4, fill: "none", width: 1.6 }
}

export const OUTSIDE = ["down", "up", "left", "right"] as const

/** A label at its place. */
export interface Marked extends Point {
  readonly place: Place
  readonly name: string
  readonly bars: ReadonlyArray<Rule>
}

export const sayValue = (value: number, unit: ScatterSpec["unit"]) =>
  unit === "percent" ? percent(value, 0) : significant(value)

const clamp = (value: number, [low, high]: Axis["domain"]) => Math.min(Math.max(value, low), high)

/** Out of the frame, which way: the axis that is further out, as a part of its length, decides. */
const direction = (x: number, y: number, axes: { readonly x: Axis; readonly y: Axis }): Place => {
  const beyond = (value: number, [low, high]: Axis["domain"]) => Math.max(low - value, value - high) / (high - low)
  const [outX, outY] = [beyond(x, axes.x.domain), beyond(y, axes.y.domain)]
  if (outX <= 0 && outY <= 0) return "inside"
  if (outY >= outX) return y < axes.y.domain[0] ? "down" : "up"
  return x < axes.x.domain[0] ? "left" : "right"
}

/** Places labels in a box; a label without an x gets no place. */
export const marker = (
  box: Box,
  axes: { readonly x: Axis; readonly y: Axis },
  { seeds, unit }: { readonly seeds: number; readonly unit: ScatterSpec["unit"] }
) => {
  const [scaleX, scaleY] = [axisScale(axes.x, box.left, box.right), axisScale(axes.y, box.bottom, box.top)]
  const px = (value: number) => scaleX(clamp(value, axes.x.domain))
  const py = (value: number) => scaleY(clamp(value, axes.y.domain))
  const bars = (at: Point, x: Spread, y: Spread): ReadonlyArray<Rule> => [
    ...(py(y.low) - py(y.high) < 1 ? [] : capped({ ...at, y: py(y.low), x2: at.x, y2: py(y.high) }, CAP)),
    ...(px(x.high) - px(x.low) < 1 ? [] : capped({ ...at, x: px(x.low), y2: at.y, x2: px(x.high) }, CAP))
  ]
  const limit = (box.right - box.left) * 0.5
  return ({ label, x, y }: PooledPoint): Marked | undefined => {
    if (x === null) return undefined
    const name = shortened(label, TICK, limit)
    if (y === null) return { x: px(x.mean), y: rounded(box.bottom + STRIP / 2), place: "missing", name, bars: [] }
    const at = { x: px(x.mean), y: py(y.mean) }
    const isPartly = y.seeds < seeds
    const counted = `${name}${isPartly ? ` (${y.seeds}/${seeds})` : ""}`
    const place = direction(x.mean, y.mean, axes)
    if (place === "inside") return { ...at, place: isPartly ? "partly" : place, name: counted, bars: bars(at, x, y) }
    const from = x.mean < axes.x.domain[0] || x.mean > axes.x.domain[1] ? ` ${sayValue(x.mean, unit)}` : ""
    return { ...at, place, name: `${counted}${from} → ${sayValue(y.mean, unit)}`, bars: [] }
  }
}
