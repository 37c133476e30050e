/** Named points of one variant, the mean of its seeds with the lowest to the highest: a label's x against its y. */
import type { FigureCellData, LabelPoint, ScatterSpec } from "../../domain/FigureSpec.ts"
import { axisScale } from "./drawing/AxisScale.ts"
import { cornerText } from "./drawing/CornerText.ts"
import type { Axis, Layer, Rule, Text } from "./drawing/Drawing.ts"
import { axisTitles, footer, heading, type LegendEntry, legend, outstanding } from "./drawing/Furniture.ts"
import { around, type Box, grown, rounded } from "./drawing/Geometry.ts"
import { PX_PER_MM, TICK } from "./drawing/Look.ts"
import { nameLayers } from "./drawing/NameLayers.ts"
import { type NamedPoint, placeNames } from "./drawing/NamePlacement.ts"
import { fixed, percent, significant } from "./drawing/Numerals.ts"
import { boxOf, outline, segmentOf } from "./drawing/Rules.ts"
import { textWidth } from "./drawing/TextWidth.ts"
import { MOST, roundRange, tickLabels, ticksWithin } from "./drawing/Ticks.ts"
import { type Attempt, type FigureTable, leftOut } from "./Figure.ts"
import { columnTitle, digitsOf, nameOf, noneMeant, varying } from "./Rows.ts"
import { GLYPHS, type Marked, marker, OUTSIDE, type Place, STRIP } from "./ScatterMarks.ts"
import { labelTwice, type PooledPoint, pooledPoints, type Spread } from "./ScatterPoints.ts"

type Spec = ScatterSpec & { readonly cells: ReadonlyArray<FigureCellData<ReadonlyArray<LabelPoint>>> }

const DIAGONAL: Omit<Rule, "x" | "y" | "x2" | "y2"> = { dash: [5, 3], width: 1, stroke: "#000" }
const GUIDE: Omit<Rule, "x" | "y" | "x2" | "y2"> = { stroke: "#999", dash: [1, 3] }

/** The corner's lines: the column's figure of this variant with its interval. */
const cornerOf = ({ cells, metric, unit }: Spec, table: FigureTable): ReadonlyArray<string> => {
  if (metric === undefined) return []
  const labels = cells[0]?.labels ?? {}
  const row = table.rows.find((each) => Object.entries(each.labels).every(([axis, label]) => labels[axis] === label))
  const cell = row?.cells[metric]
  const say = (value: number) => (unit === "percent" ? percent(value, 1) : fixed(value, digitsOf(table, metric)))
  const figure =
    cell === undefined || cell.mean === null
      ? "undefined"
      : `${say(cell.mean)}${cell.ci95 === null ? "" : ` [${say(cell.ci95[0])}, ${say(cell.ci95[1])}]`}`
  return [columnTitle(table, metric), figure]
}

const axesOf = (points: ReadonlyArray<PooledPoint>, { diagonal, frame, unit }: Spec): { x: Axis; y: Axis } => {
  const axis = (domain: Axis["domain"], ticks: ReadonlyArray<number>): Axis => ({
    kind: "linear",
    domain,
    ticks,
    labels: tickLabels(ticks, unit)
  })
  if (frame !== undefined) {
    const fixedAxis = axis(frame, ticksWithin(...frame))
    return { x: fixedAxis, y: fixedAxis }
  }
  const ends = (spread: Spread | null) => (spread === null ? [] : [spread.low, spread.high])
  const around = (values: ReadonlyArray<number>) => {
    const { domain, ticks } = roundRange(values.length === 0 ? [0] : values)
    return axis(domain, ticks)
  }
  const [xs, ys] = [points.flatMap(({ x }) => ends(x)), points.flatMap(({ y }) => ends(y))]
  if (diagonal === undefined) return { x: around(xs), y: around(ys) }
  const both = around([...xs, ...ys])
  return { x: both, y: both }
}

