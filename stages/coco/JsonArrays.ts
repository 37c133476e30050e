/**
 * The lists of a JSON file whose top level is an object: their elements are handed on one by one, as the bytes come, and
 * nothing of the file is kept. Members may stand in any order; lists that nobody asked for are passed over.
 */
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COMMA,
  MORE,
  OPEN_LIST,
  OPEN_OBJECT,
  skipColon,
  skipKey,
  skipSpace,
  skipValue,
  wrongAt
} from "./JsonBytes.ts"
import { excerpt, type FieldProblem, JsonRecord, kindOf, textOf } from "./JsonRecord.ts"

/** A list whose elements are objects with some wanted members. */
export interface WantedList {
  readonly fields: ReadonlyArray<string>
  /** Takes one element. The record is valid during the call only. Gives what is wrong with it. */
  readonly take: (record: JsonRecord, index: number) => FieldProblem | null
}

export type WantedLists = { readonly [key: string]: WantedList }

export interface JsonProblem {
  readonly place: string
  readonly found: string
  readonly expected: string
}

interface Open {
  readonly key: string
  readonly list: WantedList | undefined
  readonly record: JsonRecord
}

const SKIPPED = new JsonRecord([])

type State =
  | "start"
  | "member or end"
  | "member"
  | "element or end"
  | "element"
  | "behind element"
  | "behind member"
  | "end"

/** What stands at a place, in words. */
const EXPECTED: { readonly [S in State]: string } = {
  start: "a JSON object",
  "member or end": 'a key in quotes, or "}"',
  member: "a key in quotes",
  "element or end": 'an element, or "]"',
  element: "an element",
  "behind element": '"," or "]"',
  "behind member": '"," or "}"',
  end: "nothing more"
}

export class JsonArrays {
  readonly #lists: WantedLists
  readonly #records: { readonly [key: string]: JsonRecord }
  readonly #seen = new Set<string>()
  #state: State = "start"
  #open: Open | null = null
  #index = 0

