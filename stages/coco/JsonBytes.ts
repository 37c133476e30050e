/**
 * A walk over JSON in bytes that builds nothing. Every function takes a position and gives the one behind what it passed;
 * or {@link MORE} where the bytes end first; or, below that, where they are not JSON (see {@link wrongAt}).
 */

/** The bytes end before the value does. A number that touches the end may go on. */
export const MORE = -1

/** That the byte at a position is not JSON. */
export const wrong = (at: number): number => -2 - at

/** The position of the first byte that is not JSON, of a result below {@link MORE}. */
export const wrongAt = (result: number): number => -2 - result

/** Deeper nesting than this counts as wrong. */
export const DEEPEST = 256

export const QUOTE = 34
export const COMMA = 44
export const COLON = 58
export const OPEN_LIST = 91
export const BACKSLASH = 92
export const CLOSE_LIST = 93
export const OPEN_OBJECT = 123
export const CLOSE_OBJECT = 125
const MINUS = 45
const PLUS = 43
const DOT = 46
const ZERO = 48
const NINE = 57
const UPPER_E = 69
const LOWER_E = 101
const LOWER_U = 117

const WORDS = [Buffer.from("true"), Buffer.from("false"), Buffer.from("null")]

const byteTable = (characters: string): Uint8Array => {
  const table = new Uint8Array(256)
  for (const byte of Buffer.from(characters)) table[byte] = 1
  return table
}
const ESCAPED = byteTable('"\\/bfnrt')
const HEX = byteTable("0123456789abcdefABCDEF")

/** Past white space; `end` where there is nothing else. */
export const skipSpace = (bytes: Uint8Array, end: number, from: number): number => {
  let at = from
  while (at < end) {
    const byte = bytes[at] ?? 0
    if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) break
    at++
  }
  return at
}

/** Past an escape, from its backslash. */
const skipEscape = (bytes: Uint8Array, end: number, at: number): number => {
  if (at + 1 >= end) return MORE
  const letter = bytes[at + 1] ?? 0
  if (letter !== LOWER_U) return ESCAPED[letter] === 1 ? at + 2 : wrong(at + 1)
  for (let digit = at + 2; digit < at + 6; digit++) {
    if (digit >= end) return MORE
    if (HEX[bytes[digit] ?? 0] !== 1) return wrong(digit)
  }
  return at + 6
}

