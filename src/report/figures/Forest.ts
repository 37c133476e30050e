/** A forest plot: every row's difference to the baseline with its 95 % interval, as a line and in numbers. */
import type { ForestSpec } from "../../domain/FigureSpec.ts"
import type { PairedDifference } from "../../domain/ResultTable.ts"
import type { ReportColumn, ReportRow } from "../ReportTable.ts"
import { axisScale } from "./drawing/AxisScale.ts"
import type { Glyph, Rule, Text } from "./drawing/Drawing.ts"
import { axisTitles, footer, heading, type LegendEntry, legend, MARGIN, outstanding } from "./drawing/Furniture.ts"
import { rounded } from "./drawing/Geometry.ts"
import { BODY, COLOURS, PX_PER_MM, QUIET, TICK } from "./drawing/Look.ts"
import { fixed, signed, significant } from "./drawing/Numerals.ts"
import { capped } from "./drawing/Rules.ts"
import { shortened, textWidth } from "./drawing/TextWidth.ts"
import { MOST, roundRange, tickLabels } from "./drawing/Ticks.ts"
import { type Attempt, type FigureTable, leftOut } from "./Figure.ts"
import { columnTitle, countsOf, digitsOf, isBaseline, isMeant, nameOf, noneMeant, varying } from "./Rows.ts"

const LINE = 14
/** Narrower ones have no column of numbers. */
const WIDE = 120 * PX_PER_MM

/** What a difference says by itself. */
type Verdict = "better" | "worse" | "higher" | "lower" | "open" | "same" | "single"

const GLYPHS: { readonly [V in Verdict]: Omit<Glyph, "x" | "y"> } = {
  better: { shape: "circle", radius: 3.6, fill: COLOURS.blue, stroke: COLOURS.blue, width: 1 },
  worse: { shape: "square", radius: 3.6, fill: COLOURS.vermilion, stroke: COLOURS.vermilion, width: 1 },
  higher: { shape: "triangle-right", radius: 4, fill: "#000", width: 1 },
  lower: { shape: "triangle-left", radius: 4, fill: "#000", width: 1 },
  open: { shape: "circle", radius: 3.3, fill: "#fff", stroke: "#444", width: 1.2 },
  same: { shape: "square", radius: 2.8, fill: "#fff", stroke: "#444", width: 1.2 },
  single: { shape: "diamond", radius: 3.2, fill: "#fff", stroke: "#444", width: 1.2 }
}

const MEANING: { readonly [V in Verdict]: string } = {
  better: "better: the interval excludes 0",
  worse: "worse: the interval excludes 0",
  higher: "higher: the interval excludes 0",
  lower: "lower: the interval excludes 0",
  open: "the interval does not exclude 0",
  same: "the same in every seed: no evidence",
  single: "no interval (one seed)"
}

export const verdictOf = ({ ci95, mean, sd }: PairedDifference, better: ReportColumn["better"]): Verdict => {
  if (ci95 === null) return sd === 0 ? "same" : "single"
  const [low, high] = ci95
  if (low >= high) return "same"
  if (low <= 0 && high >= 0) return "open"
  if (better === undefined) return mean > 0 ? "higher" : "lower"
  return mean > 0 === (better === "higher") ? "better" : "worse"
}

interface Line {
  readonly name: string
  readonly difference: PairedDifference | undefined
  /** Why there is none. */
  readonly note: string
}

interface Group {
  /** Null where there is one alone. */
  readonly name: string | null
  readonly lines: ReadonlyArray<Line>
}

/** Rows of one label on the first of several axes stand together, under it. */
const groupsOf = (rows: ReadonlyArray<ReportRow>, { axes }: FigureTable, metric: string): ReadonlyArray<Group> => {
  const [first, ...others] = varying(rows, axes)
  const line = (row: ReportRow, names: ReadonlyArray<string>): Line => {
    const cell = row.cells[metric]
    return {
      name: nameOf(row, names),
      difference: cell?.difference,
      note: cell === undefined || cell.n === 0 ? (cell?.note ?? "no figure") : "no baseline to be compared with"
    }
  }
  const isGrouped = first !== undefined && others.length > 0
  if (!isGrouped) return [{ name: null, lines: rows.map((row) => line(row, first === undefined ? [] : [first])) }]
  return [...Map.groupBy(rows, ({ labels }) => labels[first] ?? "")].map(([name, alike]) => ({
    name,
    lines: alike.map((row) => line(row, others))
  }))
}

