/**
 * Inputs from outside: files and folders given by the user, and environment variables. Files are hashed by content (behind a stat cache)
 * when the plan is made, and checked again after a stage has read them.
 */
import type { FileRef } from "../domain/FileRef.ts"
import * as Artifact from "./Artifact.ts"
import type { ExternalNode } from "./Node.ts"

/** A file. `origin` tells the person where the path came from, e.g. `--set words.path`. */
export const file = (path: string, origin = "the experiment"): ExternalNode<FileRef> => ({
  _tag: "ExternalNode",
  artifact: Artifact.file,
  kind: "file",
  path,
  origin
})

/** A folder with everything in it. */
export const folder = (path: string, origin = "the experiment"): ExternalNode<FileRef> => ({
  ...file(path, origin),
  kind: "folder"
})

/** An environment variable: the stage receives its value, null where it is not set. The value enters keys as a hash. */
export const env = (name: string): ExternalNode<string | null> => ({
  _tag: "ExternalNode",
  artifact: Artifact.env,
  kind: "variable",
  path: name,
  origin: "the experiment"
})
