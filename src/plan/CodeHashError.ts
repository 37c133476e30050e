/** Why the code of a stage cannot be hashed. */
import { Schema } from "effect"

/** The code of a stage cannot be followed to what it reaches; the message names the place. */
export class CodeHashError extends Schema.TaggedError<CodeHashError>()("CodeHashError", {
  /** `module#export` of the stage. */
  stage: Schema.String,
  message: Schema.String
}) {}
