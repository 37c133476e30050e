/** An exported table as it is read back: whose it is, and every figure that is printed in it, with its line. */
import { Schema } from "effect"
import type { Stamp } from "../format/Stamp.ts"

/** What a figure is: a part that formats for people print, or a field of CSV or JSON. */
export type Part = string

/** One figure as it stands in the file. */
export interface ExportedFigure {
  readonly line: number
  /** The row's id, or what its labels read where the table has no such row. */
  readonly row: string
  /** Undefined where the table that it is held against has no such row or no such column. */
  readonly rowId: string | undefined
  /** The column's id, or its heading. */
  readonly column: string
  readonly columnId: string | undefined
  readonly part: Part
  /** "–" and "": none. */
  readonly text: string
}

/** A figure of the file beside what the table has in its place: a number, a text, or null where there is none. */
export interface HeldFigure {
  readonly figure: ExportedFigure
  readonly now: string | number | null
}

/** The formats that can be told apart in a file. */
export type ExportedFormat = "text" | "md" | "csv" | "csv-wide" | "json" | "latex" | "html"

export interface Recognised {
  readonly format: ExportedFormat
  /** Undefined where the file does not say whose figures they are. */
  readonly stamp: Stamp | undefined
}

/** A file that is no exported table, or no whole one. */
export class Unreadable extends Schema.TaggedError<Unreadable>()("Unreadable", {
  line: Schema.Int,
  expected: Schema.String,
  found: Schema.String
}) {
  override get message() {
    const found = this.found.length > 80 ? `${this.found.slice(0, 80)}…` : this.found
    return `line ${this.line}: expected ${this.expected}, found ${found === "" ? "nothing" : `"${found}"`}`
  }
}
