/** What a stage receives from outside: a file or folder, or an environment variable. */
import { Schema } from "effect"
import { FileRef } from "./FileRef.ts"
import { ArtifactHash } from "./Hash.ts"

/** An environment variable as it was when the plan was made. */
export const VariableRef = Schema.Struct({
  variable: Schema.String,
  /** Null where it is not set. */
  value: Schema.NullOr(Schema.String),
  /** Of the value: that is what enters keys. */
  hash: ArtifactHash
})
export type VariableRef = typeof VariableRef.Type

export const ExternalRef = Schema.Union([FileRef, VariableRef])
export type ExternalRef = typeof ExternalRef.Type

/** Whether it is a file or folder, which can change while a stage reads it. */
export const isFileRef = (external: ExternalRef): external is FileRef => "path" in external
