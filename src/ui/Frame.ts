/**
 * The screen as lines: a pure function of progress, view and canvas. Never taller than the terminal's rows - 1
 * nor wider than its columns; sections keep their place while a run goes on.
 */
import type { Plan } from "../observe/Plan.ts"
import { isFinished, type Progress } from "../observe/Progress.ts"
import type { Canvas } from "./Canvas.ts"
import { cellLines } from "./CellPage.ts"
import { failure, failureHint } from "./Failure.ts"
import { columnsOf } from "./Figures.ts"
import { keys, reopening, windowNote } from "./Footer.ts"
import * as Glyphs from "./Glyphs.ts"
import { progressBar, title } from "./Header.ts"
import { help } from "./Help.ts"
import * as Known from "./Known.ts"
import { blank, cut, type Line, span, type Tone, text } from "./Line.ts"
import { logPage } from "./LogPage.ts"
import { heading, legend, row, scale, shownColumn } from "./Matrix.ts"
import { running } from "./Nodes.ts"
import { select } from "./Rows.ts"
import { stageLines } from "./Stages.ts"
import { oneLine } from "./TextLines.ts"
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

/** The grid in at most `room` lines: the legend first, then rows, headings and note as far as there is room. */
const grid = (progress: Progress, view: View.View, room: number, canvas: Canvas, known: Known.Known): Section => {
  const { figures } = known
  const total = progress.plan?.variants.length ?? 0
  if (room <= 0) return { lines: [], window: View.lineWindow(0, 0, total) }
  const column = shownColumn(progress, view, figures)
  const hasHeading = room >= 4
  const hasScale = room >= 6 && columnsOf(progress, figures).length > 0
  const rows = room - 1 - (hasHeading ? 1 : 0) - (hasScale ? 1 : 0)
  let selected = select(progress, view, column, rows)
  let note = windowNote(view, selected.window, total, isFinished(progress), canvas)
  const hasNote = note.length > 0 && room >= 5
  if (hasNote && selected.variants.length === rows) {
    selected = select(progress, view, column, rows - 1)
    note = windowNote(view, selected.window, total, isFinished(progress), canvas)
  }
  return {
    lines: [
      ...(hasScale ? [scale(progress, view, canvas, figures)] : []),
      ...(hasHeading ? [heading(progress, view, canvas, figures)] : []),
      ...selected.variants.map((variant) => row(progress, variant, view, canvas, figures)),
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
const failureLines = (progress: Progress, room: number, canvas: Canvas, shell: Known.Shell): ReadonlyArray<Line> => {
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
  return hasHint ? [...lines.flat(), failureHint(progress, count - shown, canvas, shell)] : lines.flat()
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

const said = (what: string, tone: Tone, { columns, glyphs }: Canvas): Line =>
  cut([span(` ${oneLine(what)}`, tone)], columns, glyphs.ellipsis)

/** The grid, with what runs and what failed below it. */
const overview = (
  progress: Progress,
  plan: Plan,
  view: View.View,
  room: number,
  canvas: Canvas,
  known: Known.Known
): { readonly sections: ReadonlyArray<ReadonlyArray<Line>>; readonly window: View.Window } => {
  const isOver = isFinished(progress)
  // As many lines as there are jobs, used or not: the grid must not jump when a node ends.
  const active = isOver ? 0 : Math.min(plan.jobs, Math.max(room >= 3 ? 1 : 0, Math.floor(room / 3)))
  const failed = progress.failures.length
  const least = failed === 0 ? 0 : room < 14 ? Math.min(1, Math.floor(room / 3)) : Math.min(failed, FAILURES) + 1
  // Stages take what the whole grid leaves, and a line in six where it does not fit a screen that is not small.
  const rest = room - active - least - (plan.variants.length + 3)
  const fewest = room < 18 ? 0 : Math.floor(room / 6)
  const stages = room < 12 ? [] : stageLines(progress, Math.max(fewest, Math.min(rest, room / 2)), canvas)
  // Blank lines give way where the whole grid fits without them.
  const wished = room < 14 ? 0 : (isOver ? 1 : 3) + (failed > 0 ? 1 : 0) + (stages.length > 0 ? 1 : 0)
  const over = rest - stages.length
  const spacing = over >= 0 ? Math.min(wished, over) : wished
  const free = room - active - least - stages.length - spacing
  const part = grid(progress, view, free, canvas, known)
  const spare = free - part.lines.length
  const failures = failureLines(progress, least + (failed > 0 ? Math.max(0, spare) : 0), canvas, known.shell)
  return { sections: [stages, part.lines, runningLines(progress, active, canvas), failures], window: part.window }
}

/** A page of its own in place of the grid, scrolled to what is looked at. */
const scrolledPage = (lines: ReadonlyArray<Line>, top: number, room: number): Section => {
  const shown = Math.max(0, Math.min(room, lines.length))
  const first = Math.max(0, Math.min(top, lines.length - shown))
  return { lines: lines.slice(first, first + shown), window: View.lineWindow(first, shown, lines.length) }
}

const pageSections = (
  progress: Progress,
  plan: Plan,
  view: View.View,
  room: number,
  canvas: Canvas,
  known: Known.Known
): { readonly sections: ReadonlyArray<ReadonlyArray<Line>>; readonly window: View.Window } => {
  const { page } = view
  if (view.isHelp) {
    const lines = help(known, canvas).slice(0, Math.max(0, room))
    return { sections: [lines], window: View.lineWindow(0, lines.length, lines.length) }
  }
  if (page._tag === "Grid") return overview(progress, plan, view, room, canvas, known)
  const { lines, window } =
    page._tag === "Cell"
      ? scrolledPage(cellLines(progress, page, known, canvas), page.top, room)
      : logPage(progress, page, room, canvas)
  // The last lines keep their place, however short the page is.
  const filled = [...lines, ...Array.from({ length: Math.max(0, room - lines.length) }, () => blank)]
  return { sections: [filled], window }
}

export const frame = (
  progress: Progress,
  view: View.View,
  canvas: Canvas,
  known: Known.Known = Known.nothing
): Frame => {
  const { plan } = progress
  const height = canvas.rows - 1
  const isLeft = isFinished(progress) && !known.offers.stays
  const top = [title(progress, canvas), ...(height >= 3 ? [progressBar(progress, canvas)] : [])].slice(
    0,
    Math.max(0, height)
  )
  if (plan === null) return { lines: top.slice(0, 1), window: View.lineWindow(0, 0, 0) }
  // What stays on the terminal after the run is the grid.
  const looked = isLeft ? { ...View.initial, metric: view.metric, sort: view.sort } : view
  const bottom =
    isLeft || height < 6
      ? []
      : [
          ...(height < 20 ? [] : [reopening(progress, looked, known, canvas)]),
          ...(progress.workers === "" || isFinished(progress) ? [] : [said(progress.workers, "faint", canvas)]),
          ...(progress.watching === null ? [] : [said(progress.watching, "running", canvas)]),
          keys(progress, looked, known, canvas)
        ]
  const { sections, window } = pageSections(progress, plan, looked, height - top.length - bottom.length, canvas, known)
  return { lines: stack([top, ...sections, bottom], height, canvas), window }
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
    readonly known?: Known.Known
  }
): string => {
  const canvas: Canvas = {
    columns: size.columns,
    rows: size.rows,
    now: size.now ?? progress.at,
    hasKeys: true,
    glyphs: size.unicode === false ? Glyphs.ascii : Glyphs.unicode
  }
  return frame(progress, size.view ?? View.initial, canvas, size.known)
    .lines.map((line) => text(line).trimEnd())
    .join("\n")
}
