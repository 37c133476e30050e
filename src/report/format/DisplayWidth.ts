/** Terminal columns of text: combining marks take none, East Asian wide characters and emoji two. */

let segmenter: Intl.Segmenter | undefined

/** Graphemes of the text. The segmenter takes milliseconds to make, and few tables need it. */
const graphemes = (text: string): Iterable<{ readonly segment: string }> => {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" })
  return segmenter.segment(text)
}

const ZERO = /^[\p{Mark}\p{Default_Ignorable_Code_Point}]+$/u
const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F680}-\u{1F6FF}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}]/u

/** Latin text, punctuation, arrows and box drawing: one column a code unit. Nearly all text is, and needs no segmenter. */
const NARROW = /^[\u0020-\u007E\u00A0-\u00AC\u00AE-\u02FF\u2010-\u2027\u2030-\u205E\u2190-\u2317\u2500-\u25FC]*$/

/** Columns that `text` takes in a terminal. */
export const displayWidth = (text: string): number => {
  if (NARROW.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes(text)) width += ZERO.test(segment) ? 0 : WIDE.test(segment) ? 2 : 1
  return width
}

export const padStart = (text: string, width: number): string =>
  " ".repeat(Math.max(0, width - displayWidth(text))) + text

export const padEnd = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - displayWidth(text)))

/** What stands in the columns from `from` up to `to`. A wide character belongs to the column that it begins in. */
export const columnsBetween = (text: string, from: number, to = Number.POSITIVE_INFINITY): string => {
  if (NARROW.test(text)) return text.slice(from, to)
  let at = 0
  let kept = ""
  for (const { segment } of graphemes(text)) {
    if (at >= from && at < to) kept += segment
    at += displayWidth(segment)
  }
  return kept
}

/** Shortens to `width` columns, ending in "…". */
export const truncate = (text: string, width: number): string => {
  if (displayWidth(text) <= width) return text
  let kept = ""
  for (const { segment } of graphemes(text)) {
    if (displayWidth(kept) + displayWidth(segment) > width - 1) break
    kept += segment
  }
  return width < 1 ? "" : `${kept}…`
}

/** Line breaks, tabs and control characters as one space: a label must not break the table. No-break spaces stay. */
export const singleLine = (text: string): string =>
  // Narrow text holds no control characters; the Unicode classes cost milliseconds to compile.
  (NARROW.test(text) ? text.replace(/ {2,}/g, " ") : text.replace(/[\p{Cc}\u2028\u2029 ]+/gu, " ")).trim()

/** Breaks text at spaces into lines of at most `width` columns; words that are longer are cut. */
export const wrap = (text: string, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of singleLine(text).split(" ")) {
    let rest = word
    if (line !== "" && displayWidth(line) + 1 + displayWidth(rest) > width) {
      lines.push(line)
      line = ""
    }
    while (displayWidth(rest) > width && width > 1) {
      let head = ""
      for (const { segment } of graphemes(rest)) {
        if (displayWidth(head) + displayWidth(segment) > width) break
        head += segment
      }
      if (head === "") break
      lines.push(head)
      rest = rest.slice(head.length)
    }
    line = line === "" ? rest : `${line} ${rest}`
  }
  return line === "" ? lines : [...lines, line]
}

/** Wraps a note under its own first column: `prefix` on the first line, as many spaces on the others. */
export const hang = (prefix: string, text: string, width: number): ReadonlyArray<string> => {
  const indent = displayWidth(prefix)
  return wrap(text, Math.max(10, width - indent)).map((line, index) =>
    index === 0 ? prefix + line : " ".repeat(indent) + line
  )
}
