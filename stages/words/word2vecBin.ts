/**
 * word2vec's binary format: a line `<words> <dimension>`, then for each word its bytes, a space, and the values as
 * little-endian float32. The original tool ends each row with a line feed, others do not; both are read.
 */
import { excerpt, parseHeader, type RowParser, type RowRequest } from "./RowParser.ts"
import type { Problem } from "./VectorFileError.ts"
import { wordOfKey } from "./WantedRows.ts"

const LINE_FEED = 10
const SPACE = 32
/** Longer than any header or word of a real file. */
const LONGEST = 4096

const HEADER = "a first line `<words> <dimension>`, two positive integers"

/** Index of the byte after a value that is infinite or NaN (exponent bits all ones), or −1. Values start at `from`. */
const notFinite = (bytes: Buffer, from: number, to: number): number => {
  for (let i = from + 3; i < to; i += 4) {
    if (((bytes[i] ?? 0) & 0x7f) === 0x7f && (bytes[i - 1] ?? 0) >= 0x80) return i + 1
  }
  return -1
}

export const word2vecBin = ({ wanted, dimension }: RowRequest): RowParser => {
  let words = 0
  let size = 0
  let rows = 0

  const header = (bytes: Buffer, last: boolean): number | Problem => {
    const end = bytes.indexOf(LINE_FEED)
    if (end < 0 && !last && bytes.length < LONGEST) return 0
    const line = bytes.toString("latin1", 0, end < 0 ? Math.min(bytes.length, LONGEST) : end)
    const found = parseHeader(line)
    if (found === null) return { place: "byte 0", word: null, found: excerpt(line), expected: HEADER }
    if (dimension !== null && found.dimension !== dimension) {
      return {
        place: "byte 0",
        word: null,
        found: `dimension ${found.dimension} in the header`,
        expected: `dimension ${dimension}`
      }
    }
    words = found.words
    size = found.dimension
    return end + 1
  }

  const take = (bytes: Buffer, at: number, last: boolean): number | Problem => {
    let position = 0
    if (size === 0) {
      const taken = header(bytes, last)
      if (typeof taken !== "number" || taken === 0) return taken
      position = taken
    }
    while (rows < words) {
      let start = position
      while (bytes[start] === LINE_FEED) start++
      const space = bytes.indexOf(SPACE, start)
      if (space < 0 ? bytes.length - start > LONGEST : space - start > LONGEST) {
        return {
          place: `byte ${at + start}`,
          word: null,
          found: `no space within ${LONGEST} bytes`,
          expected: `word ${rows + 1} of ${words}, ended by a space (is the dimension ${size} right?)`
        }
      }
      const values = space + 1
      const end = values + 4 * size
      if (space < 0 || end > bytes.length) {
        if (!last) return position
        return {
          place: `byte ${at + bytes.length}`,
          word: space < 0 ? null : bytes.toString("utf8", start, space),
          found: `the end of the file in row ${rows + 1}${space < 0 ? "" : `, after ${bytes.length - values} bytes of its values`}: it is truncated`,
          expected: `${words} rows of ${4 * size} bytes each`
        }
      }
      const bad = notFinite(bytes, values, end)
      if (bad >= 0) {
        return {
          place: `byte ${at + bad - 4}`,
          word: bytes.toString("utf8", start, space),
          found: `${bytes.readFloatLE(bad - 4)} as value ${(bad - values) / 4}`,
          expected: "finite numbers"
        }
      }
      const key = wanted.spot(bytes, start, space)
      if (key !== null) {
        const vector = new Float32Array(size)
        for (let i = 0; i < size; i++) vector[i] = bytes.readFloatLE(values + 4 * i)
        wanted.keep(key, vector)
      }
      position = end
      rows++
    }
    while (bytes[position] === LINE_FEED) position++
    return position === bytes.length
      ? position
      : {
          place: `byte ${at + position}`,
          word: wordOfKey(bytes.toString("latin1", position, Math.min(position + 20, bytes.length))),
          found: "more bytes after the last row",
          expected: `the end of the file after the ${words} rows that the header announces`
        }
  }

  const finish = (at: number): Problem | null =>
    size === 0 ? { place: `byte ${at}`, word: null, found: "an empty file", expected: HEADER } : null

  return { take, finish, dimension: () => size, rows: () => rows }
}