const legendOf = (marks: ReadonlyArray<Marked>, unplaced: ReadonlyArray<string>, spec: Spec) => {
  const has = (wanted: Place) => marks.some(({ place }) => place === wanted)
  const seeds = spec.cells.length
  const entries: Array<LegendEntry> = [
    { sample: GLYPHS.inside, text: seeds === 1 ? "one seed" : `mean of ${seeds} seeds; bars: lowest to highest seed` }
  ]
  if (spec.diagonal !== undefined) entries.push({ sample: DIAGONAL, text: spec.diagonal })
  if (has("partly")) entries.push({ sample: GLYPHS.partly, text: "(k/n) defined in k of n seeds, mean of these" })
  const beyond = OUTSIDE.find((place) => has(place))
  if (beyond !== undefined) entries.push({ sample: GLYPHS[beyond], text: "outside the frame: x → y" })
  if (has("missing")) entries.push({ sample: GLYPHS.missing, text: spec.missing })
  if (unplaced.length > 0) entries.push({ sample: null, text: `Not drawn, without an x: ${unplaced.join(", ")}.` })
  return entries
}

const describe = (points: ReadonlyArray<PooledPoint>, corner: ReadonlyArray<string>, spec: Spec) => {
  const say = (value: number) => (spec.unit === "percent" ? percent(value, 1) : significant(value))
  const range = (of: Spread | null) =>
    of === null ? "undefined" : `${say(of.mean)}${of.seeds > 1 ? ` (${say(of.low)} to ${say(of.high)})` : ""}`
  return [
    `${spec.xTitle} and ${spec.yTitle} of each label${spec.cells.length > 1 ? `, mean of ${spec.cells.length} seeds with the lowest and highest` : ""}.`,
    ...points.map(({ label, x, y }) => `${label}: ${range(x)}; ${range(y)}.`),
    ...(corner.length === 0 ? [] : [`${corner.join(": ")}.`])
  ].join(" ")
}

/** What cannot be drawn of these cells; undefined where nothing is in the way. */
const problemOf = (spec: Spec, { axes }: FigureTable): string | undefined => {
  const { cells } = spec
  if (cells.length === 0) return noneMeant(`cells with the output ${spec.from}`, [], spec.where)
  const apart = varying(cells, axes)
  if (apart.length > 0) {
    const variants = [...new Set(cells.map((cell) => nameOf(cell, apart)))]
    return `it is about one variant, and ${variants.length} are selected (${variants.slice(0, 5).join(", ")}${variants.length > 5 ? ", …" : ""}); narrow it by \`where\``
  }
  const twice = labelTwice(cells)
  if (twice !== undefined) return `a cell has two points called ${JSON.stringify(twice)}`
  const values = cells.flatMap(({ data }) => data.flatMap(({ x, y }) => [x ?? 0, y ?? 0]))
  if (values.length === 0) return "its cells have no points"
  return values.some((value) => !(Math.abs(value) <= MOST)) ? `a value is beyond ${MOST}` : undefined
}

