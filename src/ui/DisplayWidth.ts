/** Text measured in terminal columns: East Asian wide characters and emoji take two, combining marks none. */
import { stripVTControlCharacters } from "node:util"

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" })
const PRINTABLE_ASCII = /^[ -~]*$/
// ASCII, Latin letters, and the punctuation, arrows, blocks and shapes of the screen itself: a column each.
const NARROW = /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u2193\u2500-\u25fc\u2717]*$/
const INVISIBLE = /^[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]+$/u
// Blocks whose characters have East Asian Width W or F (UAX #11), and characters shown as emoji.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u

const graphemeWidth = (grapheme: string): number => {
  if (PRINTABLE_ASCII.test(grapheme)) return grapheme.length
  return INVISIBLE.test(grapheme) ? 0 : WIDE.test(grapheme) ? 2 : 1
}

/** What a reader takes for the characters of a text. */
export const graphemes = (text: string): ReadonlyArray<string> =>
  Array.from(segmenter.segment(text), ({ segment }) => segment)

export const displayWidth = (text: string): number => {
  if (NARROW.test(text)) return text.length
  let width = 0
  for (const { segment } of segmenter.segment(text)) width += graphemeWidth(segment)
  return width
}

/** The text within `columns` columns, its end replaced by `ellipsis` (one column or more) where it is too long. */
export const truncate = (text: string, columns: number, ellipsis: string): string => {
  if (displayWidth(text) <= columns) return text
  const room = columns - displayWidth(ellipsis)
  if (room < 0) return ""
  let width = 0
  let kept = ""
  for (const { segment } of segmenter.segment(text)) {
    width += graphemeWidth(segment)
    if (width > room) break
    kept += segment
  }
  return kept + ellipsis
}

/**
 * The text in at most `lines` lines of `columns` columns, broken at spaces where there are any; the last line is
 * cut where more follows. The first line has `first` columns.
 */
export const wrap = (
  text: string,
  first: number,
  columns: number,
  lines: number,
  ellipsis: string
): ReadonlyArray<string> => {
  const wrapped: Array<string> = []
  let rest = text
  while (rest !== "" && wrapped.length < lines) {
    const room = wrapped.length === 0 ? first : columns
    if (wrapped.length === lines - 1 || displayWidth(rest) <= room) {
      wrapped.push(truncate(rest, room, ellipsis))
      break
    }
    const head = truncate(rest, room, "")
    const space = rest[head.length] === " " ? head.length : head.lastIndexOf(" ")
    const end = space > 0 ? space : Math.max(1, head.length)
    wrapped.push(rest.slice(0, end))
    rest = rest.slice(end).trimStart()
  }
  return wrapped
}

/** The text filled with spaces to `columns` columns. */
export const pad = (text: string, columns: number): string =>
  text + " ".repeat(Math.max(0, columns - displayWidth(text)))

/** The same with the spaces before it: figures. */
export const padStart = (text: string, columns: number): string =>
  " ".repeat(Math.max(0, columns - displayWidth(text))) + text

/** The text on one line and without escape sequences: what a stage says must not move the cursor. */
export const oneLine = (text: string): string =>
  PRINTABLE_ASCII.test(text)
    ? text
    : stripVTControlCharacters(text)
        .replace(/[\p{Cc}\s]+/gu, " ")
        .trim()
