/** Differences with their 95 % intervals, a line each, in groups under their names: as bars on one scale with 0, and in numbers. */
import type { PairedDifference } from "../../domain/ResultTable.ts"
import type { ReportColumn } from "../ReportTable.ts"
import { GLYPHS, MEANING, VERDICTS, type Verdict, verdictOf } from "./DifferenceGlyphs.ts"
import { axisScale } from "./drawing/AxisScale.ts"
import type { Glyph, Rule, Text } from "./drawing/Drawing.ts"
import { axisTitles, footer, heading, type LegendEntry, legend, MARGIN, outstanding } from "./drawing/Furniture.ts"
import { rounded } from "./drawing/Geometry.ts"
import { BODY, PX_PER_MM, QUIET, TICK } from "./drawing/Look.ts"
import { fixed, signed, significant } from "./drawing/Numerals.ts"
import { capped } from "./drawing/Rules.ts"
import { shortened, textWidth } from "./drawing/TextWidth.ts"
import { MOST, roundRange, tickLabels } from "./drawing/Ticks.ts"
import { type Attempt, leftOut } from "./Figure.ts"

const LINE = 14
/** Narrower ones have no column of numbers. */
const WIDE = 120 * PX_PER_MM

export interface DifferenceLine {
  readonly name: string
  readonly difference: PairedDifference | undefined
  /** Why there is none. */
  readonly note: string
  /** Which differences are the better ones, where that can be said. */
  readonly better: ReportColumn["better"]
}

export interface DifferenceGroup {
  /** Null where there is one alone. */
  readonly name: string | null
  readonly lines: ReadonlyArray<DifferenceLine>
}

export interface DifferencePlot {
  readonly title: string
  readonly subtitle: ReadonlyArray<string>
  /** In millimetres. */
  readonly width: number
  readonly groups: ReadonlyArray<DifferenceGroup>
  /** Decimals of the figures. */
  readonly digits: number
  /** What one of them is called: "difference". */
  readonly noun: string
  readonly xTitle: string
  /** The first sentence of the description. */
  readonly summary: string
  /** What stands under the meaning of the marks, given the differences that are drawn. */
  readonly remark: string
  readonly sources: ReadonlyArray<string>
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

const describe = ({ groups, summary }: DifferencePlot, digits: number | null) =>
  [
    summary,
    ...groups.flatMap(({ lines, name }) =>
      lines.map(
        (line) =>
          `${name === null ? "" : `${name}, `}${line.name}: ${line.difference === undefined ? line.note : numbersOf(line.difference, digits)}.`
      )
    )
  ].join(" ")

export const differencesIn = (groups: ReadonlyArray<DifferenceGroup>): ReadonlyArray<PairedDifference> =>
  groups.flatMap(({ lines }) => lines.flatMap(({ difference }) => difference ?? []))

/** The drawing of one difference at least, or why there is none. */
export const differencePlot = (plot: DifferencePlot): Attempt => {
  const { digits: all, groups, noun, remark, sources, subtitle, title, xTitle } = plot
  const differences = differencesIn(groups)
  const values = differences.flatMap(({ ci95, mean }) => [mean, ...(ci95 ?? [])])
  if (values.some((value) => !(Math.abs(value) <= MOST))) return leftOut(`a ${noun} is beyond ${MOST}`)

  const width = rounded(plot.width * PX_PER_MM)
  const widthOf = (decimals: number | null) =>
    Math.max(...differences.map((difference) => textWidth(numbersOf(difference, decimals), TICK)))
  const digits = widthOf(all) <= width * 0.3 ? all : null
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

  const head = heading(title, subtitle, width)
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
    for (const { better, difference, name: row, note } of lines) {
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
      text: `${noun} [95 % interval]`,
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
  const entries = VERDICTS.flatMap(
    (verdict): ReadonlyArray<LegendEntry> =>
      used.has(verdict) ? [{ sample: GLYPHS[verdict], text: MEANING[verdict] }] : []
  )
  const titled = axisTitles(
    box,
    { x: xTitle, y: "" },
    {
      below: 30,
      beside: 0,
      margins: isWide ? { left: left - 40, right: right + 40 } : { left: MARGIN, right: width - MARGIN }
    }
  )
  const below = legend([...entries, { sample: null, text: remark }], titled.bottom, width)
  const foot = footer(sources, below.bottom, width)
  return {
    width,
    height: Math.ceil(foot.bottom),
    title,
    description: `${describe(plot, digits)} ${remark}`,
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
