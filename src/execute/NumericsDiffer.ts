import { Schema } from "effect"

/**
 * A task's key names another arithmetic than the thread has that was to compute it. Its result would be kept under a name that
 * is not its own.
 */
export class NumericsDiffer extends Schema.TaggedError<NumericsDiffer>()("NumericsDiffer", {
  stage: Schema.String,
  /** Null where none is named. */
  inKey: Schema.NullOr(Schema.String),
  here: Schema.NullOr(Schema.String)
}) {
  override get message() {
    return `${this.stage} was planned for the numerics ${this.inKey ?? "(none)"}, and here they are ${this.here ?? "(none)"}: plan and compute it where they are the same, or choose a back end that gives the same bits everywhere`
  }
}
