/** One line of the screen: spans of text, each with a tone. How a tone looks is decided where it is drawn. */
import { displayWidth, truncate } from "../domain/DisplayWidth.ts"

/** Meaning, not colour: every tone is also told by a glyph or a word. */
export type Tone =
  | "plain"
  | "strong"
  | "faint"
  | "waiting"
  | "running"
  | "computed"
  | "cached"
  | "failed"
  | "skipped"
  | "selected"
  | Heat

/** Where a figure stands between the least and the greatest of its metric; the figure itself is beside it. */
export type Heat = "heat0" | "heat1" | "heat2" | "heat3" | "heat4"

export const HEATS: ReadonlyArray<Heat> = ["heat0", "heat1", "heat2", "heat3", "heat4"]

export interface Span {
  readonly text: string
  readonly tone: Tone
}

export type Line = ReadonlyArray<Span>

export const span = (text: string, tone: Tone = "plain"): Span => ({ text, tone })

export const blank: Line = []

export const width = (line: Line): number => line.reduce((sum, { text }) => sum + displayWidth(text), 0)

export const text = (line: Line): string => line.map((part) => part.text).join("")

/** The line within `columns` columns. */
export const cut = (line: Line, columns: number, ellipsis: string): Line => {
  if (width(line) <= columns) return line
  const kept: Array<Span> = []
  let left = columns
  for (const part of line) {
    const taken = displayWidth(part.text)
    // The last column is kept for the ellipsis, since more follows.
    if (taken > left - displayWidth(ellipsis)) {
      const cut = truncate(`${part.text}${ellipsis}`, left, ellipsis)
      return cut === "" ? kept : [...kept, { ...part, text: cut }]
    }
    kept.push(part)
    left -= taken
  }
  return kept
}

/** `left` at the left edge and `right` at the right one; where both do not cut, the left one is cut. */
export const spread = (left: Line, right: Line, columns: number, ellipsis: string): Line => {
  const rightWidth = width(right)
  if (rightWidth === 0) return cut(left, columns, ellipsis)
  if (rightWidth + 2 > columns) return cut(right, columns, ellipsis)
  const kept = cut(left, columns - rightWidth - 2, ellipsis)
  return [...kept, span(" ".repeat(columns - rightWidth - width(kept))), ...right]
}

/** As many of the parts, from the first, as fit into `columns` columns whole; the first is cut if it must be. */
export const whole = (parts: ReadonlyArray<Line>, separator: string, columns: number, ellipsis: string): Line => {
  const present = parts.filter((part) => part.length > 0)
  for (let kept = present.length; kept > 1; kept--) {
    const line = join(present.slice(0, kept), separator)
    if (width(line) <= columns) return line
  }
  return cut(present[0] ?? blank, columns, ellipsis)
}

/** Spans with a separator between them. */
export const join = (lines: ReadonlyArray<Line>, separator: string): Line =>
  lines.filter((line) => line.length > 0).flatMap((line, index) => (index === 0 ? line : [span(separator), ...line]))
