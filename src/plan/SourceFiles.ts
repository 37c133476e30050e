/** What is in a folder of a program's sources, remembered under its hash, so that it can be told which of its files changed. */
import { Effect, Option, Schema } from "effect"
import type { CodeMemo } from "./CodeHash.ts"

const kind = "source-files/1"

const Files = Schema.fromJsonString(Schema.Record(Schema.String, Schema.String))
const decode = Schema.decodeUnknownOption(Files)
const encode = Schema.encodeSync(Files)

/** Content hashes by path. */
export type SourceFiles = typeof Files.Type

export const remember = Effect.fnUntraced(function* <E>(
  memo: CodeMemo<E>,
  hash: string,
  files: ReadonlyMap<string, string>
) {
  if ((yield* memo.get(kind, hash)) === undefined) yield* memo.set(kind, hash, encode(Object.fromEntries(files)))
})

export const recall = <E>(memo: CodeMemo<E>, hash: string): Effect.Effect<SourceFiles | undefined, E> =>
  Effect.map(memo.get(kind, hash), (text) => Option.getOrUndefined(decode(text)))

/** A line for every file that is in one of two folders and not the same in the other. */
export const changes = (from: SourceFiles, to: SourceFiles): ReadonlyArray<string> =>
  [...new Set([...Object.keys(from), ...Object.keys(to)])].sort().flatMap((path) => {
    if (from[path] === to[path]) return []
    return [`${path} ${from[path] === undefined ? "is new" : to[path] === undefined ? "is gone" : "changed"}`]
  })
