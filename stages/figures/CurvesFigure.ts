/** Curves over epochs: one dash pattern a curve, each named at its end, the spread of several runs as a band. */
import { axisScale } from "./AxisScale.ts"
import { type CurveChoice, type CurveLine, type Curves, curveLines, thinned } from "./CurveLines.ts"
import type { Axis, Drawing, Layer, Rule, Text } from "./Drawing.ts"
import { axisTitles, heading, type LegendEntry, legend } from "./Furniture.ts"
import { rounded } from "./Geometry.ts"
import { nameColumn } from "./NameColumn.ts"
import { significant } from "./Numerals.ts"
import { outline } from "./Rules.ts"
import { shortened, textWidth } from "./TextWidth.ts"
import { logRange, roundRange, tickFormat, ticksWithin } from "./Ticks.ts"

export interface CurvesFigure {
  readonly title: string
  readonly subtitle: ReadonlyArray<string>
  readonly xTitle: string
  readonly yTitle: string
  readonly scale: "linear" | "log"
}

const WIDTH = 720
const HEIGHT = 360
const LEFT = 78
const NAME = 12
const NAME_HEIGHT = 15
const NAME_LIMIT = 220
/** Between the ends of the curves and their names. */
const LEADER = 18
/** The least value of a logarithmic axis. */
const LEAST = 1e-300
const MOST_POINTS = 1200
const DASHES: ReadonlyArray<ReadonlyArray<number>> = [
  [],
  [7, 3],
  [2, 2],
  [9, 3, 2, 3],
  [14, 4],
  [2, 5],
  [9, 3, 2, 3, 2, 3],
  [5, 2, 5, 6]
]

/** The widest line of a pattern is drawn when all patterns are taken once. */
const lookOf = (index: number) => ({
  dash: DASHES[index % DASHES.length] ?? [],
  width: 1.5 + 0.9 * Math.floor(index / DASHES.length)
})

export const MOST_CURVES = 2 * DASHES.length

/** Points that a logarithmic axis has a place for. */
const drawable = ({ points }: CurveLine, scale: CurvesFigure["scale"]) =>
  scale === "log" ? points.filter(({ low }) => low >= LEAST) : points

const epochAxis = (last: number): Axis => {
  const ticks = ticksWithin(1, Math.max(last, 2), 9).filter((tick) => Number.isInteger(tick) && tick > 1)
  return { kind: "linear", domain: [1, Math.max(last, 2)], ticks: [1, ...ticks], format: ".0f" }
}

const valueAxis = (lines: ReadonlyArray<CurveLine>, scale: CurvesFigure["scale"]): Axis => {
  const values = lines.flatMap((line) => drawable(line, scale).flatMap(({ high, low }) => [low, high]))
  const { domain, ticks } = scale === "log" ? logRange(values) : roundRange(values)
  return { kind: scale, domain, ticks, format: scale === "log" ? ".6~g" : tickFormat(ticks, "number") }
}

const notes = (lines: ReadonlyArray<CurveLine>, runs: ReadonlyArray<Curves>, figure: CurvesFigure) => {
  const entries: Array<LegendEntry> = []
  if (runs.length > 1)
    entries.push({ sample: null, text: `Lines: mean of ${runs.length} runs. Grey: lowest to highest run.` })
  const lengths = runs.flatMap((run) => Object.values(run).map((values) => values.length))
  if (Math.min(...lengths) < Math.max(...lengths))
    entries.push({ sample: null, text: "Runs are of different length; each curve ends with its shortest." })
  const lost = lines.flatMap((line) => {
    const missing = line.points.length - drawable(line, figure.scale).length
    return missing === 0 ? [] : `${line.label} (${missing} of ${line.points.length})`
  })
  if (lost.length > 0)
    entries.push({ sample: null, text: `Not drawn on this logarithmic axis, values of 0 or less: ${lost.join(", ")}.` })
  return entries
}

