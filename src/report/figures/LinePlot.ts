/** Lines with bands, each named at its end: what curves over epochs and a metric along an axis have in common. */
import { axisScale } from "./drawing/AxisScale.ts"
import type { Axis, Drawing, Layer, Rule, Text } from "./drawing/Drawing.ts"
import { axisTitles, footer, heading, type LegendEntry, legend } from "./drawing/Furniture.ts"
import { rounded } from "./drawing/Geometry.ts"
import { LEADER, lineGlyph, lineLook, MOST_LINES, PX_PER_MM, TICK } from "./drawing/Look.ts"
import { nameColumn } from "./drawing/NameColumn.ts"
import { outline } from "./drawing/Rules.ts"
import { shortened, textWidth } from "./drawing/TextWidth.ts"
import { type Attempt, leftOut } from "./Figure.ts"

/** A value along the line, with the band around it. */
export interface LinePoint {
  readonly x: number
  readonly mean: number
  readonly low: number
  readonly high: number
}

export interface PlotLine {
  readonly name: string
  readonly points: ReadonlyArray<LinePoint>
}

export interface LinePlot {
  readonly title: string
  readonly subtitle: ReadonlyArray<string>
  /** In millimetres. */
  readonly width: number
  readonly x: Axis
  readonly y: Axis
  readonly xTitle: string
  readonly yTitle: string
  /** Whether every value has a mark. */
  readonly marks: boolean
  readonly notes: ReadonlyArray<LegendEntry>
  readonly sources: ReadonlyArray<string>
  readonly description: string
}

const NAME_HEIGHT = 12
/** Between the ends of the lines and their names: a line that leads there, and a sample of the line. */
const LEAD = 12
const SAMPLE = 22
const REACH = LEAD + SAMPLE + 4

/** The drawing of lines that have points; what there are too many of is not drawn. */
export const linePlot = (lines: ReadonlyArray<PlotLine>, plot: LinePlot): Attempt => {
  if (lines.length > MOST_LINES)
    return leftOut(`it has ${lines.length} lines, of which ${MOST_LINES} can be told apart; narrow it by \`where\``)
  const width = rounded(plot.width * PX_PER_MM)
  const head = heading(plot.title, plot.subtitle, width)
  const top = head.bottom + 4
  const drawn = lines.flatMap(({ name, points }, index) => {
    const last = points.at(-1)
    return last === undefined ? [] : [{ name: shortened(name, TICK, width * 0.3), points, last, look: lineLook(index) }]
  })
  const margin = Math.max(...drawn.map(({ name }) => textWidth(name, TICK))) + REACH + 8
  const left = rounded(24 + Math.max(...plot.y.labels.map((label) => textWidth(label, TICK))))
  const height = Math.max(Math.min(width * 0.5, 320), 150, drawn.length * NAME_HEIGHT)
  const box = { left, top, right: rounded(width - margin), bottom: rounded(top + height) }
  const px = axisScale(plot.x, box.left, box.right)
  const py = axisScale(plot.y, box.bottom, box.top)
  const ends = drawn.map(({ last }) => ({ x: px(last.x), y: py(last.mean) }))
  const heights = nameColumn(
    ends.map((end) => end.y),
    NAME_HEIGHT,
    box.top - 6,
    box.bottom + 6
  )
  if (heights === null) return leftOut("the names of its lines do not fit beside each other")
  const nameX = rounded(box.right + REACH)
  const names = drawn.map(
    ({ name }, index): Text => ({
      x: nameX,
      y: rounded((heights[index] ?? 0) + 0.34 * TICK),
      text: name,
      align: "left",
      size: TICK
    })
  )
  const leaders = ends.map(
    (end, index): Rule => ({
      x: end.x + 3,
      y: end.y,
      x2: rounded(box.right + LEAD - 1),
      y2: rounded(heights[index] ?? 0),
      stroke: LEADER,
      width: 0.6
    })
  )
  const samples = drawn.map(
    ({ look: { dash, stroke, width: thick } }, index): Rule => ({
      x: rounded(box.right + LEAD),
      y: rounded(heights[index] ?? 0),
      x2: rounded(box.right + LEAD + SAMPLE),
      y2: rounded(heights[index] ?? 0),
      stroke,
      dash,
      width: thick
    })
  )
  const bands = drawn
    .filter(({ points }) => points.some(({ high, low }) => high > low))
    .map(
      ({ look, points }): Layer => ({
        mark: "band",
        fill: look.stroke,
        opacity: 0.16,
        items: points.map(({ high, low, x }) => ({ x: px(x), y: py(low), y2: py(high) }))
      })
    )
  // A band needs two places; where there is one, and at marks, a bar says the same.
  const bars = drawn.flatMap(
    ({ look, points }): ReadonlyArray<Rule> =>
      plot.marks || points.length === 1
        ? points.flatMap(({ high, low, x }) =>
            py(low) - py(high) < 1
              ? []
              : [{ x: px(x), y: py(low), x2: px(x), y2: py(high), stroke: look.stroke, width: 0.8 }]
          )
        : []
  )
  const curves = drawn.flatMap(
    ({ look, points }): ReadonlyArray<Layer> => [
      {
        mark: "line",
        dash: look.dash,
        width: look.width,
        stroke: look.stroke,
        items: points.map(({ mean, x }) => ({ x: px(x), y: py(mean) }))
      },
      {
        mark: "glyph",
        items:
          plot.marks || points.length === 1
            ? points.map(({ mean, x }) => ({ ...lineGlyph(look), x: px(x), y: py(mean) }))
            : []
      }
    ]
  )
  const titles = axisTitles(box, { x: plot.xTitle, y: plot.yTitle }, { below: 30, beside: left - 10 })
  const below = legend(plot.notes, titles.bottom, width)
  const foot = footer(plot.sources, below.bottom, width)
  const drawing: Drawing = {
    width,
    height: Math.ceil(foot.bottom),
    title: plot.title,
    description: plot.description,
    frame: { box, gap: 0, x: plot.x, y: plot.y },
    layers: [
      ...bands,
      { mark: "rule", items: [...outline(box), ...leaders, ...samples, ...bars] },
      ...curves,
      { mark: "text", items: names },
      ...titles.layers,
      ...head.layers,
      ...below.layers,
      ...foot.layers
    ]
  }
  return drawing
}
