/**
 * A drawing's SVG. Equal drawings give equal bytes on every machine: no locale, clock, random id or font takes part, and
 * coordinates are rounded. Nothing has an id, so that several stand in one page.
 */
import { axisScale } from "./AxisScale.ts"
import type { Axis, Drawing, Frame, Glyph, Layer, Rule, Shape, Text } from "./Drawing.ts"
import { type Point, rounded } from "./Geometry.ts"
import { AXIS, FONT, GRID, PX_PER_MM, TICK } from "./Look.ts"
import { printable, textWidth } from "./TextWidth.ts"

type Attributes = { readonly [name: string]: string | number | undefined }

const escaped = (text: string) =>
  printable(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

const open = (name: string, attributes: Attributes) => {
  let tag = `<${name}`
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined) tag += ` ${key}="${typeof value === "number" ? rounded(value) : escaped(value)}"`
  return tag
}

const empty = (name: string, attributes: Attributes) => `${open(name, attributes)}/>`
const element = (name: string, attributes: Attributes, text: string) =>
  `${open(name, attributes)}>${escaped(text)}</${name}>`

const pair = ({ x, y }: Point) => `${rounded(x)},${rounded(y)}`
const path = (points: ReadonlyArray<Point>) => `M${points.map(pair).join("L")}`

const ANCHOR = { left: undefined, center: "middle", right: "end" } as const

const textOf = ({ align, angle, fill, halo, size, style, text, weight, x, y }: Text) =>
  element(
    "text",
    {
      x,
      y,
      "font-size": size,
      "text-anchor": ANCHOR[align],
      "font-weight": weight === "bold" ? weight : undefined,
      "font-style": style === "italic" ? style : undefined,
      transform: angle === undefined ? undefined : `rotate(${rounded(angle)} ${rounded(x)} ${rounded(y)})`,
      fill,
      ...(halo === true
        ? { stroke: "#fff", "stroke-width": 2.5, "stroke-linejoin": "round", "paint-order": "stroke" }
        : {})
    },
    text
  )

const dashes = (dash: ReadonlyArray<number> | undefined) =>
  dash === undefined || dash.length === 0 ? undefined : dash.join(" ")

const ruleOf = ({ dash, stroke = "#000", width = 1, x, x2, y, y2 }: Rule) =>
  empty("line", { x1: x, y1: y, x2, y2, stroke, "stroke-width": width, "stroke-dasharray": dashes(dash) })

/** Corners in the square from −1 to 1; triangles of one area with the circle, or nearly. */
const CORNERS: { readonly [S in Exclude<Shape, "circle" | "cross">]: ReadonlyArray<readonly [number, number]> } = {
  square: [
    [-0.9, -0.9],
    [0.9, -0.9],
    [0.9, 0.9],
    [-0.9, 0.9]
  ],
  diamond: [
    [0, -1.25],
    [1.25, 0],
    [0, 1.25],
    [-1.25, 0]
  ],
  "triangle-up": [
    [0, -1],
    [1, 0.8],
    [-1, 0.8]
  ],
  "triangle-down": [
    [0, 1],
    [1, -0.8],
    [-1, -0.8]
  ],
  "triangle-left": [
    [-1, 0],
    [0.8, -1],
    [0.8, 1]
  ],
  "triangle-right": [
    [1, 0],
    [-0.8, -1],
    [-0.8, 1]
  ]
}

const glyphOf = ({ fill, radius, shape, stroke = "#000", width = 1.4, x, y }: Glyph) => {
  const paint = { fill, stroke, "stroke-width": width }
  if (shape === "circle") return empty("circle", { cx: x, cy: y, r: radius, ...paint })
  const at = ([dx, dy]: readonly [number, number]) => ({ x: x + dx * radius, y: y + dy * radius })
  if (shape !== "cross") return empty("path", { d: `${path(CORNERS[shape].map(at))}Z`, ...paint })
  const strokes = [path([at([-1, -1]), at([1, 1])]), path([at([-1, 1]), at([1, -1])])]
  return empty("path", { d: strokes.join(""), ...paint, fill: "none" })
}

