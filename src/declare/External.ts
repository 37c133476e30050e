/**
 * Inputs from outside: files and folders given by the user, and environment variables. Files are hashed by content (behind a stat cache)
 * when the plan is made, and checked again after a stage has read them.
 */
import { Schema } from "effect"
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
  artifact: Artifact.folder,
  kind: "folder"
})

/** A file or folder of a program's sources. */
export const source = (path: string, origin: string): ExternalNode<FileRef> => ({
  ...file(path, origin),
  kind: "source"
})

/** An environment variable: the stage receives its value, null where it is not set. The value enters keys as a hash. */
export const env = (name: string): ExternalNode<string | null> => ({
  _tag: "ExternalNode",
  artifact: Artifact.env,
  kind: "variable",
  path: name,
  origin: "the experiment"
})

const words = Artifact.json(Schema.String)

const found = (kind: "output" | "project" | "text", path: string, origin: string): ExternalNode<string> => ({
  _tag: "ExternalNode",
  artifact: words,
  kind,
  path,
  origin
})

/** A text that enters keys. */
export const text = (value: string): ExternalNode<string> => found("text", value, "the experiment")

/** Where the project is; no part of keys. */
export const project: ExternalNode<string> = found("project", "the project", "the experiment")

/** A word of a command as a person writes it. */
const quoted = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))

/** What a command prints when the plan is made: the version of an interpreter, say. */
export const output = (argv: ReadonlyArray<string>, origin: string): ExternalNode<string> => ({
  ...found("output", argv.map(quoted).join(" "), origin),
  argv
})
