/**
 * The screen as lines: a pure function of progress, view and canvas. Never taller than the terminal's rows - 1
 * nor wider than its columns; sections keep their place while a run goes on.
 */
import { isFinished, type Progress } from "../observe/Progress.ts"
import type { Canvas } from "./Canvas.ts"
import { help, keys, windowNote } from "./Footer.ts"
import * as Glyphs from "./Glyphs.ts"
import { progressBar, title } from "./Header.ts"
import { blank, cut, type Line, span, text } from "./Line.ts"
import { heading, legend, row } from "./Matrix.ts"
import { failure, failureHint, running } from "./Nodes.ts"
import { select } from "./Rows.ts"
import * as View from "./View.ts"

export interface Frame {
  readonly lines: ReadonlyArray<Line>
  /** The rows of the grid on screen. */
  readonly window: View.Window
}

/** Failures shown while the grid needs the room. */
const FAILURES = 3

interface Section {
  readonly lines: ReadonlyArray<Line>
  readonly window: View.Window
}

/** The grid in at most `room` lines: the legend first, then rows, heading and note as far as there is room. */
const grid = (progress: Progress, view: View.View, room: number, canvas: Canvas): Section => {
  const total = progress.plan?.variants.length ?? 0
  if (room <= 0) return { lines: [], window: { first: 0, shown: 0, count: total } }
  const hasHeading = room >= 4
  const rows = room - 1 - (hasHeading ? 1 : 0)
  let selected = select(progress, view, rows)
  let note = windowNote(view, selected.window, total, isFinished(progress), canvas)
  const hasNote = note.length > 0 && room >= 5
  if (hasNote && selected.variants.length === rows) {
    selected = select(progress, view, rows - 1)
    note = windowNote(view, selected.window, total, isFinished(progress), canvas)
  }
  return {
    lines: [
      ...(hasHeading ? [heading(progress, canvas)] : []),
      ...selected.variants.map((variant) => row(progress, variant, canvas)),
      ...(hasNote ? [note] : []),
      legend(progress, canvas)
    ],
    window: selected.window
  }
}

/** A line a place, so that a node keeps its line; where there are more places than lines, the running ones only. */
const runningLines = (progress: Progress, room: number, canvas: Canvas): ReadonlyArray<Line> => {
  const { slots } = progress
  if (slots.length <= room)
    return Array.from({ length: room }, (_, slot) => running(progress, slots[slot] ?? -1, canvas))
  const nodes = slots.filter((node) => node >= 0)
  if (nodes.length <= room) return nodes.map((node) => running(progress, node, canvas))
  const shown = room > 1 ? room - 1 : room
  const lines = nodes.slice(0, shown).map((node) => running(progress, node, canvas))
  return room > 1 ? [...lines, [span(`   and ${nodes.length - shown} more running`, "faint")]] : lines
}

/** The latest failures in `room` lines: a line each, the latest in full as far as there is room, and where to read on. */
const failureLines = (progress: Progress, room: number, canvas: Canvas): ReadonlyArray<Line> => {
  const count = progress.failures.length
  const hasHint = room > 1 && count > 0
  const shown = Math.min(count, hasHint ? room - 1 : room)
  let spare = room - shown - (hasHint ? 1 : 0)
  const lines: Array<ReadonlyArray<Line>> = []
  for (let fromLast = 0; fromLast < shown; fromLast++) {
    const full = failure(progress, fromLast, 1 + Math.min(spare, FAILURES), canvas)
    spare -= full.length - 1
    lines.unshift(full)
  }
  return hasHint ? [...lines.flat(), failureHint(progress, count - shown, canvas)] : lines.flat()
}

/** Sections one below the other in at most `height` lines, with blank lines between them as far as there is room. */
const stack = (
  sections: ReadonlyArray<ReadonlyArray<Line>>,
  height: number,
  { columns, glyphs }: Canvas
): ReadonlyArray<Line> => {
  const present = sections.filter((lines) => lines.length > 0)
  const blanks = height - present.reduce((sum, lines) => sum + lines.length, 0)
  return present
    .flatMap((lines, index) => (index > 0 && index <= blanks ? [blank, ...lines] : lines))
    .slice(0, Math.max(0, height))
    .map((line) => cut(line, columns, glyphs.ellipsis))
}

export const frame = (progress: Progress, view: View.View, canvas: Canvas): Frame => {
  const height = canvas.rows - 1
  const isOver = isFinished(progress)
  const top = [title(progress, canvas), ...(height >= 3 ? [progressBar(progress, canvas)] : [])].slice(
    0,
    Math.max(0, height)
  )
  if (progress.plan === null) return { lines: top.slice(0, 1), window: { first: 0, shown: 0, count: 0 } }
  const bottom = isOver || height < 6 ? [] : [keys(view, canvas)]
  const room = height - top.length - bottom.length
  if (view.isHelp && !isOver) {
    const count = progress.plan.variants.length
    return {
      lines: stack([top, help(canvas).slice(0, Math.max(0, room)), bottom], height, canvas),
      window: { first: 0, shown: 0, count }
    }
  }
  // As many lines as there are jobs, used or not: the grid must not jump when a node ends.
  const active = isOver ? 0 : Math.min(progress.plan.jobs, Math.max(room >= 3 ? 1 : 0, Math.floor(room / 3)))
  const failed = progress.failures.length
  const least = failed === 0 ? 0 : room < 14 ? Math.min(1, Math.floor(room / 3)) : Math.min(failed, FAILURES) + 1
  // Blank lines give way where the whole grid fits without them.
  const wished = room < 14 ? 0 : (isOver ? 1 : 3) + (failed > 0 ? 1 : 0)
  const over = room - active - least - (progress.plan.variants.length + 2)
  const spacing = over >= 0 ? Math.min(wished, over) : wished
  const part = grid(progress, view, room - active - least - spacing, canvas)
  const spare = room - active - least - spacing - part.lines.length
  const failures = failureLines(progress, least + (failed > 0 ? Math.max(0, spare) : 0), canvas)
  return {
    lines: stack([top, part.lines, runningLines(progress, active, canvas), failures, bottom], height, canvas),
    window: part.window
  }
}

/** The frame without colour, lines joined by newlines: for tests and for figures. `now` is the time of the last event. */
export const frameToText = (
  progress: Progress,
  size: {
    readonly columns: number
    readonly rows: number
    readonly now?: number
    readonly unicode?: boolean
    readonly view?: View.View
  }
): string => {
  const canvas: Canvas = {
    columns: size.columns,
    rows: size.rows,
    now: size.now ?? progress.at,
    hasKeys: true,
    glyphs: size.unicode === false ? Glyphs.ascii : Glyphs.unicode
  }
  return frame(progress, size.view ?? View.initial, canvas)
    .lines.map((line) => text(line).trimEnd())
    .join("\n")
}
