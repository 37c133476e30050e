/** The nodes that a cell needs: state, time, size and key of each. */

import { displayWidth, padEnd, padStart, truncate } from "../domain/DisplayWidth.ts"
import { clock, duration } from "../observe/Duration.ts"
import * as Node from "../observe/NodeProgress.ts"
import type { Plan } from "../observe/Plan.ts"
import type { Progress } from "../observe/Progress.ts"
import type { CellDetail } from "../observe/RunControl.ts"
import * as Vector from "../observe/Vector.ts"
import type { Canvas } from "./Canvas.ts"
import { runningGlyph } from "./Glyphs.ts"
import { type Line, span, type Tone } from "./Line.ts"
import { metricsText, reportText } from "./Nodes.ts"
import { oneLine } from "./TextLines.ts"

const needed = new WeakMap<Plan, ReadonlyArray<ReadonlyArray<number>>>()

/** Indices of the nodes that a cell needs, in topological order. */
export const nodesOf = (plan: Plan, cell: number): ReadonlyArray<number> => {
  const known = needed.get(plan)
  if (known !== undefined) return known[cell] ?? []
  const byCell = plan.cells.map((): Array<number> => [])
  plan.nodes.forEach((node, index) => {
    for (const each of node.cells) byCell[each]?.push(index)
  })
  needed.set(plan, byCell)
  return byCell[cell] ?? []
}

export const size = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`
  const units = ["kB", "MB", "GB", "TB"]
  let [value, unit] = [bytes / 1000, 0]
  while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1]
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ""}`
}

/** The tone of a state, which is also its word. */
const TONES: { readonly [S in Node.NodeState]: Tone } = {
  waiting: "waiting",
  running: "running",
  cached: "cached",
  succeeded: "computed",
  failed: "failed",
  skipped: "skipped"
}

const sign = (node: Node.NodeProgress, { glyphs }: Canvas): string => {
  switch (node.state) {
    case "running":
      return runningGlyph(glyphs, Node.part(node))
    case "succeeded":
      return glyphs.cell.computed
    default:
      return glyphs.cell[node.state]
  }
}

const took = (node: Node.NodeProgress, now: number): string =>
  node.state === "running"
    ? clock(now - (node.startedAt ?? now))
    : node.durationMs === null || node.state === "cached"
      ? ""
      : duration(node.durationMs)

/** What there is to say of a node beside its figures. */
const remark = (node: Node.NodeProgress): string =>
  [
    node.attempt > 1 ? `try ${node.attempt}` : "",
    node.state === "running" && node.report !== null
      ? [reportText(node.report), ...metricsText(node.report)].join("  ")
      : (node.reason ?? "")
  ]
    .filter((text) => text !== "")
    .join("  ")

export const nodeLines = (
  progress: Progress,
  cell: number,
  detail: CellDetail | null,
  canvas: Canvas
): ReadonlyArray<Line> => {
  const { plan } = progress
  if (plan === null) return []
  const { columns, glyphs, now } = canvas
  const indices = nodesOf(plan, cell)
  const names = indices.map((index) => oneLine(plan.nodes[index]?.stage ?? ""))
  const widest = Math.min(Math.max(5, ...names.map(displayWidth)), Math.max(8, Math.floor(columns / 4)))
  const heads = [
    `   ${padEnd("stage", widest)}  state   `,
    `  ${padStart("time", 9)}`,
    `  ${padStart("size", 7)}`,
    "  key"
  ]
  const lines = indices.map((index, at): Line => {
    const node = Vector.get(progress.nodes, index) ?? Node.idle
    const bytes = node.result?.bytes ?? detail?.bytes.get(plan.nodes[index]?.id ?? "")
    const name = truncate(names[at] ?? "", widest, glyphs.ellipsis)
    return [
      span(` ${sign(node, canvas)} `, TONES[node.state]),
      span(padEnd(name, widest), node.state === "running" ? "strong" : "plain"),
      span(`  ${TONES[node.state].padEnd(8)}`, TONES[node.state]),
      span(`  ${padStart(took(node, now), 9)}`),
      span(`  ${padStart(bytes === undefined || bytes === null ? "" : size(bytes), 7)}`),
      span(`  ${(node.result?.key ?? "").slice(0, 10).padEnd(10)}`, "faint"),
      span(`  ${oneLine(remark(node))}`, "faint")
    ]
  })
  return [[span(heads.join(""), "faint")], ...lines]
}
