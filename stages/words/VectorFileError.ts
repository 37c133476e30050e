/** What can be wrong with a file of word vectors. */
import { Schema } from "effect"

/** What a format finds wrong, before the file's name is known. */
export interface Problem {
  /** `line 12` or `byte 40960`. */
  readonly place: string
  /** The word whose row it is, where known. */
  readonly word: string | null
  readonly found: string
  readonly expected: string
}

/** A file that is truncated, has another dimension or format than declared, or holds numbers that are not finite. */
export class VectorFileError extends Schema.TaggedError<VectorFileError>()("VectorFileError", {
  file: Schema.String,
  format: Schema.String,
  place: Schema.String,
  word: Schema.NullOr(Schema.String),
  found: Schema.String,
  expected: Schema.String
}) {
  override get message() {
    const word = this.word === null ? "" : `, word ${JSON.stringify(this.word)}`
    return `${this.file} (read as ${this.format}), ${this.place}${word}: found ${this.found}, expected ${this.expected}`
  }
}
