/** Data that cannot be drawn. */
import { Schema } from "effect"

export class FigureRefused extends Schema.TaggedError<FigureRefused>()("FigureRefused", {
  /** Which figure. */
  figure: Schema.String,
  /** Which part of its input, what was found and what was expected. */
  problem: Schema.String
}) {
  override get message() {
    return `figure ${JSON.stringify(this.figure)}: ${this.problem}`
  }
}
