/**
 * A figure as plain data, and its SVG: vega draws axes and marks, everything else is placed before. Equal drawings give
 * equal bytes on every machine: no locale, clock, random id or font takes part, and coordinates are rounded.
 */
import { Effect } from "effect"
import type { Spec, Axis as VegaAxis, Mark as VegaMark } from "vega"
import type { Box, Point } from "./Geometry.ts"
import { printable } from "./TextWidth.ts"

export const FONT = "Helvetica, Arial, sans-serif"

export interface Axis {
  readonly kind: "linear" | "log"
  readonly domain: readonly [low: number, high: number]
  readonly ticks: ReadonlyArray<number>
  /** d3's format of the ticks' numbers: `.0%`. */
  readonly format: string
}

/** Axes around a box: x below, y on the left, with a light grid. */
export interface Frame {
  readonly box: Box
  /** How far below the box the x axis stands. */
  readonly gap: number
  readonly x: Axis
  readonly y: Axis
}

export interface Text extends Point {
  readonly text: string
  readonly align: "left" | "center" | "right"
  readonly size: number
  readonly weight?: "normal" | "bold"
  readonly style?: "normal" | "italic"
  /** Degrees, clockwise. */
  readonly angle?: number
  readonly fill?: string
}

export interface Rule extends Point {
  readonly x2: number
  readonly y2: number
  readonly stroke?: string
  readonly width?: number
  readonly dash?: ReadonlyArray<number>
}

export interface Glyph extends Point {
  /** A shape of vega, or a path in the square from −1 to 1. */
  readonly shape: string
  /** Half its width. */
  readonly radius: number
  readonly fill: string
  readonly stroke?: string
  readonly width?: number
}

export type Layer =
  | { readonly mark: "text"; readonly items: ReadonlyArray<Text> }
  | { readonly mark: "rule"; readonly items: ReadonlyArray<Rule> }
  | { readonly mark: "glyph"; readonly items: ReadonlyArray<Glyph> }
  | {
      readonly mark: "line"
      readonly items: ReadonlyArray<Point>
      readonly dash: ReadonlyArray<number>
      readonly width: number
    }
  | { readonly mark: "band"; readonly items: ReadonlyArray<Point & { readonly y2: number }>; readonly opacity: number }

export interface Drawing {
  readonly width: number
  readonly height: number
  /** What it is, for readers of the screen and as the file's title. */
  readonly title: string
  /** What it shows, in sentences and figures, for those who do not see it. */
  readonly description: string
  readonly frame: Frame
  /** Drawn in their order, the later over the earlier. */
  readonly layers: ReadonlyArray<Layer>
}

const GRID = "#e4e4e4"
const AXIS = "#444"

const axisOf = (orient: "bottom" | "left", { format, ticks }: Axis, offset: number): VegaAxis => ({
  orient,
  aria: false,
  scale: orient === "bottom" ? "x" : "y",
  values: [...ticks],
  format,
  offset,
  grid: false,
  domainColor: AXIS,
  tickColor: AXIS,
  tickSize: 5,
  labelFont: FONT,
  labelFontSize: 12,
  labelColor: "#000",
  labelLimit: 0,
  labelPadding: 4
})

const gridOf = (orient: "bottom" | "left", { ticks }: Axis): VegaAxis => ({
  orient,
  aria: false,
  scale: orient === "bottom" ? "x" : "y",
  values: [...ticks],
  grid: true,
  gridColor: GRID,
  domain: false,
  ticks: false,
  labels: false
})

const frameOf = ({ box, gap, x, y }: Frame): VegaMark => ({
  type: "group",
  aria: false,
  encode: {
    enter: {
      x: { value: box.left },
      y: { value: box.top },
      width: { value: box.right - box.left },
      height: { value: box.bottom - box.top }
    }
  },
  // Grid lines take their length from these.
  signals: [
    { name: "width", value: box.right - box.left },
    { name: "height", value: box.bottom - box.top }
  ],
  scales: [
    { name: "x", type: x.kind, domain: [...x.domain], range: [0, box.right - box.left], zero: false, nice: false },
    { name: "y", type: y.kind, domain: [...y.domain], range: [box.bottom - box.top, 0], zero: false, nice: false }
  ],
  axes: [gridOf("bottom", x), gridOf("left", y), axisOf("bottom", x, gap), axisOf("left", y, 0)]
})

