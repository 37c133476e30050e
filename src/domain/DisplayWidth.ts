/**
 * Text measured in the columns of a terminal: East Asian wide characters and emoji take two, combining marks none. The
 * segmenter and the Unicode classes take milliseconds to make: only text that needs them pays.
 */

/** ASCII, Latin letters, and the punctuation, arrows, blocks and shapes of screens and tables: a column each. */
const NARROW = /^[ -~\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u2193\u2500-\u25fc\u2717]*$/
const INVISIBLE = /^[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]+$/u
/** Blocks whose characters have East Asian Width W or F (UAX #11), and characters shown as emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u

let segmenter: Intl.Segmenter | undefined

/** What a reader takes for the characters of a text. */
export const graphemes = (text: string): ReadonlyArray<string> => {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" })
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

const graphemeWidth = (grapheme: string): number => {
  if (NARROW.test(grapheme)) return grapheme.length
  return INVISIBLE.test(grapheme) ? 0 : WIDE.test(grapheme) ? 2 : 1
}

/** Columns that the text takes. */
export const displayWidth = (text: string): number => {
  if (NARROW.test(text)) return text.length
  return graphemes(text).reduce((width, grapheme) => width + graphemeWidth(grapheme), 0)
}

/** As many whole characters from the beginning as `columns` columns hold. */
export const head = (text: string, columns: number): string => {
  if (NARROW.test(text)) return text.slice(0, Math.max(0, columns))
  let width = 0
  let kept = ""
  for (const grapheme of graphemes(text)) {
    width += graphemeWidth(grapheme)
    if (width > columns) break
    kept += grapheme
  }
  return kept
}

/** What stands in the columns from `from` up to `to`. A wide character belongs to the column that it begins in. */
export const columnsBetween = (text: string, from: number, to = Number.POSITIVE_INFINITY): string => {
  if (NARROW.test(text)) return text.slice(from, to)
  let at = 0
  let kept = ""
  for (const grapheme of graphemes(text)) {
    if (at >= from && at < to) kept += grapheme
    at += graphemeWidth(grapheme)
  }
  return kept
}

/** The text within `columns` columns, its end replaced by `ellipsis` (one column or more) where it is too long. */
export const truncate = (text: string, columns: number, ellipsis = "…"): string => {
  if (displayWidth(text) <= columns) return text
  const room = columns - displayWidth(ellipsis)
  return room < 0 ? "" : head(text, room) + ellipsis
}

/** The text filled with spaces to `columns` columns. */
export const padEnd = (text: string, columns: number): string =>
  text + " ".repeat(Math.max(0, columns - displayWidth(text)))

/** The same with the spaces before it: figures. */
export const padStart = (text: string, columns: number): string =>
  " ".repeat(Math.max(0, columns - displayWidth(text))) + text
