/**
 * Vectors as text, a word a line: the word, then its values, separated by single spaces. GloVe's `.txt` has no
 * header, and some of its words contain spaces, so a row is split from the right; fastText's and word2vec's `.vec`
 * starts with a line `<words> <dimension>`.
 */
import { excerpt, isNumeral, parseFloat32, parseHeader, type RowParser, type RowRequest } from "./RowParser.ts"
import type { Problem } from "./VectorFileError.ts"
import { byteKey } from "./WantedRows.ts"

const LINE_FEED = 10
const RETURN = 13
const SPACE = 32

/** 1 for the bytes that decimal numbers are made of. */
const NUMERIC = new Uint8Array(256)
for (const character of "0123456789+-.eE") NUMERIC[character.charCodeAt(0)] = 1

/** How many fields at a line's end are numbers, not counting its first field. */
const trailingNumbers = (line: string): number => {
  const fields = line.split(" ")
  let count = 0
  while (count < fields.length - 1 && isNumeral(fields[fields.length - 1 - count] ?? "")) count++
  return count
}

const textRows = ({ wanted, dimension }: RowRequest, hasHeader: boolean): RowParser => {
  let words = -1
  let size = 0
  let rows = 0
  let line = 0

  const problem = (word: string | null, found: string, expected: string): Problem => ({
    place: `line ${line}`,
    word,
    found,
    expected
  })

  const header = (text: string): Problem | null => {
    const found = parseHeader(text)
    if (found === null) return problem(null, excerpt(text), "a first line `<words> <dimension>`, two positive integers")
    if (dimension !== null && found.dimension !== dimension) {
      return problem(null, `dimension ${found.dimension} in the header`, `dimension ${dimension}`)
    }
    words = found.words
    size = found.dimension
    return null
  }

  /** The first row settles the dimension: splitting from the right would take surplus values for part of the word. */
  const firstRow = (text: string): Problem | null => {
    if (!hasHeader && parseHeader(text) !== null) {
      return problem(null, `a header (${text})`, "a word and its values; a file with a header has the format fasttext")
    }
    const count = trailingNumbers(text)
    const expected = hasHeader ? size : (dimension ?? count)
    if (count === 0 || count > expected) {
      const word = text.split(" ")[0] ?? ""
      return problem(word, `${count} values`, expected === 0 ? "a word and its values" : `${expected} values`)
    }
    size = expected
    return null
  }

  /** The row's word and the texts of its values; for every row that is not plain, and every wanted one. */
  const fields = (text: string): { readonly word: string; readonly values: ReadonlyArray<string> } => {
    const parts = text.split(" ")
    const split = Math.max(parts.length - size, Math.min(1, parts.length))
    return { word: parts.slice(0, split).join(" "), values: parts.slice(split) }
  }

  /** Reads every value; keeps them if `key` says that the word is wanted, or, where it is null, if it turns out so. */
  const checked = (bytes: Buffer, start: number, end: number, key: string | null): Problem | null => {
    const { word, values } = fields(bytes.toString("utf8", start, end))
    if (values.length < size) {
      return problem(word, `${values.length} values (a truncated row?)`, `${size} values`)
    }
    const vector = new Float32Array(size)
    for (const [i, text] of values.entries()) {
      const value = parseFloat32(text)
      if (value === null) return problem(word, `${excerpt(text)} as value ${i + 1}`, "finite decimal numbers")
      vector[i] = value
    }
    if (key !== null) wanted.keep(key, vector)
    else if (wanted.wants(byteKey(word))) wanted.keep(byteKey(word), vector)
    return null
  }

  const row = (bytes: Buffer, start: number, end: number): Problem | null => {
    if (hasHeader && rows === words) {
      return problem(null, "another row", `the end of the file after the ${words} rows that the header announces`)
    }
    if (rows === 0) {
      const wrong = firstRow(bytes.toString("utf8", start, end))
      if (wrong !== null) return wrong
    }
    rows++
    let spaces = 0
    let first = end
    let plain = true
    for (let i = start; i < end; i++) {
      const byte = bytes[i] ?? 0
      if (byte === SPACE) {
        if (spaces++ === 0) first = i
      } else if (spaces > 0 && NUMERIC[byte] === 0) plain = false
    }
    if (spaces !== size || !plain) return checked(bytes, start, end, null)
    const key = wanted.spot(bytes, start, first)
    return key === null ? null : checked(bytes, start, end, key)
  }

  const take = (bytes: Buffer, _at: number, last: boolean): number | Problem => {
    let position = 0
    while (position < bytes.length) {
      const feed = bytes.indexOf(LINE_FEED, position)
      if (feed < 0 && !last) return position
      const next = feed < 0 ? bytes.length : feed + 1
      let end = feed < 0 ? bytes.length : feed
      while (end > position && (bytes[end - 1] === SPACE || bytes[end - 1] === RETURN)) end--
      line++
      if (end > position) {
        const wrong = hasHeader && words < 0 ? header(bytes.toString("utf8", position, end)) : row(bytes, position, end)
        if (wrong !== null) return wrong
      }
      position = next
    }
    return position
  }

  const finish = (): Problem | null => {
    if (hasHeader ? words < 0 : rows === 0) return problem(null, "an empty file", "a word and its values a line")
    if (hasHeader && rows < words) {
      return problem(null, `the end of the file after ${rows} rows: it is truncated`, `${words} rows`)
    }
    return null
  }

  return { take, finish, dimension: () => size, rows: () => rows }
}

/** GloVe's text format. */
export const glove = (request: RowRequest): RowParser => textRows(request, false)

/** The text format of fastText and word2vec. */
export const fasttext = (request: RowRequest): RowParser => textRows(request, true)