const describe = (lines: ReadonlyArray<CurveLine>, runs: number) =>
  [
    `Curves over ${Math.max(...lines.map(({ points }) => points.length))} steps${runs > 1 ? `, mean of ${runs} runs` : ""}.`,
    ...lines.map(({ label, points }) => {
      const means = points.map(({ mean }) => mean)
      const [first = 0] = means
      const lowest = means.reduce((a, b) => Math.min(a, b))
      return `${label}: first ${significant(first)}, lowest ${significant(lowest)}, last ${significant(means.at(-1) ?? 0)}.`
    })
  ].join(" ")

/** The drawing of runs without a problem; null where the names do not fit, or nothing can be drawn. */
export const curvesFigure = (
  runs: ReadonlyArray<Curves>,
  choices: ReadonlyArray<CurveChoice>,
  figure: CurvesFigure
): Drawing | null => {
  const lines = curveLines(runs, choices)
  const drawn = lines.flatMap((line, index) => {
    const points = drawable(line, figure.scale)
    const last = points.at(-1)
    if (last === undefined) return []
    const name = `${shortened(line.label, NAME, NAME_LIMIT)}: ${significant(last.mean)}`
    return [{ name, last, points: thinned(points, MOST_POINTS), look: lookOf(index) }]
  })
  if (drawn.length === 0) return null
  const head = heading(figure.title, figure.subtitle, WIDTH)
  const top = head.bottom + 6
  const margin = Math.max(...drawn.map(({ name }) => textWidth(name, NAME))) + LEADER + 10
  const box = { left: LEFT, top, right: rounded(WIDTH - margin), bottom: top + HEIGHT }
  const x = epochAxis(Math.max(...lines.map(({ points }) => points.length)))
  const y = valueAxis(lines, figure.scale)
  const px = axisScale(x, box.left, box.right)
  const py = axisScale(y, box.bottom, box.top)
  const ends = drawn.map(({ last }) => ({ x: px(last.epoch), y: py(last.mean) }))
  const heights = nameColumn(
    ends.map((end) => end.y),
    NAME_HEIGHT,
    box.top - 6,
    box.bottom + 6
  )
  if (heights === null) return null
  const nameX = rounded(box.right + LEADER)
  const names = drawn.map(
    ({ name }, index): Text => ({
      x: nameX,
      y: rounded((heights[index] ?? 0) + 0.34 * NAME),
      text: name,
      align: "left",
      size: NAME
    })
  )
  const leaders = ends.map(
    (end, index): Rule => ({
      x: end.x + 2,
      y: end.y,
      x2: nameX - 3,
      y2: rounded(heights[index] ?? 0),
      stroke: "#999",
      width: 0.8
    })
  )
  const bands: ReadonlyArray<Layer> =
    runs.length < 2
      ? []
      : drawn.map(({ points }) => ({
          mark: "band",
          opacity: 0.13,
          items: points.map(({ epoch, high, low }) => ({ x: px(epoch), y: py(low), y2: py(high) }))
        }))
  const curves = drawn.map(({ last, look, points }): Layer => {
    if (points.length > 1)
      return { mark: "line", ...look, items: points.map(({ epoch, mean }) => ({ x: px(epoch), y: py(mean) })) }
    return {
      mark: "glyph",
      items: [{ x: px(last.epoch), y: py(last.mean), shape: "circle", radius: 2.5, fill: "#000" }]
    }
  })
  const below = legend(notes(lines, runs, figure), box.bottom + 44, WIDTH)
  return {
    width: WIDTH,
    height: Math.ceil(below.bottom),
    title: figure.title,
    description: describe(lines, runs.length),
    frame: { box, gap: 0, x, y },
    layers: [
      ...bands,
      { mark: "rule", items: [...outline(box), ...leaders] },
      ...curves,
      { mark: "text", items: names },
      axisTitles(box, figure.xTitle, figure.yTitle, 40, 60),
      ...head.layers,
      ...below.layers
    ]
  }
}