  constructor(lists: WantedLists) {
    this.#lists = lists
    this.#records = Object.fromEntries(
      Object.entries(lists).map(([key, { fields }]) => [key, new JsonRecord(fields)] as const)
    )
  }

  /**
   * Takes what is complete in the first `end` bytes, the first of which is byte `offset` of the file. Gives how many it
   * took: the others are to be offered again, with more behind them.
   */
  take(bytes: Buffer, end: number, offset: number): number | JsonProblem {
    let at = 0
    for (;;) {
      at = skipSpace(bytes, end, at)
      if (at >= end) return at
      const next = this.#step(bytes, end, at, offset)
      if (typeof next !== "number") return next
      if (next === MORE) return at
      if (next < 0) return this.#syntax(bytes, end, wrongAt(next), offset)
      at = next
    }
  }

  /** After the last byte: whether the object is whole and has every wanted list. */
  finish(length: number): JsonProblem | null {
    if (this.#state !== "end") {
      const list = this.#open === null ? "" : `, ${this.#open.key}[${this.#index}]`
      const found = length === 0 ? "an empty file" : "the end of the file: it is cut off"
      return { place: `byte ${length}${list}`, found, expected: "the rest of a JSON object; get the file again" }
    }
    const missing = Object.keys(this.#lists).find((key) => !this.#seen.has(key))
    if (missing === undefined) return null
    const keys = [...this.#seen].map((key) => `"${key}"`).join(", ")
    const found = keys === "" ? "an object without members" : `only the keys ${keys}`
    return { place: `key "${missing}"`, found, expected: `a list "${missing}", as COCO's files have it` }
  }

  #syntax(bytes: Buffer, end: number, at: number, offset: number): JsonProblem {
    const list = this.#open === null ? "" : `, ${this.#open.key}[${this.#index}]`
    return {
      place: `byte ${offset + at}${list}`,
      found: excerpt(bytes.toString("utf8", at, Math.min(end, at + 20))),
      expected: "valid JSON"
    }
  }

  /** The next position, a code below 0, or what is wrong. */
  #step(bytes: Buffer, end: number, at: number, offset: number): number | JsonProblem {
    const byte = bytes[at]
    switch (this.#state) {
      case "start":
        if (byte !== OPEN_OBJECT) return this.#wrong(bytes, end, at, offset)
        this.#state = "member or end"
        return at + 1
      case "member or end":
        if (byte === CLOSE_OBJECT) {
          this.#state = "end"
          return at + 1
        }
        return this.#member(bytes, end, at, offset)
      case "member":
        return this.#member(bytes, end, at, offset)
      case "element or end":
        if (byte === CLOSE_LIST) return this.#closeList(at)
        return this.#element(bytes, end, at, offset)
      case "element":
        return this.#element(bytes, end, at, offset)
      case "behind element":
        if (byte === CLOSE_LIST) return this.#closeList(at)
        if (byte !== COMMA) return this.#wrong(bytes, end, at, offset)
        this.#state = "element"
        return at + 1
      case "behind member":
        if (byte !== COMMA && byte !== CLOSE_OBJECT) return this.#wrong(bytes, end, at, offset)
        this.#state = byte === COMMA ? "member" : "end"
        return at + 1
      case "end":
        return this.#wrong(bytes, end, at, offset)
    }
  }

  #wrong(bytes: Buffer, end: number, at: number, offset: number): JsonProblem {
    return { ...this.#syntax(bytes, end, at, offset), expected: EXPECTED[this.#state] }
  }

  /** For a message, a few of the keys that nobody wants are enough. */
  #see(key: string): void {
    if (Object.hasOwn(this.#lists, key) || this.#seen.size < 12) this.#seen.add(key)
  }

  #closeList(at: number): number {
    this.#open = null
    this.#state = "behind member"
    return at + 1
  }

  #member(bytes: Buffer, end: number, at: number, offset: number): number | JsonProblem {
    const behind = skipKey(bytes, end, at)
    if (behind < 0) return behind
    const value = skipColon(bytes, end, behind)
    if (value < 0) return value
    if (value >= end) return MORE
    const key = textOf(bytes, at, behind)
    const place = `byte ${offset + at}`
    if (key === null) return { place, found: "a key that is not UTF-8", expected: "UTF-8" }
    const list = Object.hasOwn(this.#lists, key) ? this.#lists[key] : undefined
    if (bytes[value] === OPEN_LIST) {
      if (list !== undefined && this.#seen.has(key))
        return { place: `${place}, key "${key}"`, found: "it a second time", expected: "it once" }
      this.#see(key)
      this.#open = { key, list, record: (list === undefined ? undefined : this.#records[key]) ?? SKIPPED }
      this.#index = 0
      this.#state = "element or end"
      return value + 1
    }
    if (list !== undefined)
      return {
        place: `${place}, key "${key}"`,
        found: kindOf(bytes[value]),
        expected: "a list, as COCO's files have it"
      }
    const next = skipValue(bytes, end, value, 1)
    if (next < 0) return next
    this.#see(key)
    this.#state = "behind member"
    return next
  }

  #element(bytes: Buffer, end: number, at: number, offset: number): number | JsonProblem {
    const { key, list, record } = this.#open ?? { key: "", list: undefined, record: SKIPPED }
    const isObject = bytes[at] === OPEN_OBJECT
    const next = isObject && list !== undefined ? record.read(bytes, end, at) : skipValue(bytes, end, at, 2)
    if (next < 0) return next
    if (list !== undefined) {
      const place = `byte ${offset + at}, ${key}[${this.#index}]`
      if (!isObject) return { place, found: kindOf(bytes[at]), expected: "an object" }
      const problem = record.repeated() ?? list.take(record, this.#index)
      if (problem !== null)
        return { place: `${place}.${problem.field}`, found: problem.found, expected: problem.expected }
    }
    this.#index++
    this.#state = "behind element"
    return next
  }
}