const field = (name: string) => ({ field: name })

const markOf = (layer: Layer, data: string): VegaMark => {
  const position = { x: field("x"), y: field("y") }
  const from = { data }
  switch (layer.mark) {
    case "text":
      return {
        type: "text",
        aria: false,
        from,
        encode: {
          enter: {
            ...position,
            text: field("text"),
            align: field("align"),
            baseline: { value: "alphabetic" },
            font: { value: FONT },
            fontSize: field("size"),
            fontWeight: field("weight"),
            fontStyle: field("style"),
            angle: field("angle"),
            fill: field("fill")
          }
        }
      }
    case "rule":
      return {
        type: "rule",
        aria: false,
        from,
        encode: {
          enter: {
            ...position,
            x2: field("x2"),
            y2: field("y2"),
            stroke: field("stroke"),
            strokeWidth: field("width"),
            strokeDash: field("dash")
          }
        }
      }
    case "glyph":
      return {
        type: "symbol",
        aria: false,
        from,
        encode: {
          enter: {
            ...position,
            shape: field("shape"),
            size: field("area"),
            fill: field("fill"),
            stroke: field("stroke"),
            strokeWidth: field("width")
          }
        }
      }
    case "line":
      return {
        type: "line",
        aria: false,
        from,
        encode: {
          enter: {
            ...position,
            stroke: { value: "#000" },
            strokeWidth: { value: layer.width },
            strokeDash: { value: [...layer.dash] },
            strokeJoin: { value: "round" }
          }
        }
      }
    case "band":
      return {
        type: "area",
        aria: false,
        from,
        encode: {
          enter: { ...position, y2: field("y2"), fill: { value: "#000" }, fillOpacity: { value: layer.opacity } }
        }
      }
  }
}

/** The items with their defaults filled in, as vega's data. */
const valuesOf = (layer: Layer): Array<object> => {
  switch (layer.mark) {
    case "text":
      return layer.items.map((item) => ({
        weight: "normal",
        style: "normal",
        angle: 0,
        fill: "#000",
        ...item,
        text: printable(item.text)
      }))
    case "rule":
      return layer.items.map((item) => ({ stroke: "#000", width: 1, dash: [], ...item }))
    case "glyph":
      // vega's size is the area of the square around a symbol.
      return layer.items.map((item) => ({ stroke: "#000", width: 1.4, ...item, area: 4 * item.radius * item.radius }))
    default:
      return layer.items.map((item) => ({ ...item }))
  }
}

const specOf = ({ frame, height, layers, width }: Drawing): Spec => ({
  width,
  height,
  padding: 0,
  autosize: "none",
  background: "white",
  data: layers.map((layer, index) => ({ name: `layer${index}`, values: valuesOf(layer) })),
  marks: [frameOf(frame), ...layers.map((layer, index) => markOf(layer, `layer${index}`))]
})

const escaped = (text: string) =>
  printable(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

/** Numbers inside of tags to a hundredth: no text of a person's stands there. */
const roundTags = (svg: string) =>
  svg.replaceAll(/<[^>]*>/g, (tag) =>
    tag.replaceAll(/-?\d+\.\d{3,}(e-\d+)?/g, (number) => `${Math.round(Number(number) * 100) / 100}`)
  )

/** The drawing as SVG in UTF-8, each element on its own line. */
export const render = Effect.fnUntraced(function* (drawing: Drawing) {
  const bare = yield* Effect.promise(async () => {
    const { parse, View } = await import("vega")
    const view = new View(parse(specOf(drawing)), { renderer: "none" })
    const svg = await view.toSVG()
    view.finalize()
    return svg
  })
  const label = escaped(drawing.title)
  const open = `role="img" aria-label="${label}"`
  const head = `<title>${label}</title><desc>${escaped(drawing.description)}</desc>`
  const svg = roundTags(bare).replace(/^<svg ([^>]*)>/, (_, attributes) => `<svg ${open} ${attributes}>${head}`)
  return new TextEncoder().encode(`${svg.replaceAll("><", ">\n<")}\n`)
})
