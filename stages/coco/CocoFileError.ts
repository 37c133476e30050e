/** What can be wrong with a file of COCO annotations. */
import { Schema } from "effect"

/** A file that cannot be read, is cut off, is not JSON, has another layout, or contradicts itself. */
export class CocoFileError extends Schema.TaggedError<CocoFileError>()("CocoFileError", {
  file: Schema.String,
  /** `byte 4096`, `annotations[17].image_id`, or both. */
  place: Schema.String,
  found: Schema.String,
  expected: Schema.String
}) {
  override get message() {
    return `${this.file}, ${this.place}: found ${this.found}, expected ${this.expected}`
  }
}
