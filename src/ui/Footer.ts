/** The last lines: the keys that count now, the command that shows the same, and the note under a part of the grid. */
import { isFinished, type Progress } from "../observe/Progress.ts"
import type { Canvas } from "./Canvas.ts"
import { columnsOf } from "./Figures.ts"
import { rerunnable } from "./Keys.ts"
import type { Known } from "./Known.ts"
import { cut, join, type Line, span, whole, width } from "./Line.ts"
import * as ShellCommand from "./ShellCommand.ts"
import type { View, Window } from "./View.ts"

type Hint = readonly [key: string, what: string]

const running = (progress: Progress): string => {
  const count = progress.nodeCounts.running
  return `${count} running stage${count === 1 ? "" : "s"}`
}

/** What is being asked or done, before the keys. */
const asked = (progress: Progress, view: View, { columns, glyphs }: Canvas): string => {
  if (view.isTyping) return `/${view.query}${glyphs.cursor}`
  if (isFinished(progress)) return ""
  if (progress.stopping === "at once") return "stopping at once: finished work is kept"
  if (progress.stopping !== null) return columns < 60 ? "stopping" : `stopping: ${running(progress)} let end`
  return view.asking === null ? "" : columns < 60 ? "stop?" : `let ${running(progress)} end?`
}

const quitting = (progress: Progress, known: Known): Hint =>
  isFinished(progress) || !known.offers.steers ? ["q", "leave"] : ["q", "stop"]

const pageHints = (progress: Progress, view: View, known: Known, canvas: Canvas): ReadonlyArray<Hint> => {
  const { glyphs } = canvas
  const { page } = view
  switch (page._tag) {
    case "Log":
      return [["Esc", "back"], [glyphs.upDown, "scroll"], ...(page.top === null ? [] : [["G", "follow"] as const])]
    case "Cell":
      return [
        ["Esc", "back"],
        [glyphs.upDown, "scroll"],
        ...(view.cursor === null ? [] : [[glyphs.leftRight, "seed"] as const]),
        ...(known.offers.looksUp ? [["w", page.hasWhy ? "hide why" : "why it ran"] as const] : []),
        ...(page.hasCause ? [["c", "hide cause"] as const] : [])
      ]
    case "Grid": {
      const count = columnsOf(progress, known.figures).length
      return [
        [`${glyphs.upDown}${glyphs.hasBraille ? glyphs.leftRight : ""}`, "move"],
        ["Enter", "open"],
        ...(count === 0 ? [] : [["m", "metric"] as const]),
        ...(count === 0 || view.metric === null ? [] : [["s", "sort"] as const])
      ]
    }
  }
}

const hints = (progress: Progress, view: View, known: Known, canvas: Canvas): ReadonlyArray<Hint> => {
  if (view.isTyping)
    return [
      ["Enter", "keep"],
      ["Esc", "clear"]
    ]
  if (view.asking !== null && progress.stopping === null)
    return [
      ["q", "at once"],
      ["Esc", "go on"],
      ["Enter", "yes"]
    ]
  const { steers } = known.offers
  const isOver = isFinished(progress)
  if (progress.stopping !== null && !isOver) return progress.stopping === "at once" ? [] : [["q", "at once"]]
  if (view.isHelp) return [["?", "close"], quitting(progress, known)]
  return [
    quitting(progress, known),
    ...(rerunnable(view, { offers: known.offers, progress }) < 0 ? [] : [["r", "run again"] as const]),
    ...pageHints(progress, view, known, canvas),
    ...(steers && !isOver ? [["p", progress.isPaused ? "resume" : "pause"] as const] : []),
    ...(view.page._tag === "Log" ? [] : [["l", "log"] as const]),
    ...(view.page._tag === "Grid"
      ? [["f", view.failedOnly ? "all" : "failed"] as const, ["/", "search"] as const]
      : []),
    ...(view.page._tag === "Grid" && steers && !known.offers.stays ? [["w", "watch"] as const] : []),
    ["?", "help"]
  ]
}

export const keys = (progress: Progress, view: View, known: Known, canvas: Canvas): Line => {
  const { columns, glyphs } = canvas
  if (!canvas.hasKeys) return cut([span(" Ctrl-C"), span(" stop", "faint")], columns, glyphs.ellipsis)
  const told = asked(progress, view, canvas)
  const parts = hints(progress, view, known, canvas).map(([key, what]): Line => [span(key), span(` ${what}`, "faint")])
  const all = told === "" ? parts : [[span(told, "strong")], ...parts]
  const line = join(all, "   ")
  if (width(line) < columns) return [span(" "), ...line]
  // Help is what is left where the others do not fit.
  const last = told === "" ? (all.at(-1) ?? []) : []
  const others = told === "" ? all.slice(0, -1) : all
  const room = columns - 1 - (last.length === 0 ? 0 : 2 + width(last))
  const kept = whole(others, "  ", room, glyphs.ellipsis)
  return cut([span(" "), ...join([kept, last], "  ")], columns, glyphs.ellipsis)
}

/** The command that shows in a shell what the screen does. */
export const reopening = (progress: Progress, view: View, known: Known, canvas: Canvas): Line => {
  const { plan } = progress
  if (plan === null) return []
  const { page } = view
  const { shell } = known
  const cell = page._tag === "Cell" ? (plan.cells[page.cell]?.id ?? "") : ""
  const commands =
    page._tag === "Cell"
      ? [ShellCommand.show(cell, shell), ShellCommand.why(plan, shell, cell), ShellCommand.logs(plan, shell, cell)]
      : page._tag === "Log"
        ? [ShellCommand.logs(plan, shell)]
        : [ShellCommand.watch(plan, shell)]
  return [
    span(" "),
    ...whole(
      commands.map((command): Line => [span(command, "faint")]),
      ` ${canvas.glyphs.dot} `,
      canvas.columns - 1,
      canvas.glyphs.ellipsis
    )
  ]
}

/** What part of the variants is shown; blank where all are. */
export const windowNote = (view: View, window: Window, total: number, isOver: boolean, canvas: Canvas): Line => {
  const { glyphs, columns } = canvas
  const filters = [
    ...(view.failedOnly ? ["failed only"] : []),
    ...(view.query !== "" ? [`matching "${view.query}"`] : [])
  ].join(", ")
  if (filters === "" && window.shown === window.count) return []
  const range = `${window.first + 1}${glyphs.dash}${window.first + window.shown}`
  const shown =
    window.shown === window.count
      ? `${window.count} of ${total} variants`
      : view.top === null && view.sort === "grid"
        ? `${window.shown} of ${window.count} variants: ${isOver ? "" : "active and "}failed first`
        : `variants ${range} of ${window.count}`
  const back = filters !== "" || view.top !== null ? "   (Esc shows all)" : ""
  return cut([span(` ${shown}${filters === "" ? "" : `, ${filters}`}${back}`, "faint")], columns, glyphs.ellipsis)
}
