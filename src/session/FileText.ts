/** Files that the person names, read as text. */
import { readFile } from "node:fs/promises"
import { Effect } from "effect"
import { UsageError } from "./UsageError.ts"

const reasonOf = (cause: unknown): string => {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : ""
  return (
    { ENOENT: "there is no such file", EISDIR: "it is a folder", EACCES: "it may not be read" }[code] ?? String(cause)
  )
}

export const readText = (path: string): Effect.Effect<string, UsageError> =>
  Effect.flatMap(
    Effect.tryPromise({
      try: () => readFile(path),
      catch: (cause) => new UsageError({ text: `${path} could not be read: ${reasonOf(cause)}` })
    }),
    (bytes) =>
      Effect.try({
        try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
        catch: () => new UsageError({ text: `${path} is no text: expected UTF-8` })
      })
  )
