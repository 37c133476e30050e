/** Why the code of a stage cannot be hashed. */
import { Schema } from "effect"

export class CodeHashError extends Schema.TaggedError<CodeHashError>()("CodeHashError", {
  /** `module#export` of the stage. */
  stage: Schema.String,
  message: Schema.String
}) {}
