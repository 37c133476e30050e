/** Rows by two metrics, each named, with the front of those that no other beats in both and the area it dominates. */
import type { BetterOnAxis, TradeoffSpec } from "../../domain/FigureSpec.ts"
import type { ReportCell } from "../ReportTable.ts"
import { axisScale } from "./drawing/AxisScale.ts"
import type { Axis, Glyph, Layer, Rule } from "./drawing/Drawing.ts"
import { axisTitles, footer, heading, type LegendEntry, legend, outstanding } from "./drawing/Furniture.ts"
import { rounded } from "./drawing/Geometry.ts"
import { COLOURS, PX_PER_MM, TICK } from "./drawing/Look.ts"
import { nameLayers } from "./drawing/NameLayers.ts"
import { type NamedPoint, placeNames } from "./drawing/NamePlacement.ts"
import { significant } from "./drawing/Numerals.ts"
import { capped, outline, segmentOf } from "./drawing/Rules.ts"
import { shortened, textWidth } from "./drawing/TextWidth.ts"
import { MOST, roundRange, tickLabels } from "./drawing/Ticks.ts"
import { type Attempt, type FigureTable, leftOut } from "./Figure.ts"
import { type Axes, frontArea, frontLine, type Placed, placed, worst } from "./Front.ts"
import { columnTitle, countsOf, isBaseline, isMeant, nameOf, noneMeant, varying } from "./Rows.ts"

const BEST: Omit<Glyph, "x" | "y"> = { shape: "circle", radius: 3.8, fill: COLOURS.blue, stroke: "#fff", width: 0.7 }
const BEATEN: Omit<Glyph, "x" | "y"> = { shape: "circle", radius: 3.3, fill: "#fff", stroke: "#333", width: 1.2 }
const BASELINE: Omit<Glyph, "x" | "y"> = { shape: "diamond", radius: 3.6, fill: "#fff", stroke: "#000", width: 1.2 }
const REFERENCE: Omit<Glyph, "x" | "y"> = { shape: "cross", radius: 3.2, fill: "none", stroke: "#000", width: 1.3 }
const FRONT: Omit<Rule, "x" | "y" | "x2" | "y2"> = { dash: [5, 2.5], width: 1.1, stroke: COLOURS.blue }
const ORIGIN: Omit<Rule, "x" | "y" | "x2" | "y2"> = { stroke: "#999", dash: [1, 3] }

const HINT: { readonly [B in BetterOnAxis]: string } = {
  lower: "lower is better",
  higher: "higher is better",
  zero: "nearer to 0 is better"
}

const ends = ({ ci95, mean }: ReportCell): ReadonlyArray<number> => ci95 ?? (mean === null ? [] : [mean])

const axisOf = (values: ReadonlyArray<number>): Axis => {
  const { domain, ticks } = roundRange(values, 7)
  return { kind: "linear", domain, ticks, labels: tickLabels(ticks) }
}

const say = ({ ci95, mean }: ReportCell) =>
  mean === null
    ? "undefined"
    : `${significant(mean)}${ci95 === null ? "" : ` (${significant(ci95[0])} to ${significant(ci95[1])})`}`

/** The way of an axis, as the figure or the column says. */
const waysOf = ({ x, y }: TradeoffSpec, { columns }: FigureTable): Axes<BetterOnAxis> | undefined => {
  const way = (axis: TradeoffSpec["x"]) => axis.better ?? columns.find(({ id }) => id === axis.metric)?.better
  const [ofX, ofY] = [way(x), way(y)]
  return ofX === undefined || ofY === undefined ? undefined : { x: ofX, y: ofY }
}

const glyphOf = ({ best, row }: Placed, baseline: string | undefined) => {
  const isBase = isBaseline(row, baseline)
  if (best) return isBase ? { ...BEST, shape: "diamond" as const } : BEST
  return isBase ? BASELINE : BEATEN
}

