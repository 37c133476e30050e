/**
 * Figures 1 and 2 of Choi, Zhang & Liu: the bias of every label in the training data (x) against that in the predictions
 * (y). Above one half, a label above the diagonal is amplified; below one half, one under it.
 */
import { type Frame, GLYPHS, type Marked, marker, NAME, OUTSIDE, type Shape, STRIP } from "./BiasMarks.ts"
import { type BiasPoint, biasPoints, meanAmplification, type SeedBias, type Spread, spread } from "./BiasPoints.ts"
import { cornerText } from "./CornerText.ts"
import type { Drawing, Rule, Text } from "./Drawing.ts"
import { axisTitles, heading, type LegendEntry, legend } from "./Furniture.ts"
import { around, type Box, grown, rounded } from "./Geometry.ts"
import { nameLayers } from "./NameLayers.ts"
import { type NamedPoint, placeNames } from "./NamePlacement.ts"
import { percent, signed } from "./Numerals.ts"
import { boxOf, outline, segmentOf } from "./Rules.ts"
import { textWidth } from "./TextWidth.ts"
import { tickFormat, ticksWithin } from "./Ticks.ts"

export interface BiasScatter {
  readonly title: string
  readonly subtitle: ReadonlyArray<string>
  /** Both axes, as shares. */
  readonly frame: Frame
}

const WIDTH = 640
const SIDE = 524
const LEFT = 84
const STRIP_NAME = "not predicted"

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

const half = (box: Box, [low, high]: Frame): ReadonlyArray<Rule> => {
  if (low >= 0.5 || high <= 0.5) return []
  const x = rounded(box.left + ((0.5 - low) / (high - low)) * SIDE)
  const y = rounded(box.bottom - ((0.5 - low) / (high - low)) * SIDE)
  const look = { stroke: "#999", dash: [1, 3] }
  return [
    { x, y: box.top, x2: x, y2: box.bottom, ...look },
    { x: box.left, y, x2: box.right, y2: y, ...look }
  ]
}

const dataLine = (seeds: ReadonlyArray<SeedBias>): ReadonlyArray<string> => {
  const sources = [...new Set(seeds.map(({ source }) => source))]
  return [`${seeds.some(({ standIn }) => standIn) ? "Stand-in data" : "Data"}: ${sources.join("; ")}`]
}

/** The drawing of seeds without a problem; null where the names do not fit. */
export const biasScatter = (seeds: ReadonlyArray<SeedBias>, figure: BiasScatter): Drawing | null => {
  const { frame } = figure
  const points = biasPoints(seeds)
  const head = heading(figure.title, [...figure.subtitle, ...dataLine(seeds)], WIDTH)
  const top = head.bottom + 4
  const box = { left: LEFT, top, right: LEFT + SIDE, bottom: top + SIDE }
  const mark = marker(box, frame, seeds.length)
  const marks = points.flatMap((point) => mark(point) ?? [])
  const gap = marks.some(({ shape }) => shape === "cross") ? STRIP : 0
  const bars = marks.flatMap((each) => each.bars)
  const diagonal: Rule = { x: box.left, y: box.bottom, x2: box.right, y2: box.top, width: 1.2, dash: [6, 4] }
  const halves = half(box, frame)
  const border = outline(box)
  const lines = corner(seeds)
  const cornered = cornerText(
    lines,
    box,
    marks.map((each) => [around(each, 16, 16), ...each.bars.map(boxOf)])
  )
  const strip: Box = { left: box.left, right: box.right, top: box.bottom, bottom: box.bottom + gap }
  const stripBox = { ...strip, left: box.left + 5, right: box.left + 5 + textWidth(STRIP_NAME, 11) }
  const stripText: Text = {
    x: stripBox.left,
    y: strip.top + STRIP / 2 + 4,
    text: STRIP_NAME,
    align: "left",
    size: 11,
    style: "italic"
  }
  const named = marks.map(({ name, shape, x, y }): NamedPoint => ({ x, y, name, radius: GLYPHS[shape].radius + 0.6 }))
  const weighted = (rules: ReadonlyArray<Rule>, weight: number) => rules.map((rule) => ({ ...segmentOf(rule), weight }))
  const places = placeNames(named, {
    fontSize: NAME,
    region: { left: box.left + 2, top: box.top + 2, right: WIDTH - 6, bottom: strip.bottom - 2 },
    blocked: [grown(cornered.place, 3), ...(gap === 0 ? [] : [stripBox])],
    avoid: [...weighted([diagonal], 0.8), ...weighted(bars, 2), ...weighted(halves, 0.15), ...weighted(border, 3)]
  })
  if (places === null) return null
  const { leaders, names } = nameLayers(named, places, NAME)
  const untrained = points.flatMap(({ label, train }) => (train === null ? label : []))
  const below = legend(legendOf(marks, untrained, seeds.length), strip.bottom + 48, WIDTH)
  const ticks = ticksWithin(...frame)
  const axis = { kind: "linear", domain: frame, ticks, format: tickFormat(ticks, "percent") } as const
  return {
    width: WIDTH,
    height: Math.ceil(below.bottom),
    title: figure.title,
    description: describe(points, lines, seeds.length),
    frame: { box, gap, x: axis, y: axis },
    layers: [
      { mark: "rule", items: [...halves, ...border, ...(gap === 0 ? [] : outline(strip)), diagonal] },
      leaders,
      { mark: "rule", items: bars },
      { mark: "glyph", items: marks.map(({ shape, x, y }) => ({ ...GLYPHS[shape], x, y })) },
      names,
      { mark: "text", items: [...cornered.items, ...(gap === 0 ? [] : [stripText])] },
      axisTitles(box, "Training: share of man", "Predicted: share of man", gap + 42, 56),
      ...head.layers,
      ...below.layers
    ]
  }
}
