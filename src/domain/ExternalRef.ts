/** What a stage receives from outside: a file or folder, an environment variable, or a text. */
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

/** A text that the plan found: what a command prints of itself, where the project is. */
export const TextRef = Schema.Struct({
  /** What it is, in words. */
  text: Schema.String,
  value: Schema.String,
  /** The command that prints it, where one does: another machine must print the same. */
  argv: Schema.optionalKey(Schema.Array(Schema.String)),
  /** What enters keys: of the value, or of the words alone where the value must not matter. */
  hash: ArtifactHash
})
export type TextRef = typeof TextRef.Type

export const ExternalRef = Schema.Union([FileRef, VariableRef, TextRef])
export type ExternalRef = typeof ExternalRef.Type

/** Whether it is a file or folder, which can change while a stage reads it. */
export const isFileRef = (external: ExternalRef): external is FileRef => "path" in external

export const isVariableRef = (external: ExternalRef): external is VariableRef => "variable" in external
