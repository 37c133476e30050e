/** Why an experiment could not be loaded. Each is a usage error: one message for the person, no stack. */
import { Schema } from "effect"

/** No experiment has the name. */
export class ExperimentNotFound extends Schema.TaggedError<ExperimentNotFound>()("ExperimentNotFound", {
  /** As it was given. */
  name: Schema.String,
  /** The closest name that exists. */
  nearest: Schema.UndefinedOr(Schema.String),
  /** The names that exist, sorted. */
  experiments: Schema.Array(Schema.String)
}) {
  override get message(): string {
    const nearest = this.nearest === undefined ? "" : ` Did you mean "${this.nearest}"?`
    const list =
      this.experiments.length === 0
        ? "There are no experiments: put a file that exports one into experiments/."
        : `The experiments are ${this.experiments.join(", ")}.`
    return `There is no experiment "${this.name}", in experiments/ or as a file.${nearest} ${list}`
  }
}

/**
 * The file is there, and gives no experiment: its code does not compile, an import leads nowhere, it throws, or it
 * exports something else.
 */
export class ExperimentInvalid extends Schema.TaggedError<ExperimentInvalid>()("ExperimentInvalid", {
  /** The experiment's file, relative to the project root. */
  file: Schema.String,
  reason: Schema.Literals(["syntax", "import", "throws", "no-default", "not-experiment", "changed"]),
  /** Names the place, what was found and what to do. */
  message: Schema.String
}) {}

/** The folder for compiled programs cannot be written. */
export class ProgramNotWritten extends Schema.TaggedError<ProgramNotWritten>()("ProgramNotWritten", {
  folder: Schema.String,
  message: Schema.String
}) {}

export type LoadError = ExperimentNotFound | ExperimentInvalid | ProgramNotWritten
