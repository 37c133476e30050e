/**
 * What a stored folder is: the list of what is in it. The files are artifacts of their own, so that folders share those
 * that are equal, and the list has one form: equal folders are one artifact.
 */
import { Schema } from "effect"
import { ArtifactHash } from "./Hash.ts"

const FolderEntry = Schema.Union([
  Schema.Struct({
    /** Relative, with `/`. */
    path: Schema.String,
    hash: ArtifactHash,
    size: Schema.Int,
    executable: Schema.Boolean
  }),
  /** A symbolic link to somewhere within the folder. */
  Schema.Struct({ path: Schema.String, link: Schema.String }),
  /** A folder with nothing in it. */
  Schema.Struct({ path: Schema.String, folder: Schema.Literal("empty") })
])
export type FolderEntry = typeof FolderEntry.Type

export const FolderManifest = Schema.Struct({
  format: Schema.Literal("ablate-folder-1"),
  /** Sorted by path. */
  entries: Schema.Array(FolderEntry)
})
export type FolderManifest = typeof FolderManifest.Type
