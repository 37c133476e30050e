/**
 * A terminal of a given size that keeps its screen: what a person would see after everything written so far. It
 * knows the sequences Ink writes and refuses others, so that a test cannot pass on a screen it misread.
 */
import { EventEmitter } from "node:events"
import { stripVTControlCharacters } from "node:util"

// biome-ignore lint/suspicious/noControlCharactersInRegex: it reads what is written to a terminal.
const TOKEN = /\u001b\[(\??)([\d;]*)([A-Za-z])|[\r\n]|[^\u001b\r\n]/gu

export class FakeTerminal extends EventEmitter {
  readonly isTTY = true
  readonly writable = true
  columns: number
  rows: number
  /** Everything written, in order. */
  readonly written: Array<string> = []
  cursorVisible = true
  /** Lines that have left the screen at the top. */
  scrolled = 0
  #screen: Array<Array<string>> = [[]]
  #x = 0
  #y = 0

  constructor(columns: number, rows: number) {
    super()
    this.columns = columns
    this.rows = rows
  }

  write(text: string, encoding?: unknown, done?: unknown): boolean {
    this.written.push(text)
    for (const [token, mark, numbers = "", command] of text.matchAll(TOKEN)) {
      if (command === undefined) this.#put(token)
      else if (mark === "?") this.#mode(numbers, command)
      else this.#control(command, numbers)
    }
    const callback = typeof encoding === "function" ? encoding : done
    if (typeof callback === "function") callback()
    return true
  }

  /** The visible lines, trailing blanks and blank lines removed. */
  screen(): string {
    const lines = this.#screen.map((row) =>
      Array.from(row, (cell) => cell ?? " ")
        .join("")
        .trimEnd()
    )
    return lines.join("\n").trimEnd()
  }

  resize(columns: number, rows: number): void {
    this.columns = columns
    this.rows = rows
    this.emit("resize")
  }

  #put(token: string): void {
    if (token === "\r") this.#x = 0
    else if (token === "\n") this.#down()
    else {
      if (this.#x >= this.columns) this.#down()
      const row = this.#screen[this.#y] ?? []
      row[this.#x] = token
      this.#screen[this.#y] = row
      this.#x++
    }
  }

  #down(): void {
    this.#x = 0
    this.#y++
    if (this.#y < this.rows) {
      this.#screen[this.#y] ??= []
      return
    }
    this.#screen.shift()
    this.#screen.push([])
    this.#y = this.rows - 1
    this.scrolled++
  }

  #mode(numbers: string, command: string): void {
    if (numbers === "25") this.cursorVisible = command === "h"
    else if (numbers !== "2026" && numbers !== "2004") throw new Error(`mode ?${numbers}${command}`)
  }

  #control(command: string, numbers: string): void {
    const [first = "", second = ""] = numbers.split(";")
    const count = Math.max(1, Number(first))
    switch (command) {
      case "m":
        return
      case "A":
        this.#y = Math.max(0, this.#y - count)
        return
      case "E":
        this.#x = 0
        this.#y = Math.min(this.rows - 1, this.#y + count)
        return
      case "G":
        this.#x = count - 1
        return
      case "H":
        this.#y = count - 1
        this.#x = Math.max(1, Number(second)) - 1
        return
      case "K": {
        const row = this.#screen[this.#y] ?? []
        this.#screen[this.#y] = first === "2" ? [] : row.slice(0, this.#x)
        return
      }
      case "J":
        this.#screen = this.#screen.map((row, index) =>
          index > this.#y ? [] : index === this.#y ? row.slice(0, this.#x) : row
        )
        return
      default:
        throw new Error(`unknown control sequence ${stripVTControlCharacters(numbers)}${command}`)
    }
  }
}

/** Keys to be typed, with the raw mode a terminal has. */
export class FakeKeyboard extends EventEmitter {
  readonly isTTY: boolean
  isRaw = false
  readonly #typed: Array<string> = []

  constructor(isTTY = true) {
    super()
    this.isTTY = isTTY
  }

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw
    return this
  }

  setEncoding(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  read(): string | null {
    return this.#typed.shift() ?? null
  }

  type(text: string): void {
    this.#typed.push(text)
    this.emit("readable")
  }
}
