/** What people and stages wrote, fitted into the lines of the screen. */
import { stripVTControlCharacters } from "node:util"
import { displayWidth, truncate } from "../domain/DisplayWidth.ts"

const PRINTABLE_ASCII = /^[ -~]*$/

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

/** The text on one line and without escape sequences: what a stage says must not move the cursor. */
export const oneLine = (text: string): string =>
  PRINTABLE_ASCII.test(text)
    ? text
    : stripVTControlCharacters(text)
        .replace(/[\p{Cc}\s]+/gu, " ")
        .trim()
