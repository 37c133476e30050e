/** CSV (RFC 4180) as cells: an empty text is quoted, so that it differs from no text. */
import type { Cell, CellTexts } from "../../declare/Cells.ts"

const written = (text: string | undefined): string => {
  if (text === undefined) return ""
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A header and a line for every row. */
export const write = (columns: ReadonlyArray<string>, rows: CellTexts): string =>
  [columns, ...rows].map((row) => `${row.map(written).join(",")}\n`).join("")

/** A cell from a place on: quoted (with what follows it, which must be nothing), or plain. */
const cellAt = /(?:"((?:[^"]|"")*)"([^,\r\n]*)|([^,\r\n]*))(,|\r?\n|\r|$)/y

/** The lines' cells; a line with nothing in it is none. A text says what is wrong, and in which line. */
export const parse = (text: string): ReadonlyArray<ReadonlyArray<Cell>> | string => {
  const lines: Array<ReadonlyArray<Cell>> = []
  let line: Array<Cell> = []
  let at = text.startsWith("\uFEFF") ? 1 : 0
  while (at < text.length || line.length > 0) {
    cellAt.lastIndex = at
    const [whole = "", quoted, rest = "", plain = "", end = ""] = cellAt.exec(text) ?? []
    const where = () => `line ${text.slice(0, at).split("\n").length}`
    if (rest !== "" || (quoted === undefined && plain.includes('"')))
      return `${where()}: a quotation mark within a cell; quote the cell and double the mark`
    line.push(
      quoted === undefined ? { text: plain, isQuoted: false } : { text: quoted.replaceAll('""', '"'), isQuoted: true }
    )
    at += whole.length
    if (end === ",") continue
    const isBlank = line.length === 1 && line[0]?.text === "" && line[0].isQuoted === false
    if (!isBlank) lines.push(line)
    line = []
  }
  return lines
}

/** The rows below the header, by column name. A text says what is wrong. */
export const records = (text: string): ReadonlyArray<ReadonlyMap<string, Cell>> | string => {
  const lines = parse(text)
  if (typeof lines === "string") return lines
  const [header, ...rows] = lines
  if (header === undefined) return "it has no header line"
  const columns = header.map((cell) => cell.text)
  const twice = columns.find((column, at) => columns.indexOf(column) < at)
  if (twice !== undefined) return `the column "${twice}" is there twice`
  const odd = rows.findIndex((row) => row.length !== columns.length)
  if (odd >= 0)
    return `row ${odd + 1} has ${rows[odd]?.length} cells, and the header (${columns.join(", ")}) ${columns.length}`
  return rows.map((row) => new Map(row.map((cell, at) => [columns[at] ?? "", cell])))
}
