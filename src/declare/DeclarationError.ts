/** A mistake in a declaration: the person's to mend, told in one message without a stack. */
import { Schema } from "effect"

/**
 * Thrown by the builders where a stage, pipeline, grid, table or experiment is declared wrongly: by the commands it is
 * told in one message, with exit code 2.
 */
export class DeclarationError extends Schema.TaggedError<DeclarationError>()("DeclarationError", {
  /** What is declared wrongly: `stage "words/vectors"`, `grid`, `experiment "table3"`. */
  subject: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `${this.subject}: ${this.problem}`
  }
}
