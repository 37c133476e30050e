/** One cell in full: what its nodes did, its config, its curves, its metrics and what its stages printed. */

import { displayWidth, padEnd, padStart } from "../domain/DisplayWidth.ts"
import * as Cell from "../observe/CellProgress.ts"
import * as Node from "../observe/NodeProgress.ts"
import type { Plan } from "../observe/Plan.ts"
import type { Progress } from "../observe/Progress.ts"
import type { CellDetail } from "../observe/RunControl.ts"
import * as Vector from "../observe/Vector.ts"
import type { Canvas } from "./Canvas.ts"
import { nodeLines, nodesOf } from "./CellNodes.ts"
import { columnsOf } from "./Figures.ts"
import { runningGlyph } from "./Glyphs.ts"
import type { Known } from "./Known.ts"
import { variantName } from "./Labels.ts"
import { blank, type Line, span, spread } from "./Line.ts"
import { figure } from "./Nodes.ts"
import { sparkline } from "./Sparkline.ts"
import { oneLine, wrap } from "./TextLines.ts"
import type { Page } from "./View.ts"

type CellPage = Extract<Page, { readonly _tag: "Cell" }>

/** Long text is told in full, on lines of its own. */
const paragraphs = (text: string, columns: number, indent: number, { glyphs }: Canvas): ReadonlyArray<Line> =>
  text
    .replace(/\n$/, "")
    .split("\n")
    .flatMap((line) => {
      const margin = /^ */.exec(line)?.[0] ?? ""
      const room = Math.max(1, columns - indent - margin.length)
      const said = wrap(oneLine(line), room, room, 1000, glyphs.ellipsis)
      return said.length === 0 ? [blank] : said.map((part): Line => [span(" ".repeat(indent) + margin + part)])
    })

const titled = (title: string, lines: ReadonlyArray<Line>): ReadonlyArray<Line> =>
  lines.length === 0 ? [] : [blank, [span(` ${title}`, "strong")], ...lines]

const nameOf = (plan: Plan, cell: number): string => {
  const info = plan.cells[cell]
  const variant = plan.variants[plan.variantOf[cell] ?? -1]
  const name = variant === undefined ? "" : variantName(plan, variant)
  const seed = info === undefined || info.seed === null ? "" : `seed ${info.seed}`
  return [name, seed].filter((part) => part !== "").join("  ") || oneLine(info?.id ?? "")
}

const head = (progress: Progress, plan: Plan, cell: number, canvas: Canvas): Line => {
  const { columns, glyphs } = canvas
  const at = Vector.get(progress.cells, cell) ?? Cell.idle
  const state = Cell.state(at)
  const part = Cell.fraction(at)
  const told =
    state === "running"
      ? `${runningGlyph(glyphs, part)} running ${Math.floor(100 * part)} %`
      : `${glyphs.cell[state]} ${state}`
  return spread([span(` ${nameOf(plan, cell)}`, "strong")], [span(told, state)], columns, glyphs.ellipsis)
}

/** What failed, its message first; what stands behind it where it is asked for. */
const failures = (progress: Progress, plan: Plan, page: CellPage, canvas: Canvas): ReadonlyArray<Line> =>
  nodesOf(plan, page.cell).flatMap((index) => {
    const node = Vector.get(progress.nodes, index) ?? Node.idle
    const { failure } = node
    if (failure === null) return []
    const { columns, glyphs } = canvas
    const isOver = node.state === "failed"
    const stage = oneLine(plan.nodes[index]?.stage ?? "")
    const said = `${oneLine(failure.tag)}: ${failure.message}`
    const after = isOver ? (node.attempt > 1 ? ` after ${node.attempt} attempts` : "") : " in an earlier attempt"
    return [
      blank,
      [span(` ${glyphs.cell.failed} ${stage} failed${after}`, "failed")],
      ...paragraphs(said, columns, 3, canvas),
      ...(failure.place === undefined ? [] : [[span(`   at ${oneLine(failure.place)}`, "faint")]]),
      ...(failure.detail === undefined
        ? []
        : page.hasCause
          ? paragraphs(failure.detail, columns, 5, canvas)
          : [[span("   c tells its cause", "faint")]])
    ]
  })

const config = (detail: CellDetail | null): ReadonlyArray<Line> => {
  if (detail === null || detail.config === null) return []
  const { baseline, differences } = detail.config
  const widest = Math.max(0, ...differences.map(({ path }) => displayWidth(oneLine(path))))
  const ours = differences.map(({ ours }) => oneLine(ours ?? "(none)"))
  const wide = Math.min(40, Math.max(0, ...ours.map(displayWidth)))
  return titled(
    "config",
    differences.length === 0
      ? [[span(`   as the baseline, ${oneLine(baseline)}`, "faint")]]
      : differences.map((difference, at) => [
          span(`   ${padEnd(oneLine(difference.path), widest)}  `, "faint"),
          span(padEnd(ours[at] ?? "", wide)),
          span(`  ${oneLine(baseline)}: ${oneLine(difference.baseline ?? "(none)")}`, "faint")
        ])
  )
}

