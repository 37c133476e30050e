/** Variants by two figures, each named, with the front of those that no other beats in both. */
import { axisScale } from "./AxisScale.ts"
import type { Axis, Drawing, Glyph, Rule } from "./Drawing.ts"
import { axisTitles, heading, type LegendEntry, legend } from "./Furniture.ts"
import { nameLayers } from "./NameLayers.ts"
import { type NamedPoint, placeNames } from "./NamePlacement.ts"
import { percent, significant } from "./Numerals.ts"
import { capped, outline, segmentOf } from "./Rules.ts"
import { shortened } from "./TextWidth.ts"
import { roundRange, tickFormat } from "./Ticks.ts"
import { type Better, type Estimate, frontLine, type Placed, placed, type TradeoffPoint } from "./Tradeoff.ts"

export interface TradeoffAxis {
  readonly title: string
  readonly better: Better
  readonly unit: "number" | "percent"
}

export interface TradeoffFigure {
  readonly title: string
  readonly subtitle: ReadonlyArray<string>
  readonly x: TradeoffAxis
  readonly y: TradeoffAxis
}

const WIDTH = 680
const HEIGHT = 430
const LEFT = 88
const RIGHT = 24
const NAME = 12.5
const BEST: Omit<Glyph, "x" | "y"> = { shape: "circle", radius: 4.4, fill: "#000", stroke: "#fff", width: 0.8 }
const BEATEN: Omit<Glyph, "x" | "y"> = { shape: "circle", radius: 4.2, fill: "#fff", width: 1.6 }
const FRONT: Omit<Rule, "x" | "y" | "x2" | "y2"> = { dash: [5, 3], width: 1.2 }
const ORIGIN: Omit<Rule, "x" | "y" | "x2" | "y2"> = { stroke: "#999", dash: [1, 3] }

const HINT: { readonly [B in Better]: string } = {
  lower: "lower is better",
  higher: "higher is better",
  zero: "nearer to 0 is better"
}

const ends = ({ interval, mean }: Estimate): ReadonlyArray<number> => interval ?? (mean === null ? [] : [mean])

const axisOf = (estimates: ReadonlyArray<Estimate>, unit: TradeoffAxis["unit"]): Axis => {
  const { domain, ticks } = roundRange(estimates.flatMap(ends))
  return { kind: "linear", domain, ticks, format: tickFormat(ticks, unit) }
}

const say = (value: number, unit: TradeoffAxis["unit"]) => (unit === "percent" ? percent(value, 1) : significant(value))

const sayEstimate = ({ interval, mean, n }: Estimate, unit: TradeoffAxis["unit"]) =>
  mean === null
    ? "undefined"
    : `${say(mean, unit)}${interval === null ? "" : ` (${say(interval[0], unit)} to ${say(interval[1], unit)})`} over ${n} ${n === 1 ? "seed" : "seeds"}`

const describe = (points: ReadonlyArray<TradeoffPoint>, variants: ReadonlyArray<Placed>, { x, y }: TradeoffFigure) => {
  const best = variants.flatMap((each) => (each.best ? each.point.name : []))
  return [
    `${points.length} variants by ${x.title} (${HINT[x.better]}) and ${y.title} (${HINT[y.better]}).`,
    ...points.map(
      (point) =>
        `${point.name}: ${x.title} ${sayEstimate(point.x, x.unit)}, ${y.title} ${sayEstimate(point.y, y.unit)}.`
    ),
    `Beaten by no other: ${best.join(", ")}.`
  ].join(" ")
}

const seedsOf = (variants: ReadonlyArray<Placed>) => {
  const counts = variants.flatMap(({ point }) => [point.x.n, point.y.n])
  const least = Math.min(...counts)
  const most = Math.max(...counts)
  return least === most ? `${most}` : `${least} to ${most}`
}

