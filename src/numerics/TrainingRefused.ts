import { Schema } from "effect"

/** A training was described wrongly: which field, what was found, what was expected. */
export class TrainingRefused extends Schema.TaggedError<TrainingRefused>()("TrainingRefused", {
  /** Path of the field, e.g. `data.targets.y`. */
  field: Schema.String,
  found: Schema.String,
  expected: Schema.String
}) {
  override get message() {
    return `Cannot train: ${this.field} is ${this.found}, expected ${this.expected}.`
  }
}

export const refused = (field: string, found: string, expected: string): TrainingRefused =>
  new TrainingRefused({ field, found, expected })
