/** A drawing in the grammar of vega, which draws its axes and marks. Nothing is left for vega to place by a text's width. */
import type { Spec, Axis as VegaAxis, Mark as VegaMark } from "vega"
import type { Axis, Drawing, Frame, Layer } from "./Drawing.ts"
import { printable } from "./TextWidth.ts"

const FONT = "Helvetica, Arial, sans-serif"
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

/** The specification that vega draws. */
export const vegaSpec = ({ frame, height, layers, width }: Drawing): Spec => ({
  width,
  height,
  padding: 0,
  autosize: "none",
  background: "white",
  data: layers.map((layer, index) => ({ name: `layer${index}`, values: valuesOf(layer) })),
  marks: [frameOf(frame), ...layers.map((layer, index) => markOf(layer, `layer${index}`))]
})
