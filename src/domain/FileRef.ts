/** A file or folder, as a stage sees it: the user's own, or one that another stage made. */
import { Schema } from "effect"
import { ArtifactHash } from "./Hash.ts"

export const FileRef = Schema.Struct({
  /** Absolute path. Never part of a key: the content's hash is. */
  path: Schema.String,
  hash: ArtifactHash,
  /** A folder of a program's sources: without what interpreters leave in it. */
  isSource: Schema.optionalKey(Schema.Boolean)
})
export type FileRef = typeof FileRef.Type
