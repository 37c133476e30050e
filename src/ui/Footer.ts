/** The line of keys, the note under a part of the grid, and the help. */
import type { Canvas } from "./Canvas.ts"
import { cut, type Line, span, whole } from "./Line.ts"
import type { View, Window } from "./View.ts"

export const keys = (view: View, canvas: Canvas): Line => {
  const { columns, glyphs } = canvas
  if (!canvas.hasKeys) return cut([span(" Ctrl-C"), span(" stop", "faint")], columns, glyphs.ellipsis)
  const hints: ReadonlyArray<readonly [string, string]> = view.isTyping
    ? [
        ["Enter", "keep"],
        ["Esc", "clear"]
      ]
    : [
        ["q", "stop"],
        ["f", view.failedOnly ? "all" : "failed only"],
        [glyphs.upDown, "scroll"],
        ["/", "search"],
        ["?", "help"]
      ]
  const asked = view.isTyping
    ? [span(`/${view.query}${glyphs.cursor}`, "strong")]
    : view.stops > 0
      ? [span("stopping: finished work is kept", "strong")]
      : []
  const rest = view.stops > 0 && !view.isTyping ? [["q", "stop at once"] as const] : hints
  const parts = rest.map(([key, what]): Line => [span(key), span(` ${what}`, "faint")])
  return [span(columns > 1 ? " " : ""), ...whole([asked, ...parts], "   ", columns - 1, glyphs.ellipsis)]
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
      : view.top === null
        ? `${window.shown} of ${window.count} variants: ${isOver ? "" : "active and "}failed first`
        : `variants ${range} of ${window.count}`
  const back = !isOver && (filters !== "" || view.top !== null) ? "   (Esc shows all)" : ""
  return cut([span(` ${shown}${filters === "" ? "" : `, ${filters}`}${back}`, "faint")], columns, glyphs.ellipsis)
}

export const help = (canvas: Canvas): ReadonlyArray<Line> => {
  const { glyphs, columns } = canvas
  const rows: ReadonlyArray<readonly [string, string]> = [
    [glyphs.cell.computed, "computed in this run"],
    [glyphs.cell.cached, "cached: nothing had to run"],
    [glyphs.running.join(" "), "running: the part done, from little to nearly all"],
    [glyphs.cell.waiting, "waiting"],
    [glyphs.cell.failed, "failed: a stage it needs has failed"],
    [glyphs.cell.skipped, "skipped: the run ended before it"],
    ["q, Ctrl-C", "stop; finished work is kept, the next run resumes"],
    [`${glyphs.upDown}, PgUp, PgDn`, "scroll through the variants (also j k g G)"],
    ["f", "only variants with a failure"],
    ["/", "only variants whose labels contain a text"],
    ["Esc", "back to all variants, following the run"],
    ["?", "close this help"]
  ]
  return rows.map(([key, what]) =>
    cut(
      [span(` ${key.padEnd(Math.min(16, Math.floor(columns / 3)))}`, "strong"), span(` ${what}`)],
      columns,
      glyphs.ellipsis
    )
  )
}
