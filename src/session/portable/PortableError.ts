/** Why a program cannot go from one machine to another. Each is one message that says what to do. */
import { Schema } from "effect"

/** The machine that has the program cannot make it portable. */
export class NotPortable extends Schema.TaggedError<NotPortable>()("NotPortable", {
  /** The experiment's file. */
  program: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `${this.program} cannot be computed on other machines: ${this.problem}`
  }
}

/** This machine cannot run the program so that its results would be those that their keys promise. */
export class ProgramRefused extends Schema.TaggedError<ProgramRefused>()("ProgramRefused", {
  host: Schema.String,
  /** Everything that stands against it, each with what to do. */
  reasons: Schema.Array(Schema.String)
}) {
  override get message() {
    return `${this.host} cannot compute this program: ${this.reasons.join("; ")}`
  }
}