const markOf = (layer: Layer): ReadonlyArray<string> => {
  switch (layer.mark) {
    case "text":
      return layer.items.map(textOf)
    case "rule":
      return layer.items.map(ruleOf)
    case "glyph":
      return layer.items.map(glyphOf)
    case "line":
      if (layer.items.length < 2) return []
      return [
        empty("path", {
          d: path(layer.items),
          fill: "none",
          stroke: layer.stroke,
          "stroke-width": layer.width,
          "stroke-dasharray": dashes(layer.dash),
          "stroke-linejoin": "round"
        })
      ]
    case "band":
      if (layer.items.length < 2) return []
      return [
        empty("path", {
          d: `${path([...layer.items, ...layer.items.map(({ x, y2 }) => ({ x, y: y2 })).reverse()])}Z`,
          fill: layer.fill,
          "fill-opacity": layer.opacity
        })
      ]
  }
}

const ticksOf = ({ labels, ticks }: Axis, scale: (value: number) => number) =>
  ticks.map((tick, index) => ({ at: scale(tick), label: labels[index] ?? "" }))

/** From the left, those labels that have room beside the one before. */
const besideEachOther = (labels: ReadonlyArray<{ readonly at: number; readonly label: string }>) => {
  let end = Number.NEGATIVE_INFINITY
  return labels.filter(({ at, label }) => {
    const half = textWidth(label, TICK) / 2
    if (at - half < end + 3) return false
    end = at + half
    return true
  })
}

const frameOf = ({ box, gap, x, y }: Frame): ReadonlyArray<string> => {
  const { bottom, left, right, top } = box
  const across = ticksOf(x, axisScale(x, left, right))
  const up = y === null ? [] : ticksOf(y, axisScale(y, bottom, top))
  const axis = { stroke: AXIS, width: 0.8 }
  const base = bottom + gap
  const rules: ReadonlyArray<Rule> = [
    ...across.map(({ at }) => ({ x: at, y: top, x2: at, y2: bottom, stroke: GRID, width: 0.8 })),
    ...up.map(({ at }) => ({ x: left, y: at, x2: right, y2: at, stroke: GRID, width: 0.8 })),
    { x: left, y: base, x2: right, y2: base, ...axis },
    ...across.map(({ at }) => ({ x: at, y: base, x2: at, y2: base + 4, ...axis })),
    ...(y === null ? [] : [{ x: left, y: top, x2: left, y2: bottom, ...axis }]),
    ...up.map(({ at }) => ({ x: left - 4, y: at, x2: left, y2: at, ...axis }))
  ]
  const texts: ReadonlyArray<Text> = [
    ...besideEachOther(across).map(
      ({ at, label }): Text => ({ x: at, y: base + 6 + TICK, text: label, align: "center", size: TICK })
    ),
    ...up.map(({ at, label }): Text => ({ x: left - 7, y: at + 0.35 * TICK, text: label, align: "right", size: TICK }))
  ]
  return [...rules.map(ruleOf), ...texts.map(textOf)]
}

/** The drawing as SVG in millimetres, each element on its own line. */
export const toSvg = ({ description, frame, height, layers, title, width }: Drawing): string => {
  const lines = [
    `${open("svg", {
      xmlns: "http://www.w3.org/2000/svg",
      role: "img",
      "aria-label": title,
      width: `${rounded(width / PX_PER_MM)}mm`,
      height: `${rounded(height / PX_PER_MM)}mm`,
      viewBox: `0 0 ${rounded(width)} ${rounded(height)}`,
      "font-family": FONT
    })}>`,
    element("title", {}, title),
    element("desc", {}, description),
    empty("rect", { width, height, fill: "#fff" }),
    ...frameOf(frame),
    ...layers.flatMap(markOf),
    "</svg>"
  ]
  return `${lines.join("\n")}\n`
}