/** The drawing, or why there is none. */
export const tradeoff = (spec: TradeoffSpec, table: FigureTable): Attempt => {
  const meant = table.rows.filter(({ labels }) => isMeant(labels, spec.where))
  if (meant.length === 0) return leftOut(noneMeant("rows", table.rows, spec.where))
  const better = waysOf(spec, table)
  if (better === undefined) return leftOut("it is not said which figures are the better ones")
  const metric = { x: spec.x.metric, y: spec.y.metric }
  const rows = placed(meant, metric, better)
  if (rows.length === 0) return leftOut(`no row has both ${metric.x} and ${metric.y}`)
  const reference = spec.reference ?? worst(rows, better)
  const xs = [...rows.flatMap(({ cells }) => ends(cells.x)), reference.x]
  const ys = [...rows.flatMap(({ cells }) => ends(cells.y)), reference.y]
  if ([...xs, ...ys].some((value) => !(Math.abs(value) <= MOST))) return leftOut(`a figure is beyond ${MOST}`)

  const width = rounded(spec.width * PX_PER_MM)
  const head = heading(spec.title, spec.subtitle, width)
  const top = head.bottom + 4
  const [x, y] = [axisOf(xs), axisOf(ys)]
  const left = rounded(26 + Math.max(...y.labels.map((label) => textWidth(label, TICK))))
  const box = {
    left,
    top,
    right: rounded(width - outstanding(x.labels)),
    bottom: rounded(top + Math.max(190, width * 0.52))
  }
  const px = axisScale(x, box.left, box.right)
  const py = axisScale(y, box.bottom, box.top)
  const bars = rows.flatMap((each): ReadonlyArray<Rule> => {
    const [near, far] = each.cells.x.ci95 ?? [each.x, each.x]
    const [low, high] = each.cells.y.ci95 ?? [each.y, each.y]
    const at = { x: px(each.x), y: py(each.y) }
    return [
      ...(px(far) - px(near) < 1 ? [] : capped({ ...at, x: px(near), x2: px(far), y2: at.y }, 2.5)),
      ...(py(low) - py(high) < 1 ? [] : capped({ ...at, y: py(low), x2: at.x, y2: py(high) }, 2.5))
    ]
  })
  const corners = frontLine(rows, better)
  const front = corners.flatMap((corner, index): ReadonlyArray<Rule> => {
    const next = corners[index + 1]
    return next === undefined ? [] : [{ x: px(corner.x), y: py(corner.y), x2: px(next.x), y2: py(next.y), ...FRONT }]
  })
  const [first] = corners
  const end = corners.at(-1)
  const area = frontArea(rows, better, reference)
  // Closed along the reference point's lines; nothing where the front has no area above it.
  const region: Layer = {
    mark: "band",
    fill: COLOURS.blue,
    opacity: 0.07,
    items:
      first === undefined || end === undefined || area <= 0
        ? []
        : [...corners, { x: reference.x, y: end.y }].map((corner) => ({
            x: px(corner.x),
            y: py(corner.y),
            y2: py(reference.y)
          }))
  }
  const origin: ReadonlyArray<Rule> = [
    ...(x.domain[0] < 0 && x.domain[1] > 0 ? [{ x: px(0), y: box.top, x2: px(0), y2: box.bottom, ...ORIGIN }] : []),
    ...(y.domain[0] < 0 && y.domain[1] > 0 ? [{ x: box.left, y: py(0), x2: box.right, y2: py(0), ...ORIGIN }] : [])
  ]
  const shown = varying(meant, table.axes)
  const pointOf = (each: Placed): NamedPoint => ({
    x: px(each.x),
    y: py(each.y),
    name: shortened(nameOf(each.row, shown), TICK, width * 0.36),
    radius: BEST.radius + 0.6
  })
  const weighted = (rules: ReadonlyArray<Rule>, weight: number) => rules.map((rule) => ({ ...segmentOf(rule), weight }))
  const place = (points: ReadonlyArray<NamedPoint>) =>
    placeNames(points, {
      fontSize: TICK,
      region: { left: box.left + 2, top: box.top + 2, right: box.right - 2, bottom: box.bottom - 2 },
      avoid: [...weighted(bars, 1.2), ...weighted(front, 0.8), ...weighted(origin, 0.15)]
    })
  // Where not all names fit, those of the front and of the baseline stay.
  const telling = rows.filter((each) => each.best || isBaseline(each.row, table.baseline))
  const choices = rows.length > MOST_NAMES ? [telling, []] : [rows, telling, []]
  const chosen = choices.flatMap((some) => {
    const points = some.map(pointOf)
    const places = some.length > MOST_NAMES ? null : place(points)
    return places === null ? [] : [{ points, places }]
  })[0] ?? { points: [], places: [] }
  const { leaders, names } = nameLayers(chosen.points, chosen.places, TICK)

  const has = (glyph: Omit<Glyph, "x" | "y">) => rows.some((each) => glyphOf(each, table.baseline) === glyph)
  const counts = countsOf(rows.flatMap(({ cells }) => [cells.x, cells.y]))
  const missing = meant.length - rows.length
  const named = `(${significant(reference.x)}, ${significant(reference.y)})`
  const whose = spec.reference === undefined ? ", the worst of each axis" : ""
  const entries: ReadonlyArray<LegendEntry> = [
    { sample: BEST, text: "beaten by no other in both" },
    ...(has(BEATEN) ? [{ sample: BEATEN, text: "beaten by another" }] : []),
    ...(rows.some((each) => isBaseline(each.row, table.baseline)) ? [{ sample: BASELINE, text: "baseline" }] : []),
    ...(front.length > 0 ? [{ sample: FRONT, text: "Pareto front of the means" }] : []),
    {
      sample: REFERENCE,
      text: `hypervolume ${significant(area)}${region.items.length === 0 ? "" : " (tinted)"} from the reference point ${named}${whose}`
    },
    {
      sample: null,
      text:
        counts === "1" ? "One seed each: no interval." : `Means of ${counts} seeds; bars: 95 % interval of the mean.`
    },
    ...(chosen.points.length < rows.length
      ? [{ sample: null, text: `${rows.length - chosen.points.length} of ${rows.length} points are not named.` }]
      : []),
    ...(missing > 0
      ? [{ sample: null, text: `Not drawn, a figure is undefined in every seed: ${missing} of ${meant.length} rows.` }]
      : [])
  ]
  const titles = { x: columnTitle(table, metric.x), y: columnTitle(table, metric.y) }
  const titled = axisTitles(
    box,
    { x: `${titles.x} (${HINT[better.x]})`, y: `${titles.y} (${HINT[better.y]})` },
    { below: 30, beside: left - 10 }
  )
  const below = legend(entries, titled.bottom, width)
  const foot = footer(table.sources, below.bottom, width)
  return {
    width,
    height: Math.ceil(foot.bottom),
    title: spec.title,
    description: [
      `${rows.length} rows by ${titles.x} (${HINT[better.x]}) and ${titles.y} (${HINT[better.y]}).`,
      ...rows.map(({ cells, row }) => `${nameOf(row, shown)}: ${say(cells.x)}; ${say(cells.y)}.`),
      `Beaten by no other: ${rows.flatMap(({ best, row }) => (best ? nameOf(row, shown) : [])).join(", ")}.`,
      `Hypervolume ${significant(area)} from the reference point ${named}${whose}.`
    ].join(" "),
    frame: { box, gap: 0, x, y },
    layers: [
      region,
      { mark: "rule", items: [...outline(box), ...origin] },
      leaders,
      { mark: "rule", items: [...bars.map((bar) => ({ ...bar, stroke: "#999", width: 0.8 })), ...front] },
      {
        mark: "glyph",
        // Those of the front lie above the others.
        items: [...rows.filter(({ best }) => !best), ...rows.filter(({ best }) => best)].map((each) => ({
          ...glyphOf(each, table.baseline),
          x: px(each.x),
          y: py(each.y)
        }))
      },
      { mark: "glyph", items: [{ ...REFERENCE, x: px(reference.x), y: py(reference.y) }] },
      names,
      ...titled.layers,
      ...head.layers,
      ...below.layers,
      ...foot.layers
    ]
  }
}

/** Placing more takes long, and nobody reads them. */
const MOST_NAMES = 40
