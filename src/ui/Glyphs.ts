/** The signs of the screen. Each state has a shape of its own, so that nothing hangs on colour. */
import type { CellState } from "../observe/CellProgress.ts"

export interface Glyphs {
  readonly cell: { readonly [S in Exclude<CellState, "running">]: string }
  /** A running cell by the part done: as many signs as steps. */
  readonly running: ReadonlyArray<string>
  /** Stands for all of `running` in the legend. */
  readonly runningLegend: string
  readonly bar: {
    readonly computed: string
    readonly cached: string
    readonly failed: string
    readonly skipped: string
    readonly rest: string
  }
  readonly absent: string
  readonly ellipsis: string
  readonly dot: string
  readonly dash: string
  readonly upDown: string
  readonly cursor: string
  /** Stands before the row that is selected. */
  readonly selected: string
  readonly leftRight: string
  readonly plusMinus: string
  readonly difference: string
  readonly sorted: { readonly down: string; readonly up: string }
  /** Braille: a curve in dots, four a line. Else rows of signs. */
  readonly hasBraille: boolean
  /** A step of the scale of figures. */
  readonly heat: string
}

export const unicode: Glyphs = {
  cell: { waiting: "·", computed: "●", cached: "○", failed: "✗", skipped: "–" },
  running: ["◌", "◔", "◑", "◕"],
  runningLegend: "◑",
  bar: { computed: "█", cached: "▓", failed: "✗", skipped: "–", rest: "░" },
  absent: " ",
  ellipsis: "…",
  dot: "·",
  dash: "–",
  upDown: "↑↓",
  cursor: "▏",
  selected: "›",
  leftRight: "←→",
  plusMinus: "±",
  difference: "Δ",
  sorted: { down: "↓", up: "↑" },
  hasBraille: true,
  heat: "  "
}

export const ascii: Glyphs = {
  cell: { waiting: ".", computed: "#", cached: "o", failed: "X", skipped: "-" },
  running: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  runningLegend: "0-9",
  bar: { computed: "#", cached: "o", failed: "X", skipped: "-", rest: "." },
  absent: " ",
  ellipsis: "~",
  dot: "|",
  dash: "-",
  upDown: "up/down",
  cursor: "_",
  selected: ">",
  leftRight: "left/right",
  plusMinus: "+-",
  difference: "diff",
  sorted: { down: "v", up: "^" },
  hasBraille: false,
  heat: "  "
}

export const runningGlyph = (glyphs: Glyphs, fraction: number): string => {
  const steps = glyphs.running.length
  return glyphs.running[Math.min(steps - 1, Math.max(0, Math.floor(fraction * steps)))] ?? ""
}
