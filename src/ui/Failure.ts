/** Failed nodes: where, and what they said. */

import { truncate } from "../domain/DisplayWidth.ts"
import type { Progress } from "../observe/Progress.ts"
import * as Vector from "../observe/Vector.ts"
import type { Canvas } from "./Canvas.ts"
import type { Shell } from "./Known.ts"
import { blank, cut, type Line, span, width } from "./Line.ts"
import { purpose } from "./Nodes.ts"
import * as ShellCommand from "./ShellCommand.ts"
import { oneLine, wrap } from "./TextLines.ts"

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

/** Where to read on: about the latest failure, or about all. */
export const failureHint = (progress: Progress, hidden: number, canvas: Canvas, shell: Shell): Line => {
  const { plan, failures } = progress
  const index = Vector.get(failures, failures.length - 1)
  if (plan === null || index === undefined) return blank
  const node = plan.nodes[index]
  // A cell is what a person knows by name; the first of several tells the same.
  const cell = plan.cells[node?.cells[0] ?? -1]?.id ?? node?.id ?? ""
  const all = ShellCommand.failures(plan, shell)
  const one = span(`   in full: ${ShellCommand.why(plan, shell, oneLine(cell))}`, "faint")
  // A command that is cut says nothing.
  const told = hidden > 0 || width([one]) > canvas.columns ? span(`   in full: ${all}`, "faint") : one
  const more = hidden > 0 ? [span(`   and ${hidden} more`, "faint")] : []
  return cut([...more, told], canvas.columns, canvas.glyphs.ellipsis)
}
