/** `experiments`: those of the project, without loading them. */
import { open } from "node:fs/promises"
import { relative } from "node:path"
import { Effect } from "effect"
import type { Where } from "../Asked.ts"
import { experimentFiles } from "../Loader.ts"
import * as Project from "../Project.ts"

/** A file of `experiments/`. */
export interface ExperimentFile {
  /** What names it in a command. */
  readonly name: string
  /** Relative to the project. */
  readonly file: string
  /** The first sentence of the comment that the file begins with; "" where there is none. */
  readonly title: string
}

/** So much of a file is read for its title. */
const headBytes = 4096

/** The beginning of a file; empty where it cannot be read: that is told when it is run. */
const headOf = (path: string): Effect.Effect<string> =>
  Effect.acquireUseRelease(
    Effect.tryPromise(() => open(path)),
    (file) => Effect.tryPromise(() => file.read(new Uint8Array(headBytes))),
    (file) => Effect.promise(() => file.close())
  ).pipe(
    Effect.map(({ buffer, bytesRead }) => new TextDecoder().decode(buffer.subarray(0, bytesRead))),
    Effect.orElseSucceed(() => "")
  )

/** The first sentence of a leading comment. */
export const titleIn = (source: string): string => {
  const comment = /^\s*(?:\/\*\*?([\s\S]*?)\*\/|((?:\/\/[^\n]*\n?)+))/.exec(source.replace(/^#![^\n]*\n/, ""))
  const text = (comment?.[1] ?? comment?.[2] ?? "").replaceAll(/^\s*(?:\*|\/\/+)? ?/gm, "").replaceAll(/\s+/g, " ")
  return (/^(.*?[.!?])(?:\s|$)/.exec(text.trim())?.[1] ?? text).trim().replace(/\.$/, "")
}

/** Lists the project's experiments, sorted by name. Loads none of them. */
export const experiments = (options: Where = {}): Effect.Effect<ReadonlyArray<ExperimentFile>> =>
  Effect.flatMap(
    Effect.sync(() => Project.rootOf(options)),
    (root) =>
      Effect.forEach(experimentFiles(root), ({ name, path }) =>
        Effect.map(headOf(path), (head): ExperimentFile => ({ name, file: relative(root, path), title: titleIn(head) }))
      )
  ).pipe(Effect.withSpan("ablate.experiments"))
