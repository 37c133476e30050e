/** A run that cannot be computed again as it was. */
import { Schema } from "effect"

/** Why a run cannot be computed again as it was. */
export class CannotReplay extends Schema.TaggedError<CannotReplay>()("CannotReplay", {
  run: Schema.String,
  /** Everything that stands against it, a sentence each. */
  reasons: Schema.Array(Schema.String)
}) {
  override get message() {
    return `run ${this.run} cannot be computed again: ${this.reasons.join("; ")}`
  }
}