/** Rows of a curve. */
const CURVE_ROWS = 2

const curves = (progress: Progress, plan: Plan, cell: number, canvas: Canvas): ReadonlyArray<Line> => {
  const shown = nodesOf(plan, cell).flatMap((index) => {
    const stage = oneLine(plan.nodes[index]?.stage ?? "")
    const node = Vector.get(progress.nodes, index) ?? Node.idle
    // A point is no curve.
    return node.curves.filter(({ count }) => count > 1).map((curve) => ({ stage, curve }))
  })
  const names = shown.map(({ curve, stage }) => `${stage} ${oneLine(curve.name)}`)
  const widest = Math.min(Math.max(0, ...names.map(displayWidth)), Math.floor(canvas.columns / 3))
  const room = Math.min(60, canvas.columns - widest - 27)
  return titled(
    "curves",
    room < 4
      ? []
      : shown.flatMap(({ curve }, at): ReadonlyArray<Line> => {
          const drawn = sparkline(curve.values, room, CURVE_ROWS, canvas.glyphs)
          const [first = "", last = ""] = [figure(curve.values[0] ?? Number.NaN), figure(curve.last)]
          return drawn.map(
            (line, row): Line =>
              row < drawn.length - 1
                ? [span(" ".repeat(3 + widest + 2 + 9)), span(line, "computed")]
                : [
                    span(`   ${padEnd(names[at] ?? "", widest)}  `),
                    span(`${padStart(first, 8)} `, "faint"),
                    span(line, "computed"),
                    span(` ${last}`)
                  ]
          )
        })
  )
}

const metrics = (progress: Progress, cell: number, known: Known): ReadonlyArray<Line> => {
  const found = Vector.get(progress.metrics, cell)
  if (found === undefined || found === null) return []
  const label = new Map(columnsOf(progress, known.figures).map((column) => [column.metric, column]))
  // In the table's order, what is no column of it last.
  const names = [...label.keys()].filter((name) => name in found)
  for (const name of Object.keys(found)) if (!label.has(name)) names.push(name)
  const widest = Math.max(0, ...names.map((name) => displayWidth(oneLine(name))))
  return titled(
    "metrics",
    names.map((name): Line => {
      const { n, note, value } = found[name] ?? { value: null }
      const text = value === null ? "undefined" : (label.get(name)?.digits ?? 4) === 0 ? String(value) : figure(value)
      return [
        span(`   ${padEnd(oneLine(name), widest)}  `, "faint"),
        span(padStart(text, 10), value === null ? "faint" : "plain"),
        span(`${n === undefined ? "" : `  n ${n}`}${note === undefined ? "" : `  ${oneLine(note)}`}`, "faint")
      ]
    })
  )
}

const log = (progress: Progress, plan: Plan, cell: number): ReadonlyArray<Line> => {
  const own = new Set(nodesOf(plan, cell))
  return titled(
    "log",
    progress.log.lines
      .filter(({ node }) => own.has(node))
      .map(
        ({ node, text }): Line => [span(`   ${oneLine(plan.nodes[node]?.stage ?? "")}: `, "faint"), span(oneLine(text))]
      )
  )
}

const why = (page: CellPage, known: Known, canvas: Canvas): ReadonlyArray<Line> => {
  if (!page.hasWhy) return []
  const answer = known.why.get(page.cell)
  const lines =
    answer === undefined || answer._tag === "Asked"
      ? [[span("   looking …", "faint")]]
      : answer._tag === "Unknown"
        ? paragraphs(answer.message, canvas.columns, 3, canvas)
        : paragraphs(answer.value, canvas.columns, 3, canvas)
  return titled("why it ran", lines)
}

/** All lines of the page, however many. */
export const cellLines = (progress: Progress, page: CellPage, known: Known, canvas: Canvas): ReadonlyArray<Line> => {
  const { plan } = progress
  if (plan === null) return []
  const answer = known.cells.get(page.cell)
  const detail = answer?._tag === "Told" ? answer.value : null
  return [
    head(progress, plan, page.cell, canvas),
    ...failures(progress, plan, page, canvas),
    ...why(page, known, canvas),
    blank,
    ...nodeLines(progress, page.cell, detail, canvas),
    ...config(detail),
    ...curves(progress, plan, page.cell, canvas),
    ...metrics(progress, page.cell, known),
    ...log(progress, plan, page.cell)
  ]
}
