/** Lines about single nodes: the running ones and those that failed. */
import { clock } from "../observe/Duration.ts"
import * as Node from "../observe/NodeProgress.ts"
import type { Plan } from "../observe/Plan.ts"
import type { Progress } from "../observe/Progress.ts"
import * as Vector from "../observe/Vector.ts"
import type { Canvas } from "./Canvas.ts"
import { displayWidth, oneLine, pad, truncate, wrap } from "./DisplayWidth.ts"
import { runningGlyph } from "./Glyphs.ts"
import { blank, cut, join, type Line, span, spread, width } from "./Line.ts"
import { variantName } from "./Matrix.ts"

/** For whom a node runs, in at most `columns`: `agnostic SS-1 seed 3`, the seed kept; or how many cells share it. */
const purpose = (plan: Plan, index: number, columns: number, ellipsis: string): string => {
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
const figure = (value: number): string => {
  const size = Math.abs(value)
  if (!Number.isFinite(value)) return String(value)
  return (size < 1e-3 && size > 0) || size >= 1e4 ? value.toExponential(1) : value.toFixed(4)
}

const count = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(1))

const steps = (report: Node.Report): string => {
  const total = report.total === null ? "" : count(report.total)
  return oneLine(`${report.unit} ${count(report.current).padStart(total.length)}${total === "" ? "" : `/${total}`}`)
}

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
  const left = (room: number): Line => {
    const stage = pad(truncate(oneLine(info.stage), stages, glyphs.ellipsis), stages)
    const name = purpose(plan, index, Math.max(0, room - 5 - stages - width(attempt)), glyphs.ellipsis)
    return [
      span(` ${runningGlyph(glyphs, Node.part(node))} `, "running"),
      span(stage),
      span(`  ${name}`, "faint"),
      ...attempt
    ]
  }
  const elapsed = [span(clock(now - (node.startedAt ?? now)).padStart(5))]
  const report: Line = node.report === null ? [] : [span(steps(node.report))]
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

/** One failed node in at most `lines` lines: where, and what it said. `fromLast` 0 is the latest. */
export const failure = (progress: Progress, fromLast: number, lines: number, canvas: Canvas): ReadonlyArray<Line> => {
  const { plan, failures } = progress
  const index = Vector.get(failures, failures.length - 1 - fromLast) ?? -1
  const node = Vector.get(progress.nodes, index)
  const info = plan?.nodes[index]
  if (plan === null || node === undefined || info === undefined) return [blank]
  const { columns, glyphs } = canvas
  const stage = truncate(oneLine(info.stage), Math.max(8, Math.floor(columns / 4)), glyphs.ellipsis)
  const name = purpose(plan, index, Math.floor(columns / 3), glyphs.ellipsis)
  const where = [span(` ${glyphs.cell.failed} `, "failed"), span(`${stage}  `), span(name, "faint"), span("  ")]
  const { tag, message, place } = node.failure ?? { tag: "failed", message: "", place: undefined }
  const said = oneLine(place === undefined ? message : `${message} at ${place}`)
  const head = `${oneLine(tag)}${said === "" ? "" : ": "}`
  const [first = "", ...rest] = wrap(
    head + said,
    Math.max(0, columns - width(where)),
    columns - 5,
    lines,
    glyphs.ellipsis
  )
  return [
    cut(
      [...where, span(first.slice(0, head.length), "failed"), span(first.slice(head.length))],
      columns,
      glyphs.ellipsis
    ),
    ...rest.map((line) => cut([span(`     ${line}`)], columns, glyphs.ellipsis))
  ]
}

/** Where to read on about the latest failure. */
export const failureHint = (progress: Progress, hidden: number, canvas: Canvas): Line => {
  const { plan, failures } = progress
  const index = Vector.get(failures, failures.length - 1)
  if (plan === null || index === undefined) return blank
  const node = plan.nodes[index]?.id ?? ""
  const more = hidden > 0 ? `and ${hidden} more; ` : ""
  return cut(
    [span(`   ${more}in full: ablate why ${plan.experiment} ${oneLine(node)}`, "faint")],
    canvas.columns,
    canvas.glyphs.ellipsis
  )
}
