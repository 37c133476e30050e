/**
 * The JSON file of wink's embedding packages: one object whose member `vectors` maps words to rows of values,
 * followed by the row's norm and index. The values are GloVe's. The file is scanned as bytes: parsing it whole takes
 * seconds and a gigabyte.
 */
import { excerpt, parseFloat32, type RowParser, type RowRequest } from "./RowParser.ts"
import type { Problem } from "./VectorFileError.ts"
import { wordOfKey } from "./WantedRows.ts"

const QUOTE = 34
const COMMA = 44
const COLON = 58
const BRACKET = 91
const BACKSLASH = 92
const CLOSING_BRACKET = 93
const CLOSING_BRACE = 125
const DIMENSIONS = /"size":(\d+),"dimensions":(\d+)/
const VECTORS = Buffer.from('"vectors":{')
/** The members before `words` fit in this. */
const HEAD = 4096

/** Index of the quote that ends a JSON string whose text starts at `from`, or −1. */
const endOfString = (bytes: Buffer, from: number): number => {
  let quote = bytes.indexOf(QUOTE, from)
  while (quote > 0) {
    let slashes = 0
    while (bytes[quote - 1 - slashes] === BACKSLASH) slashes++
    if (slashes % 2 === 0) return quote
    quote = bytes.indexOf(QUOTE, quote + 1)
  }
  return quote
}

/** Texts of the escapes that JSON has for one character. */
const ESCAPES: { readonly [letter: string]: string } = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t"
}

/** A JSON string's bytes without its escapes. */
const unescaped = (raw: string): string =>
  raw.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code: string | undefined, letter: string | undefined) =>
    code === undefined
      ? (ESCAPES[letter ?? ""] ?? letter ?? "")
      : Buffer.from(String.fromCharCode(Number.parseInt(code, 16)), "utf8").toString("latin1")
  )

export const winkJson = ({ wanted, dimension }: RowRequest): RowParser => {
  let words = 0
  let size = 0
  let rows = 0
  let where: "head" | "words" | "rows" | "tail" = "head"
  let closed = false

  const head = (bytes: Buffer, last: boolean): Problem | "more" | null => {
    if (bytes.length < HEAD && !last) return "more"
    const found = DIMENSIONS.exec(bytes.toString("latin1", 0, HEAD))
    if (found === null || bytes[0] !== 123) {
      return {
        place: "byte 0",
        word: null,
        found: excerpt(bytes.toString("latin1", 0, 61)),
        expected: 'a JSON object that starts with members "size" and "dimensions"'
      }
    }
    words = Number(found[1])
    size = Number(found[2])
    return dimension === null || dimension === size
      ? null
      : { place: "byte 0", word: null, found: `dimensions ${size}`, expected: `dimension ${dimension}` }
  }

  const wantedKey = (bytes: Buffer, start: number, end: number): string | null => {
    for (let i = start; i < end; i++) {
      if (bytes[i] === BACKSLASH) {
        const key = unescaped(bytes.toString("latin1", start, end))
        return wanted.wants(key) ? key : null
      }
    }
    return wanted.spot(bytes, start, end)
  }

  const vector = (key: string, text: string, place: string): Float32Array | Problem => {
    const texts = text.split(",")
    if (texts.length < size) {
      return { place, word: wordOfKey(key), found: `${texts.length} values`, expected: `at least ${size}` }
    }
    const values = new Float32Array(size)
    for (let i = 0; i < size; i++) {
      const value = parseFloat32(texts[i] ?? "")
      if (value === null) {
        const found = `${excerpt(texts[i] ?? "")} as value ${i + 1}`
        return { place, word: wordOfKey(key), found, expected: "finite numbers" }
      }
      values[i] = value
    }
    return values
  }

  /** Takes one row at `start`; 0 if it is not all there. */
  const row = (bytes: Buffer, start: number, at: number): number | Problem => {
    const quote = endOfString(bytes, start + 1)
    const end = quote < 0 ? -1 : bytes.indexOf(CLOSING_BRACKET, quote)
    // The byte behind the row tells whether another one follows.
    if (end < 0 || end + 1 >= bytes.length) return 0
    const place = `byte ${at + start}`
    if (bytes[start] !== QUOTE || bytes[quote + 1] !== COLON || bytes[quote + 2] !== BRACKET) {
      return {
        place,
        word: null,
        found: excerpt(bytes.toString("utf8", start, start + 61)),
        expected: '"word":[values]'
      }
    }
    const key = wantedKey(bytes, start + 1, quote)
    if (key !== null) {
      const values = vector(key, bytes.toString("latin1", quote + 3, end), place)
      if (!(values instanceof Float32Array)) return values
      wanted.keep(key, values)
    }
    rows++
    const next = bytes[end + 1]
    if (next === COMMA) return end + 2
    if (next === CLOSING_BRACE) {
      where = "tail"
      return end + 2
    }
    const found = excerpt(bytes.toString("utf8", end + 1, end + 2))
    return {
      place: `byte ${at + end + 1}`,
      word: bytes.toString("utf8", start + 1, quote),
      found,
      expected: '"," or "}" after a row'
    }
  }

  const take = (bytes: Buffer, at: number, last: boolean): number | Problem => {
    let position = 0
    if (where === "head") {
      const wrong = head(bytes, last)
      if (wrong === "more") return 0
      if (wrong !== null) return wrong
      where = "words"
    }
    if (where === "words") {
      const start = bytes.indexOf(VECTORS)
      if (start < 0) return last ? bytes.length : Math.max(0, bytes.length - VECTORS.length)
      position = start + VECTORS.length
      where = "rows"
    }
    while (where === "rows") {
      const next = position < bytes.length ? row(bytes, position, at) : 0
      if (typeof next !== "number") return next
      if (next === 0) return last ? bytes.length : position
      position = next
    }
    const tail = bytes.toString("utf8", position).trimEnd()
    if (tail !== "") closed = tail.endsWith("}")
    return bytes.length
  }

  const finish = (at: number): Problem | null => {
    if (where === "tail" && closed && rows === words) return null
    return {
      place: `byte ${at}`,
      word: null,
      found: `the end of the file after ${rows} rows${where === "tail" ? "" : ": it is truncated"}`,
      expected: `${words} rows and the end of the JSON object`
    }
  }

  return { take, finish, dimension: () => size, rows: () => rows }
}
