/** The part of a reader that knows one file format. */
import type { Problem } from "./VectorFileError.ts"
import type { WantedRows } from "./WantedRows.ts"

/** What a format is asked for. */
export interface RowRequest {
  readonly wanted: WantedRows
  /** Values a row must have; null to take what the file has. */
  readonly dimension: number | null
}

/** Takes a file piece by piece and hands the wanted rows over. */
export interface RowParser {
  /**
   * Takes whole rows from the start of `bytes`, whose first byte is byte `at` of the file; `last` says that no more
   * follow. Returns how many bytes it took (the rest comes again, with more behind it), or what is wrong.
   */
  readonly take: (bytes: Buffer, at: number, last: boolean) => number | Problem
  /** Called after the last byte was taken: what is missing, if anything. */
  readonly finish: (at: number) => Problem | null
  /** Values a row; 0 while unknown. */
  readonly dimension: () => number
  /** Rows seen. */
  readonly rows: () => number
}

/** Word and dimension counts of a first line `<words> <dimension>`, as word2vec and fastText write it. */
export const parseHeader = (line: string): { readonly words: number; readonly dimension: number } | null => {
  const match = /^([1-9]\d{0,11}) ([1-9]\d{0,5})\s*$/.exec(line)
  return match === null ? null : { words: Number(match[1]), dimension: Number(match[2]) }
}

/** A short, printable piece of what was found. */
export const excerpt = (text: string): string =>
  text === "" ? "nothing" : JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** Whether a text stands for a number, be it one that is not finite or too large. */
export const isNumeral = (text: string): boolean => NUMBER.test(text) || /^[+-]?(?:nan|inf|infinity)$/i.test(text)

/** A finite float32 from its decimal text, or null. */
export const parseFloat32 = (text: string): number | null => {
  const value = NUMBER.test(text) ? Math.fround(Number(text)) : Number.NaN
  return Number.isFinite(value) ? value : null
}
