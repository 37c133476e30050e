/** Notes and labels as the lines of a table's text. */
import { displayWidth, head } from "../../domain/DisplayWidth.ts"

const PRINTABLE_ASCII = /^[ -~]*$/

/** Line breaks, tabs and control characters as one space: a label must not break the table. No-break spaces stay. */
export const singleLine = (text: string): string =>
  // The Unicode classes cost milliseconds to compile.
  (PRINTABLE_ASCII.test(text) ? text.replace(/ {2,}/g, " ") : text.replace(/[\p{Cc}\u2028\u2029 ]+/gu, " ")).trim()

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
      const cut = head(rest, width)
      if (cut === "") break
      lines.push(cut)
      rest = rest.slice(cut.length)
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
