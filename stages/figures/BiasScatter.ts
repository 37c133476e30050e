/**
 * Figures 1 and 2 of Choi, Zhang & Liu: the bias of every label in the training data (x) against that in the predictions
 * (y). Above one half, a label above the diagonal is amplified; below one half, one under it.
 */
import { type BiasPoint, biasPoints, meanAmplification, type SeedBias, type Spread, spread } from "./BiasPoints.ts"
import type { Drawing, Glyph, Layer, Rule, Text } from "./Drawing.ts"
import { axisTitles, heading, type LegendEntry, legend } from "./Furniture.ts"
import { around, type Box, grown, overlap, type Point, rounded, type Segment } from "./Geometry.ts"
import { type NamedPoint, placeNames } from "./NamePlacement.ts"
import { percent, signed } from "./Numerals.ts"
import { shortened, textWidth } from "./TextWidth.ts"
import { ticksWithin } from "./Ticks.ts"

export interface BiasScatter {
  readonly title: string
  readonly subtitle: ReadonlyArray<string>
  /** Both axes, as shares. */
  readonly frame: readonly [low: number, high: number]
}

const WIDTH = 640
const SIDE = 524
const LEFT = 84
/** Height of the strip below the axes for labels that are never predicted. */
const STRIP = 30
const NAME = 12.5
const NAME_LIMIT = 260
const RADIUS = 4.2
const CROSS = "M-1,-1L1,1M-1,1L1,-1"

type Shape = "dot" | "ring" | "up" | "down" | "left" | "right" | "cross"

const GLYPHS: { readonly [S in Shape]: Omit<Glyph, "x" | "y"> } = {
  dot: { shape: "circle", radius: RADIUS, fill: "#000", stroke: "#fff", width: 0.8 },
  ring: { shape: "circle", radius: RADIUS, fill: "#fff", width: 1.6 },
  up: { shape: "triangle-up", radius: 5.5, fill: "#000" },
  down: { shape: "triangle-down", radius: 5.5, fill: "#000" },
  left: { shape: "triangle-left", radius: 5.5, fill: "#000" },
  right: { shape: "triangle-right", radius: 5.5, fill: "#000" },
  cross: { shape: CROSS, radius: 4.6, fill: "none", width: 2 }
}

const OUTSIDE = ["down", "up", "left", "right"] as const

/** A label at its place. */
interface Marked extends Point {
  readonly shape: Shape
  readonly name: string
  readonly bars: ReadonlyArray<Rule>
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high)

/** Out of the frame, which way: the axis that is further out decides. */
const direction = (x: number, y: number, [low, high]: BiasScatter["frame"]): Shape | undefined => {
  const beyond = (value: number) => Math.max(low - value, value - high)
  if (beyond(x) <= 0 && beyond(y) <= 0) return undefined
  if (beyond(y) >= beyond(x)) return y < low ? "down" : "up"
  return x < low ? "left" : "right"
}

const capped = (rule: Rule, cap: number): ReadonlyArray<Rule> => {
  const flat = rule.y === rule.y2
  return [
    rule,
    ...[0, 1].map((end) => {
      const x = end === 0 ? rule.x : rule.x2
      const y = end === 0 ? rule.y : rule.y2
      return flat ? { x, y: y - cap, x2: x, y2: y + cap } : { x: x - cap, y, x2: x + cap, y2: y }
    })
  ]
}

