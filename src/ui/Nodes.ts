/** Lines about the nodes that run. */

import { displayWidth, padEnd, truncate } from "../domain/DisplayWidth.ts"
import { clock } from "../observe/Duration.ts"
import * as Node from "../observe/NodeProgress.ts"
import type { Plan } from "../observe/Plan.ts"
import type { Progress } from "../observe/Progress.ts"
import * as Vector from "../observe/Vector.ts"
import type { Canvas } from "./Canvas.ts"
import { runningGlyph } from "./Glyphs.ts"
import { variantName } from "./Labels.ts"
import { blank, cut, join, type Line, span, spread, width } from "./Line.ts"
import { oneLine } from "./TextLines.ts"

/** For whom a node runs, in at most `columns`: `agnostic SS-1 seed 3`, the seed kept; or how many cells share it. */
export const purpose = (plan: Plan, index: number, columns: number, ellipsis: string): string => {
  const cells = plan.nodes[index]?.cells ?? []
  const first = cells[0]
  if (first === undefined) return ""
  if (cells.length > 1) {
    return truncate(cells.length === plan.cells.length ? "all cells" : `${cells.length} cells`, columns, ellipsis)
  }
  const variant = plan.variants[plan.variantOf[first] ?? -1]
  const name = variant === undefined ? "" : variantName(plan, variant)
  const seed = plan.cells[first]?.seed ?? null
  if (seed === null) return truncate(name, columns, ellipsis)
  const suffix = name === "" ? `seed ${seed}` : ` seed ${seed}`
  return truncate(truncate(name, Math.max(0, columns - suffix.length), ellipsis) + suffix, columns, ellipsis)
}

/** A figure whose width does not change while it does: 0.1234, 12.3456, 3.2e-5. */
export const figure = (value: number): string => {
  const size = Math.abs(value)
  if (!Number.isFinite(value)) return String(value)
  return (size < 1e-3 && size > 0) || size >= 1e4 ? value.toExponential(1) : value.toFixed(4)
}

const count = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(1))

/** Epoch 12 of 400, say. */
export const reportText = (report: Node.Report): string => {
  const total = report.total === null ? "" : count(report.total)
  return oneLine(`${report.unit} ${count(report.current).padStart(total.length)}${total === "" ? "" : `/${total}`}`)
}

/** The figures of a report, each after its name. */
export const metricsText = (report: Node.Report): ReadonlyArray<string> =>
  Object.entries(report.metrics).map(([name, value]) => `${oneLine(name)} ${figure(value)}`)

/** Stages stand in a column of their own where the line is long enough for it. */
const stageWidth = (plan: Plan, stage: string, canvas: Canvas): number =>
  canvas.columns < 60
    ? Math.min(displayWidth(stage), Math.floor(canvas.columns / 3))
    : Math.min(Math.floor(canvas.columns / 3), Math.max(...plan.stages.map((stage) => displayWidth(oneLine(stage))), 0))

/** One running node: stage, for whom, how far, for how long. Blank for -1, a free place. */
export const running = (progress: Progress, index: number, canvas: Canvas): Line => {
  const { plan } = progress
  const node = Vector.get(progress.nodes, index)
  const info = plan?.nodes[index]
  if (plan === null || node === undefined || info === undefined) return blank
  const { columns, glyphs, now } = canvas
  const stages = stageWidth(plan, oneLine(info.stage), canvas)
  const attempt = node.attempt > 1 ? [span(`  try ${node.attempt}`, "strong")] : []
  const host = node.host === null ? "" : truncate(oneLine(node.host), Math.floor(columns / 6), glyphs.ellipsis)
  const where = host === "" ? [] : [span(`  on ${host}`, "faint")]
  const left = (room: number): Line => {
    const stage = padEnd(truncate(oneLine(info.stage), stages, glyphs.ellipsis), stages)
    const taken = 5 + stages + width(attempt) + width(where)
    const name = purpose(plan, index, Math.max(0, room - taken), glyphs.ellipsis)
    return [
      span(` ${runningGlyph(glyphs, Node.part(node))} `, "running"),
      span(stage),
      span(`  ${name}`, "faint"),
      ...attempt,
      ...where
    ]
  }
  const elapsed = [span(clock(now - (node.startedAt ?? now)).padStart(5))]
  const report: Line = node.report === null ? [] : [span(reportText(node.report))]
  const metrics = Object.entries(node.report?.metrics ?? {}).map(
    ([name, value]): Line => [span(`${oneLine(name)} `, "faint"), span(figure(value))]
  )
  // As many figures as leave half of the line, or what it takes, to what is running.
  const least = Math.min(width(left(columns)), Math.floor(columns / 2))
  for (let kept = metrics.length; kept >= 0; kept--) {
    const right = join([report, ...metrics.slice(0, kept), elapsed], "  ")
    const room = columns - width(right) - 2
    if (room >= least) return spread(left(room), right, columns, glyphs.ellipsis)
  }
  const room = columns - width(elapsed) - 2
  return room >= least
    ? spread(left(room), elapsed, columns, glyphs.ellipsis)
    : cut(left(columns), columns, glyphs.ellipsis)
}