/** Past a string, from its opening quote. */
export const skipString = (bytes: Uint8Array, end: number, from: number): number => {
  let at = from + 1
  while (at < end) {
    const byte = bytes[at] ?? 0
    if (byte === QUOTE) return at + 1
    if (byte === BACKSLASH) {
      at = skipEscape(bytes, end, at)
      if (at < 0) return at
    } else if (byte < 32) return wrong(at)
    else at++
  }
  return MORE
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE

/** Past one digit or more. */
const skipDigits = (bytes: Uint8Array, end: number, from: number): number => {
  let at = from
  while (at < end && isDigit(bytes[at] ?? 0)) at++
  if (at === end) return MORE
  return at === from ? wrong(at) : at
}

const skipNumber = (bytes: Uint8Array, end: number, from: number): number => {
  let at = bytes[from] === MINUS ? from + 1 : from
  if (at < end && bytes[at] === ZERO) {
    at++
    if (at === end) return MORE
  } else {
    at = skipDigits(bytes, end, at)
    if (at < 0) return at
  }
  if (bytes[at] === DOT) {
    at = skipDigits(bytes, end, at + 1)
    if (at < 0) return at
  }
  const letter = bytes[at]
  if (letter === LOWER_E || letter === UPPER_E) {
    at++
    if (at === end) return MORE
    const sign = bytes[at]
    return skipDigits(bytes, end, sign === PLUS || sign === MINUS ? at + 1 : at)
  }
  return at
}

const skipWord = (bytes: Uint8Array, end: number, from: number): number => {
  const word = WORDS.find((each) => each[0] === bytes[from])
  if (word === undefined) return wrong(from)
  for (let i = 0; i < word.length; i++) {
    if (from + i >= end) return MORE
    if (bytes[from + i] !== word[i]) return wrong(from + i)
  }
  return from + word.length
}

/**
 * Past the numbers of a list, as far as they are plain decimals that end before the bytes do and have a comma behind them:
 * what outlines, most of a file, consist of. Anything else is left to {@link skipValue}.
 */
const skipPlainNumbers = (bytes: Uint8Array, end: number, from: number): number => {
  let start = from
  for (;;) {
    let at = start
    if (bytes[at] === 32) at++
    if (bytes[at] === MINUS) at++
    const first = bytes[at++] ?? 0
    if (first > ZERO && first <= NINE) while (isDigit(bytes[at] ?? 0)) at++
    else if (first !== ZERO) return start
    if (bytes[at] === DOT) {
      if (!isDigit(bytes[++at] ?? 0)) return start
      while (isDigit(bytes[at] ?? 0)) at++
    }
    if (bytes[at] !== COMMA || at >= end) return start
    start = at + 1
  }
}

const skipList = (bytes: Uint8Array, end: number, from: number, depth: number): number => {
  let at = skipSpace(bytes, end, from + 1)
  if (at < end && bytes[at] === CLOSE_LIST) return at + 1
  for (;;) {
    at = skipValue(bytes, end, skipPlainNumbers(bytes, end, at), depth)
    if (at < 0) return at
    if (bytes[at] !== COMMA) at = skipSpace(bytes, end, at)
    if (at >= end) return MORE
    const byte = bytes[at]
    if (byte === CLOSE_LIST) return at + 1
    if (byte !== COMMA) return wrong(at)
    at++
  }
}

/** Past the colon behind a key and the white space around it. */
export const skipColon = (bytes: Uint8Array, end: number, from: number): number => {
  const at = skipSpace(bytes, end, from)
  if (at >= end) return MORE
  return bytes[at] === COLON ? skipSpace(bytes, end, at + 1) : wrong(at)
}

/** Past a member's key, from its opening quote. */
export const skipKey = (bytes: Uint8Array, end: number, at: number): number => {
  if (at >= end) return MORE
  return bytes[at] === QUOTE ? skipString(bytes, end, at) : wrong(at)
}

const skipObject = (bytes: Uint8Array, end: number, from: number, depth: number): number => {
  let at = skipSpace(bytes, end, from + 1)
  if (at < end && bytes[at] === CLOSE_OBJECT) return at + 1
  for (;;) {
    at = skipKey(bytes, end, skipSpace(bytes, end, at))
    if (at < 0) return at
    at = skipColon(bytes, end, at)
    if (at < 0) return at
    at = skipValue(bytes, end, at, depth)
    if (at < 0) return at
    at = skipSpace(bytes, end, at)
    if (at >= end) return MORE
    const byte = bytes[at]
    if (byte === CLOSE_OBJECT) return at + 1
    if (byte !== COMMA) return wrong(at)
    at++
  }
}

/** Past one value of any kind and the white space before it. */
export const skipValue = (bytes: Uint8Array, end: number, from: number, depth = 0): number => {
  const first = bytes[from] ?? 0
  if (from < end && isDigit(first)) return skipNumber(bytes, end, from)
  const at = skipSpace(bytes, end, from)
  if (at >= end) return MORE
  const byte = bytes[at] ?? 0
  if (isDigit(byte) || byte === MINUS) return skipNumber(bytes, end, at)
  if (byte === QUOTE) return skipString(bytes, end, at)
  if (byte !== OPEN_LIST && byte !== OPEN_OBJECT) return skipWord(bytes, end, at)
  if (depth >= DEEPEST) return wrong(at)
  return byte === OPEN_LIST ? skipList(bytes, end, at, depth + 1) : skipObject(bytes, end, at, depth + 1)
}