/** The drawing, or why there is none. `cells`: those of the variant that have the output. */
export const scatter = (spec: Spec, table: FigureTable): Attempt => {
  const problem = problemOf(spec, table)
  if (problem !== undefined) return leftOut(problem)
  const points = pooledPoints(spec.cells)
  const { x, y } = axesOf(points, spec)
  const width = rounded(spec.width * PX_PER_MM)
  const head = heading(spec.title, spec.subtitle, width)
  const top = head.bottom + 4
  const left = rounded(26 + Math.max(...y.labels.map((label) => textWidth(label, TICK))))
  // Where both axes are the same, so are their lengths; names of points at the right stand beside the box.
  const isSquare = spec.frame !== undefined || spec.diagonal !== undefined
  const room = width - left - outstanding(x.labels)
  const side = isSquare ? rounded(Math.min(room * 0.86, 430)) : room
  const box: Box = {
    left,
    top,
    right: rounded(left + side),
    bottom: rounded(top + (isSquare ? side : Math.max(190, width * 0.5)))
  }
  const mark = marker(box, { x, y }, { seeds: spec.cells.length, unit: spec.unit })
  const marks = points.flatMap((point) => mark(point) ?? [])
  const gap = marks.some(({ place }) => place === "missing") ? STRIP : 0
  const strip: Box = { left: box.left, right: box.right, top: box.bottom, bottom: rounded(box.bottom + gap) }
  const bars = marks.flatMap((each) => each.bars)
  const diagonal: ReadonlyArray<Rule> =
    spec.diagonal === undefined ? [] : [{ x: box.left, y: box.bottom, x2: box.right, y2: box.top, ...DIAGONAL }]
  const [px, py] = [axisScale(x, box.left, box.right), axisScale(y, box.bottom, box.top)]
  const within = (value: number, { domain: [low, high] }: Axis) => low < value && value < high
  const guides = spec.guides.flatMap(
    (value): ReadonlyArray<Rule> => [
      ...(within(value, x) ? [{ x: px(value), y: box.top, x2: px(value), y2: box.bottom, ...GUIDE }] : []),
      ...(within(value, y) ? [{ x: box.left, y: py(value), x2: box.right, y2: py(value), ...GUIDE }] : [])
    ]
  )
  const corner = cornerOf(spec, table)
  const cornered =
    corner.length === 0
      ? null
      : cornerText(
          corner,
          box,
          marks.map((each) => [around(each, 16, 16), ...each.bars.map(boxOf)])
        )
  const stripName = "undefined"
  const stripBox = { ...strip, left: box.left + 4, right: box.left + 4 + textWidth(stripName, TICK) }
  const stripText: ReadonlyArray<Text> =
    gap === 0
      ? []
      : [
          {
            x: stripBox.left,
            y: rounded(strip.top + STRIP / 2 + 3),
            text: stripName,
            align: "left",
            size: TICK,
            style: "italic"
          }
        ]
  const named = marks.map(
    (each): NamedPoint => ({ x: each.x, y: each.y, name: each.name, radius: GLYPHS[each.place].radius + 0.6 })
  )
  const weighted = (rules: ReadonlyArray<Rule>, weight: number) => rules.map((rule) => ({ ...segmentOf(rule), weight }))
  const border = outline(box)
  const places = placeNames(named, {
    fontSize: TICK,
    region: { left: box.left + 2, top: box.top + 2, right: width - 4, bottom: strip.bottom - 2 },
    blocked: [...(cornered === null ? [] : [grown(cornered.place, 3)]), ...(gap === 0 ? [] : [stripBox])],
    avoid: [...weighted(diagonal, 0.8), ...weighted(bars, 2), ...weighted(guides, 0.15), ...weighted(border, 3)]
  })
  if (places === null) return leftOut("the names of its points do not fit beside each other; draw fewer of them")
  const { leaders, names } = nameLayers(named, places, TICK)
  const unplaced = points.flatMap(({ label, x: none }) => (none === null ? label : []))
  const titles = axisTitles(box, { x: spec.xTitle, y: spec.yTitle }, { below: gap + 30, beside: left - 10 })
  const below = legend(legendOf(marks, unplaced, spec), titles.bottom, width)
  const foot = footer(table.sources, below.bottom, width)
  const texts: Layer = { mark: "text", items: [...(cornered?.items ?? []), ...stripText] }
  return {
    width,
    height: Math.ceil(foot.bottom),
    title: spec.title,
    description: describe(points, corner, spec),
    frame: { box, gap, x, y },
    layers: [
      { mark: "rule", items: [...guides, ...border, ...(gap === 0 ? [] : outline(strip)), ...diagonal] },
      leaders,
      { mark: "rule", items: bars.map((bar) => ({ ...bar, stroke: "#555", width: 0.8 })) },
      { mark: "glyph", items: marks.map((each) => ({ ...GLYPHS[each.place], x: each.x, y: each.y })) },
      names,
      texts,
      ...titles.layers,
      ...head.layers,
      ...below.layers,
      ...foot.layers
    ]
  }
}