const marker = (box: Box, { frame }: BiasScatter, seeds: number) => {
  const [low, high] = frame
  const at = (share: number) => ((clamp(share, low, high) - low) / (high - low)) * SIDE
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

const range = ({ high, low, seeds }: Spread, say: (value: number) => string) =>
  seeds > 1 ? ` (${say(low)} to ${say(high)})` : ""

/** The lines in the corner, and how they are meant. */
const corner = (seeds: ReadonlyArray<SeedBias>): ReadonlyArray<string> => {
  const mean = spread(seeds.map(meanAmplification))
  const all = seeds[0]?.labels.length ?? 0
  const used = seeds.map(
    ({ labels }) => labels.filter(({ predicted, train }) => predicted !== null && train !== null).length
  )
  const least = Math.min(...used)
  const most = Math.max(...used)
  const points = (share: number) => signed(share * 100, 1)
  return [
    "Mean amplification",
    mean === null ? "undefined" : `${points(mean.mean)} points${range(mean, points)}`,
    `${least === most ? most : `${least} to ${most}`} of ${all} labels`
  ]
}

const CORNER_SIZE = 12.5
const CORNER_LEADING = 16

/** The corner of the box with the fewest marks in it; upper left and lower right first, since amplification leaves them. */
const cornerText = (lines: ReadonlyArray<string>, box: Box, marks: ReadonlyArray<Marked>) => {
  const width = Math.max(...lines.map((line, index) => textWidth(line, CORNER_SIZE, index === 1 ? "bold" : "normal")))
  const height = lines.length * CORNER_LEADING
  const places = [10, 44].flatMap((inset) => {
    const inner = grown(box, -inset)
    return [
      { left: inner.left, top: inner.top },
      { left: inner.right - width, top: inner.bottom - height },
      { left: inner.left, top: inner.bottom - height },
      { left: inner.right - width, top: inner.top }
    ].map(({ left, top }) => ({ left, top, right: left + width, bottom: top + height }))
  })
  const taken = (place: Box) =>
    marks.filter(({ x, y, bars }) =>
      [around({ x, y }, 16, 16), ...bars.map(boxOf)].some((each) => overlap(grown(place, 14), each))
    ).length
  const place = places.reduce((best, each) => (taken(each) < taken(best) ? each : best))
  const right = place.left > (box.left + box.right) / 2
  const items = lines.map(
    (text, index): Text => ({
      x: rounded(right ? place.right : place.left),
      y: rounded(place.top + 12 + index * CORNER_LEADING),
      text,
      align: right ? "right" : "left",
      size: CORNER_SIZE,
      weight: index === 1 ? "bold" : "normal"
    })
  )
  return { place, items }
}

const boxOf = ({ x, x2, y, y2 }: Rule): Box => ({
  left: Math.min(x, x2),
  right: Math.max(x, x2),
  top: Math.min(y, y2),
  bottom: Math.max(y, y2)
})

const segmentOf = ({ x, x2, y, y2 }: Rule): Segment => ({ from: { x, y }, to: { x: x2, y: y2 } })

const legendOf = (marks: ReadonlyArray<Marked>, untrained: ReadonlyArray<string>, seeds: number) => {
  const has = (wanted: Shape) => marks.some(({ shape }) => shape === wanted)
  const entries: Array<LegendEntry> = [
    {
      sample: GLYPHS.dot,
      text: seeds === 1 ? "one seed" : `mean of ${seeds} seeds; bars: lowest to highest seed`
    },
    { sample: { dash: [6, 4], width: 1.2, stroke: "#000" }, text: "predicted as in training" }
  ]
  if (has("ring")) entries.push({ sample: GLYPHS.ring, text: "(k/n) defined in k of n seeds, mean of these" })
  const beyond = OUTSIDE.find((shape) => has(shape))
  if (beyond !== undefined)
    entries.push({ sample: GLYPHS[beyond], text: "outside the frame: training → predicted share" })
  if (has("cross")) entries.push({ sample: GLYPHS.cross, text: "predicted for no test image: no predicted bias" })
  if (untrained.length > 0)
    entries.push({ sample: null, text: `Not drawn, in no training image: ${untrained.join(", ")}.` })
  return entries
}

const describe = (points: ReadonlyArray<BiasPoint>, lines: ReadonlyArray<string>, seeds: number) => {
  const say = (value: Spread | null) =>
    value === null ? "undefined" : `${percent(value.mean, 1)}${range(value, (share) => percent(share, 1))}`
  return [
    `Share of man for each label, in training and in predictions${seeds > 1 ? `, mean of ${seeds} seeds with the lowest and highest` : ""}.`,
    ...points.map(({ label, predicted, train }) => `${label}: training ${say(train)}, predicted ${say(predicted)}.`),
    `${lines.join(": ")}.`
  ].join(" ")
}

/** The drawing of checked seeds; null where the names do not fit. */
export const biasScatter = (seeds: ReadonlyArray<SeedBias>, figure: BiasScatter): Drawing | null => {
  const [low, high] = figure.frame
  const [first] = seeds
  const points = biasPoints(seeds)
  const head = heading(
    figure.title,
    [
      ...figure.subtitle,
      ...(first === undefined
        ? []
        : [`${seeds.some(({ standIn }) => standIn) ? "Stand-in data: " : "Data: "}${first.source}`])
    ],
    WIDTH
  )
  const box = { left: LEFT, top: head.bottom + 4, right: LEFT + SIDE, bottom: head.bottom + 4 + SIDE }
  const mark = marker(box, figure, seeds.length)
  const marks = points.flatMap((point) => mark(point) ?? [])
  const gap = marks.some(({ shape }) => shape === "cross") ? STRIP : 0
  const bars = marks.flatMap((each) => each.bars)
  const diagonal: Rule = { x: box.left, y: box.bottom, x2: box.right, y2: box.top, width: 1.2, dash: [6, 4] }
  const half = rounded(((0.5 - low) / (high - low)) * SIDE)
  const halves: ReadonlyArray<Rule> =
    low < 0.5 && high > 0.5
      ? [
          { x: box.left + half, y: box.top, x2: box.left + half, y2: box.bottom, stroke: "#999", dash: [1, 3] },
          { x: box.left, y: box.bottom - half, x2: box.right, y2: box.bottom - half, stroke: "#999", dash: [1, 3] }
        ]
      : []
  const border = outline(box)
  const lines = corner(seeds)
  const { items: cornerItems, place: cornerPlace } = cornerText(lines, box, marks)
  const stripName = "not predicted"
  const strip: Box = { left: box.left, right: box.right, top: box.bottom, bottom: box.bottom + gap }
  const stripBox = { ...strip, left: box.left + 4, right: box.left + 4 + textWidth(stripName, 11) }
  const named = marks.map(({ name, shape, x, y }): NamedPoint => ({ x, y, name, radius: GLYPHS[shape].radius + 0.6 }))
  const places = placeNames(named, {
    fontSize: NAME,
    region: { ...grown(box, -2), right: WIDTH - 6, bottom: box.bottom + (gap === 0 ? -2 : gap - 2) },
    blocked: [grown(cornerPlace, 3), ...(gap === 0 ? [] : [stripBox])],
    avoid: [
      { ...segmentOf(diagonal), weight: 0.8 },
      ...bars.map((each) => ({ ...segmentOf(each), weight: 2 })),
      ...halves.map((each) => ({ ...segmentOf(each), weight: 0.15 })),
      ...border.map((each) => ({ ...segmentOf(each), weight: 3 }))
    ]
  })
  if (places === null) return null
  const texts: ReadonlyArray<Text> = places.map(({ align, box: at }, index) => ({
    x: rounded(align === "left" ? at.left : align === "right" ? at.right : (at.left + at.right) / 2),
    y: rounded(at.bottom - 0.3 * NAME),
    text: named[index]?.name ?? "",
    align,
    size: NAME
  }))
  const leaders: ReadonlyArray<Rule> = places.flatMap(({ leader }) =>
    leader === null
      ? []
      : { x: leader.from.x, y: leader.from.y, x2: leader.to.x, y2: leader.to.y, stroke: "#777", width: 0.8 }
  )
  const untrained = points.flatMap(({ label, train }) => (train === null ? label : []))
  const below = legend(legendOf(marks, untrained, seeds.length), box.bottom + gap + 48, WIDTH)
  const axis = { kind: "linear", domain: figure.frame, ticks: ticksWithin(low, high), format: ".0%" } as const
  const layers: ReadonlyArray<Layer> = [
    { mark: "rule", items: [...halves, ...border, ...(gap === 0 ? [] : outline(strip)), diagonal] },
    { mark: "rule", items: leaders },
    { mark: "rule", items: bars },
    { mark: "glyph", items: marks.map(({ shape, x, y }) => ({ ...GLYPHS[shape], x, y })) },
    { mark: "text", items: texts },
    { mark: "text", items: cornerItems },
    {
      mark: "text",
      items:
        gap === 0
          ? []
          : [
              {
                x: stripBox.left,
                y: strip.top + gap / 2 + 4,
                text: stripName,
                align: "left",
                size: 11,
                style: "italic"
              }
            ]
    },
    axisTitles(box, "Training: share of man", "Predicted: share of man", gap + 42, 56),
    ...head.layers,
    ...below.layers
  ]
  return {
    width: WIDTH,
    height: Math.ceil(below.bottom),
    title: figure.title,
    description: describe(points, lines, seeds.length),
    frame: { box, gap, x: axis, y: axis },
    layers
  }
}

const outline = ({ bottom, left, right, top }: Box): ReadonlyArray<Rule> =>
  (
    [
      [left, top, right, top],
      [right, top, right, bottom],
      [right, bottom, left, bottom],
      [left, bottom, left, top]
    ] as const
  ).map(([x, y, x2, y2]) => ({ x, y, x2, y2, stroke: "#444" }))
