/** A file or folder given by the user, as a stage sees it. */
import { Schema } from "effect"
import { ArtifactHash } from "./Hash.ts"

export const FileRef = Schema.Struct({
  /** Absolute path. Never part of a key: the content's hash is. */
  path: Schema.String,
  hash: ArtifactHash
})
export type FileRef = typeof FileRef.Type
