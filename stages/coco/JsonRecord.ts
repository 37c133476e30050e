/** One JSON object in bytes, of which some members are wanted: they are found, not parsed, until they are asked for. */
import { isUtf8 } from "node:buffer"
import {
  BACKSLASH,
  CLOSE_OBJECT,
  COMMA,
  MORE,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  skipColon,
  skipKey,
  skipSpace,
  skipValue,
  wrong
} from "./JsonBytes.ts"

/** What is wrong with a member, before file and place are known. */
export interface FieldProblem {
  readonly field: string
  readonly found: string
  readonly expected: string
}

/** Text for a message: in quotes, and not too long. */
export const excerpt = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)

/** What a JSON value is, in words, from its first byte. */
export const kindOf = (byte: number | undefined): string => {
  if (byte === QUOTE) return "the text"
  if (byte === OPEN_OBJECT) return "an object"
  if (byte === OPEN_LIST) return "a list"
  return "the value"
}

/** The text of a JSON string's bytes, quotes included, that {@link skipValue} has passed; null where they are not UTF-8. */
export const textOf = (bytes: Buffer, start: number, end: number): string | null => {
  let isAscii = true
  let isPlain = true
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte > 127) isAscii = false
    else if (byte === BACKSLASH) isPlain = false
  }
  if (!isAscii && !isUtf8(bytes.subarray(start, end))) return null
  if (isPlain)
    return isAscii ? bytes.toString("latin1", start + 1, end - 1) : bytes.toString("utf8", start + 1, end - 1)
  const text: unknown = JSON.parse(bytes.toString("utf8", start, end))
  return typeof text === "string" ? text : null
}

export class JsonRecord {
  readonly fields: ReadonlyArray<string>
  /** The keys as most writers spell them; one with escapes is compared as text. */
  readonly #keys: ReadonlyArray<Buffer>
  readonly #starts: Int32Array
  readonly #ends: Int32Array
  #bytes: Buffer = Buffer.alloc(0)
  #repeated = -1

  constructor(fields: ReadonlyArray<string>) {
    this.fields = fields
    this.#keys = fields.map((field) => Buffer.from(JSON.stringify(field)))
    this.#starts = new Int32Array(fields.length)
    this.#ends = new Int32Array(fields.length)
  }

  #fieldAt(start: number, end: number): number {
    const bytes = this.#bytes
    for (let field = 0; field < this.#keys.length; field++) {
      const key = this.#keys[field]
      if (key?.length !== end - start) continue
      let same = 1
      while (same < key.length && bytes[start + same] === key[same]) same++
      if (same === key.length) return field
    }
    for (let at = start; at < end; at++)
      if (bytes[at] === BACKSLASH) return this.fields.indexOf(textOf(bytes, start, end) ?? "")
    return -1
  }

  /** Walks over the object at `from`. The position behind it, or what the walk over bytes gives where it cannot. */
  read(bytes: Buffer, end: number, from: number): number {
    this.#bytes = bytes
    this.#repeated = -1
    this.#starts.fill(-1)
    let at = skipSpace(bytes, end, from + 1)
    if (at < end && bytes[at] === CLOSE_OBJECT) return at + 1
    for (;;) {
      const key = skipSpace(bytes, end, at)
      const behind = skipKey(bytes, end, key)
      if (behind < 0) return behind
      const start = skipColon(bytes, end, behind)
      if (start < 0) return start
      const field = this.#fieldAt(key, behind)
      at = skipValue(bytes, end, start, 2)
      if (at < 0) return at
      if (field >= 0) {
        if (this.#starts[field] !== -1) this.#repeated = field
        this.#starts[field] = start
        this.#ends[field] = at
      }
      at = skipSpace(bytes, end, at)
      if (at >= end) return MORE
      const byte = bytes[at]
      if (byte === CLOSE_OBJECT) return at + 1
      if (byte !== COMMA) return wrong(at)
      at++
    }
  }

  /** The first wanted member that stands twice; null where none does. */
  repeated(): FieldProblem | null {
    const field = this.#repeated
    return field < 0 ? null : { field: this.fields[field] ?? "", found: "it twice", expected: "it once" }
  }

  /** A member that is a whole number from 0 to 2^31 − 1; −1 where it is absent or anything else. */
  whole(field: number): number {
    const start = this.#starts[field] ?? -1
    if (start < 0) return -1
    const end = this.#ends[field] ?? 0
    let value = 0
    for (let at = start; at < end; at++) {
      const digit = (this.#bytes[at] ?? 0) - 48
      if (digit < 0 || digit > 9) return this.#unusual(start, end)
      value = value * 10 + digit
    }
    return value <= 2147483647 ? value : -1
  }

  /** Whole numbers may also be written as 5.0 or 5e0. */
  #unusual(start: number, end: number): number {
    const value = this.#bytes[start] === QUOTE ? -1 : Number(this.#bytes.toString("latin1", start, end))
    return Number.isInteger(value) && value >= 0 && value <= 2147483647 ? value : -1
  }

  /** A member that is a string in UTF-8; null where it is absent or anything else. */
  text(field: number): string | null {
    const start = this.#starts[field] ?? -1
    if (start < 0 || this.#bytes[start] !== QUOTE) return null
    return textOf(this.#bytes, start, this.#ends[field] ?? 0)
  }

  /** Whether a member is a string, whatever it says. */
  isText(field: number): boolean {
    const start = this.#starts[field] ?? -1
    return start >= 0 && this.#bytes[start] === QUOTE
  }

  /** That a member is not what was expected. */
  problem(field: number, expected: string): FieldProblem {
    const start = this.#starts[field] ?? -1
    const name = this.fields[field] ?? ""
    if (start < 0) return { field: name, found: "nothing", expected }
    const value = this.#bytes.toString("utf8", start, Math.min(this.#ends[field] ?? 0, start + 61))
    const isList = this.#bytes[start] === OPEN_LIST || this.#bytes[start] === OPEN_OBJECT
    const found = isList ? kindOf(this.#bytes[start]) : `${kindOf(this.#bytes[start])} ${value.slice(0, 60)}`
    return { field: name, found, expected }
  }
}