const legendOf = (points: ReadonlyArray<TradeoffPoint>, variants: ReadonlyArray<Placed>, hasLine: boolean) => {
  const entries: Array<LegendEntry> = [{ sample: BEST, text: "beaten by no other in both" }]
  if (variants.some(({ best }) => !best)) entries.push({ sample: BEATEN, text: "beaten by another" })
  if (hasLine) entries.push({ sample: FRONT, text: "Pareto front of the means" })
  const counts = seedsOf(variants)
  entries.push({
    sample: null,
    text: counts === "1" ? "One seed each." : `Means of ${counts} seeds; bars: 95 % t interval of the mean.`
  })
  const missing = points.flatMap(({ name, x, y }) => (x.mean === null || y.mean === null ? name : []))
  if (missing.length > 0)
    entries.push({ sample: null, text: `Not drawn, a figure is undefined in every seed: ${missing.join(", ")}.` })
  return entries
}

/** The drawing of variants without a problem; null where the names do not fit. */
export const tradeoffFigure = (points: ReadonlyArray<TradeoffPoint>, figure: TradeoffFigure): Drawing | null => {
  const variants = placed(points, figure.x.better, figure.y.better)
  const head = heading(figure.title, figure.subtitle, WIDTH)
  const top = head.bottom + 6
  const box = { left: LEFT, top, right: WIDTH - RIGHT, bottom: top + HEIGHT }
  const x = axisOf(
    variants.map(({ point }) => point.x),
    figure.x.unit
  )
  const y = axisOf(
    variants.map(({ point }) => point.y),
    figure.y.unit
  )
  const px = axisScale(x, box.left, box.right)
  const py = axisScale(y, box.bottom, box.top)
  const bars = variants.flatMap((each): ReadonlyArray<Rule> => {
    const [left, right] = each.point.x.interval ?? [each.x, each.x]
    const [low, high] = each.point.y.interval ?? [each.y, each.y]
    const at = { x: px(each.x), y: py(each.y) }
    return [
      ...(px(right) - px(left) < 1 ? [] : capped({ ...at, x: px(left), x2: px(right), y2: at.y }, 3)),
      ...(py(low) - py(high) < 1 ? [] : capped({ ...at, y: py(low), x2: at.x, y2: py(high) }, 3))
    ]
  })
  const corners = frontLine(variants, figure.x.better, figure.y.better)
  const front = corners.flatMap((corner, index): ReadonlyArray<Rule> => {
    const next = corners[index + 1]
    return next === undefined ? [] : [{ x: px(corner.x), y: py(corner.y), x2: px(next.x), y2: py(next.y), ...FRONT }]
  })
  const origin: ReadonlyArray<Rule> =
    x.domain[0] < 0 && x.domain[1] > 0 ? [{ x: px(0), y: box.top, x2: px(0), y2: box.bottom, ...ORIGIN }] : []
  const border = outline(box)
  const named = variants.map(
    ({ point, ...each }): NamedPoint => ({
      x: px(each.x),
      y: py(each.y),
      name: shortened(point.name, NAME, 240),
      radius: BEST.radius + 0.6
    })
  )
  const weighted = (rules: ReadonlyArray<Rule>, weight: number) => rules.map((rule) => ({ ...segmentOf(rule), weight }))
  const places = placeNames(named, {
    fontSize: NAME,
    region: { left: box.left + 2, top: box.top + 2, right: box.right - 2, bottom: box.bottom - 2 },
    avoid: [...weighted(bars, 1.2), ...weighted(front, 0.8), ...weighted(origin, 0.15)]
  })
  if (places === null) return null
  const { leaders, names } = nameLayers(named, places, NAME)
  const below = legend(legendOf(points, variants, front.length > 0), box.bottom + 46, WIDTH)
  return {
    width: WIDTH,
    height: Math.ceil(below.bottom),
    title: figure.title,
    description: describe(points, variants, figure),
    frame: { box, gap: 0, x, y },
    layers: [
      { mark: "rule", items: [...border, ...origin] },
      leaders,
      { mark: "rule", items: [...bars.map((bar) => ({ ...bar, stroke: "#888" })), ...front] },
      {
        mark: "glyph",
        items: variants.map(({ best, ...each }) => ({ ...(best ? BEST : BEATEN), x: px(each.x), y: py(each.y) }))
      },
      names,
      axisTitles(
        box,
        `${figure.x.title} (${HINT[figure.x.better]})`,
        `${figure.y.title} (${HINT[figure.y.better]})`,
        42,
        62
      ),
      ...head.layers,
      ...below.layers
    ]
  }
}
