/** What all stages of the run printed, a line each after whose it is. */

import { displayWidth, padEnd, truncate } from "../domain/DisplayWidth.ts"
import type { Progress } from "../observe/Progress.ts"
import type { LogLine } from "../observe/RunLog.ts"
import type { Canvas } from "./Canvas.ts"
import { type Line, span } from "./Line.ts"
import { purpose } from "./Nodes.ts"
import { oneLine } from "./TextLines.ts"
import { lineWindow, type Page, type Window } from "./View.ts"

const lineOf = (progress: Progress, { node, text }: LogLine, { columns, glyphs }: Canvas): Line => {
  const { plan } = progress
  if (plan === null) return []
  const room = Math.max(6, Math.floor(columns / 3))
  const stage = truncate(oneLine(plan.nodes[node]?.stage ?? ""), Math.ceil(room / 2), glyphs.ellipsis)
  const who = `${stage} ${purpose(plan, node, Math.max(0, room - displayWidth(stage) - 1), glyphs.ellipsis)}`
  return [span(` ${padEnd(who, room)}  `, "faint"), span(oneLine(text))]
}

/** The part of the log that is looked at, in `room` lines with its title. */
export const logPage = (
  progress: Progress,
  page: Extract<Page, { readonly _tag: "Log" }>,
  room: number,
  canvas: Canvas
): { readonly lines: ReadonlyArray<Line>; readonly window: Window } => {
  const { dropped, lines } = progress.log
  const shown = Math.max(0, Math.min(room - 1, lines.length))
  const first = Math.max(0, Math.min(page.top ?? lines.length, lines.length - shown))
  const all = dropped + lines.length
  const range =
    all === 0
      ? "nothing was printed yet"
      : `lines ${dropped + first + 1}${canvas.glyphs.dash}${dropped + first + shown} of ${all}`
  return {
    lines: [
      [span(" log", "strong"), span(`  ${range}`, "faint")],
      ...lines.slice(first, first + shown).map((line) => lineOf(progress, line, canvas))
    ],
    window: lineWindow(first, shown, lines.length)
  }
}
