/** A file or folder, as a stage sees it: the user's own, or one that another stage made. */
import { Schema } from "effect"
import { ArtifactHash } from "./Hash.ts"

/** A path on this machine, and the hash of what is there. */
export const FileRef = Schema.Struct({
  /** Absolute path. Never part of a key: the content's hash is. */
  path: Schema.String,
  /** SHA-256 of the content; of a folder that of the list of its files. */
  hash: ArtifactHash,
  /** A folder of a program's sources: without what interpreters leave in it. */
  isSource: Schema.optionalKey(Schema.Boolean)
})
/** See {@link FileRef}. */
export type FileRef = typeof FileRef.Type
