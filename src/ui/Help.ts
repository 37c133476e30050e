/** What the signs mean and what every key does. */
import type { Canvas } from "./Canvas.ts"
import type { Known } from "./Known.ts"
import { cut, type Line, span } from "./Line.ts"

export const help = ({ offers }: Known, canvas: Canvas): ReadonlyArray<Line> => {
  const { glyphs, columns } = canvas
  const rows: ReadonlyArray<readonly [string, string]> = [
    [glyphs.cell.computed, "computed in this run; the figure once it is known"],
    [glyphs.cell.cached, "cached: nothing had to run"],
    [glyphs.running.join(" "), "running: the part done, from little to nearly all"],
    [glyphs.cell.waiting, "waiting"],
    [glyphs.cell.failed, "failed: a stage it needs has failed"],
    [glyphs.cell.skipped, "skipped: the run ended before it"],
    ...(offers.steers
      ? [
          ["q", "let what runs end, then stop; again: at once; Esc: go on"] as const,
          ["Ctrl-C", "stop; finished work is kept, the next run resumes"] as const,
          ["p", "pause what has not begun, and resume"] as const,
          ["r", "run the failed cell again that is selected or open"] as const
        ]
      : [["q", "leave; the run is not touched"] as const]),
    ["arrows, j k h", "select a cell; PgUp, PgDn, g, G: further"],
    ["Enter, Esc", "open the selected cell, and back"],
    ["m", "the next metric; after the last one states alone"],
    ["s", "sort by the metric: best first, worst first, as declared"],
    ["f", "only variants with a failure"],
    ["/", "only variants whose labels contain a text"],
    ["l", "what all stages printed"],
    ["w, c", "in a cell: why it ran, the cause of a failure"],
    ...(offers.steers ? [["w", "stay when the run is over, and run again what saved files change"] as const] : []),
    ["?", "close this help"]
  ]
  const room = Math.min(16, Math.floor(columns / 3))
  return rows.map(([key, what]) =>
    cut([span(` ${key.padEnd(room)}`, "strong"), span(` ${what}`)], columns, glyphs.ellipsis)
  )
}