/** `digits`: null where so many would leave no room. */
const numbersOf = ({ ci95, mean }: PairedDifference, digits: number | null) => {
  const say = (value: number) => (digits === null ? significant(value) : fixed(value, digits))
  const centre = digits === null ? significant(mean) : signed(mean, digits)
  return `${centre}${ci95 === null ? "" : ` [${say(ci95[0])}, ${say(ci95[1])}]`}`
}

const pOf = ({ p, pHolm }: PairedDifference) => {
  const value = pHolm ?? p
  return value === null ? "–" : value < 0.001 ? "< .001" : fixed(value, 3).replace(/^0/, "")
}

const describe = (groups: ReadonlyArray<Group>, title: string, better: ReportColumn["better"], digits: number | null) =>
  [
    `Differences to the baseline, ${title}${better === undefined ? "" : `, ${better} is better`}, with 95 % intervals.`,
    ...groups.flatMap(({ lines, name }) =>
      lines.map(
        (line) =>
          `${name === null ? "" : `${name}, `}${line.name}: ${line.difference === undefined ? line.note : numbersOf(line.difference, digits)}.`
      )
    )
  ].join(" ")

/** The drawing, or why there is none. */
export const forest = (spec: ForestSpec, table: FigureTable): Attempt => {
  const meant = table.rows.filter(({ labels }) => isMeant(labels, spec.where))
  if (meant.length === 0) return leftOut(noneMeant("rows", table.rows, spec.where))
  const compared = meant.filter((row) => !isBaseline(row, table.baseline))
  const groups = groupsOf(compared, table, spec.metric)
  const differences = groups.flatMap(({ lines }) => lines.flatMap(({ difference }) => difference ?? []))
  if (differences.length === 0) return leftOut(`no row has a difference in ${spec.metric} to the baseline`)
  const values = differences.flatMap(({ ci95, mean }) => [mean, ...(ci95 ?? [])])
  if (values.some((value) => !(Math.abs(value) <= MOST))) return leftOut(`a difference is beyond ${MOST}`)

  const width = rounded(spec.width * PX_PER_MM)
  const { better } = table.columns.find(({ id }) => id === spec.metric) ?? {}
  const widthOf = (decimals: number | null) =>
    Math.max(...differences.map((difference) => textWidth(numbersOf(difference, decimals), TICK)))
  const all = digitsOf(table, spec.metric)
  const digits = widthOf(all) <= width * 0.3 ? all : null
  const title = columnTitle(table, spec.metric)
  const isWide = width >= WIDE
  const indent = groups.some(({ name }) => name !== null) ? 8 : 0
  const limit = width * (isWide ? 0.32 : 0.4)
  const names = groups.flatMap(({ lines, name }) => [
    ...(name === null ? [] : [textWidth(name, BODY, "bold")]),
    ...lines.map((line) => indent + textWidth(line.name, BODY))
  ])
  const left = rounded(MARGIN + Math.min(Math.max(...names), limit) + 10)
  const hasP = isWide && differences.some(({ p, pHolm }) => (pHolm ?? p) !== null)
  const pWidth = hasP ? 46 : 0
  const numbers = isWide ? widthOf(digits) : 0

  const head = heading(spec.title, spec.subtitle, width)
  const top = head.bottom + (isWide ? 14 : 2)
  const { domain, ticks } = roundRange([0, ...values], isWide ? 7 : 4)
  const labels = tickLabels(ticks)
  const beside = isWide ? MARGIN + numbers + pWidth : 0
  const right = rounded(width - beside - outstanding(labels))
  const at = axisScale({ kind: "linear", domain }, left, right)
  const rules: Array<Rule> = []
  const glyphs: Array<Glyph> = []
  const items: Array<Text> = []
  const used = new Set<Verdict>()
  let y = top + 2
  for (const { lines, name } of groups) {
    if (name !== null) {
      y += LINE + 2
      items.push({
        x: MARGIN,
        y: y - 3,
        text: shortened(name, BODY, left - 16),
        align: "left",
        size: BODY,
        weight: "bold"
      })
    }
    for (const { difference, name: row, note } of lines) {
      y += LINE
      const middle = rounded(y - LINE / 2)
      const base = rounded(y - 3.6)
      items.push({
        x: MARGIN + indent,
        y: base,
        text: shortened(row, BODY, left - MARGIN - indent - 8),
        align: "left",
        size: BODY
      })
      if (difference === undefined) {
        items.push({
          x: left + 4,
          y: base,
          text: shortened(note, TICK, right - left - 8),
          align: "left",
          size: TICK,
          style: "italic",
          fill: QUIET,
          halo: true
        })
        continue
      }
      const verdict = verdictOf(difference, better)
      used.add(verdict)
      const [low, high] = difference.ci95 ?? [difference.mean, difference.mean]
      const stroke = GLYPHS[verdict].stroke ?? "#000"
      if (at(high) - at(low) >= 1)
        rules.push(
          ...capped({ x: at(low), y: middle, x2: at(high), y2: middle }, 2.5).map((bar) => ({
            ...bar,
            stroke,
            width: 1.2
          }))
        )
      glyphs.push({ ...GLYPHS[verdict], x: at(difference.mean), y: middle })
      if (isWide)
        items.push({
          x: rounded(width - MARGIN - pWidth),
          y: base,
          text: numbersOf(difference, digits),
          align: "right",
          size: TICK
        })
      if (hasP) items.push({ x: width - MARGIN, y: base, text: pOf(difference), align: "right", size: TICK })
    }
  }
  if (isWide)
    items.push({
      x: rounded(width - MARGIN - pWidth),
      y: top - 3,
      text: "difference [95 % interval]",
      align: "right",
      size: TICK,
      fill: QUIET
    })
  if (hasP)
    items.push({
      x: width - MARGIN,
      y: top - 3,
      text: differences.some(({ pHolm }) => typeof pHolm === "number") ? "p (Holm)" : "p",
      align: "right",
      size: TICK,
      fill: QUIET
    })
  const box = { left, top, right, bottom: rounded(y + 4) }
  const zero: Rule = { x: at(0), y: top, x2: at(0), y2: box.bottom, width: 1, stroke: "#000" }
  const hint = better === undefined ? "" : ` (${better} is better)`
  const order: ReadonlyArray<Verdict> = ["better", "worse", "higher", "lower", "open", "same", "single"]
  const entries = order.flatMap(
    (verdict): ReadonlyArray<LegendEntry> =>
      used.has(verdict) ? [{ sample: GLYPHS[verdict], text: MEANING[verdict] }] : []
  )
  const shared = `Differences over ${countsOf(differences)} shared ${countsOf(differences) === "1" ? "seed" : "seeds"}; bars: 95 % interval.`
  const titled = axisTitles(
    box,
    { x: `${title}, difference to ${table.baseline ?? "the baseline"}${hint}`, y: "" },
    {
      below: 30,
      beside: 0,
      margins: isWide ? { left: left - 40, right: right + 40 } : { left: MARGIN, right: width - MARGIN }
    }
  )
  const below = legend([...entries, { sample: null, text: shared }], titled.bottom, width)
  const foot = footer(table.sources, below.bottom, width)
  return {
    width,
    height: Math.ceil(foot.bottom),
    title: spec.title,
    description: `${describe(groups, title, better, digits)} ${shared}`,
    frame: { box, gap: 0, x: { kind: "linear", domain, ticks, labels }, y: null },
    layers: [
      { mark: "rule", items: [zero, ...rules] },
      { mark: "glyph", items: glyphs },
      { mark: "text", items },
      ...titled.layers,
      ...head.layers,
      ...below.layers,
      ...foot.layers
    ]
  }
}
