/** Reads what a program wrote back, by the artifact type that its stage declares. */
import { lstat, readFile } from "node:fs/promises"
import { basename } from "node:path"
import { Effect, Result } from "effect"
import type { Command } from "../../declare/Command.ts"
import type { AnyStage } from "../../declare/Stage.ts"
import { OutputInvalid } from "./CommandError.ts"
import * as Csv from "./Csv.ts"

const words: { readonly [kind in AnyStage["output"]["kind"]]: string } = {
  json: "the JSON value that the stage declares",
  table: "the table that the stage declares, as a JSON array of rows",
  metrics: "the metrics that the stage declares, as JSON: { name: { value } }",
  notes: 'notes, as JSON: { "caption": […], "notes": […] }',
  tensors: "the tensors that the stage declares, as safetensors with its metadata as JSON under the key meta",
  bytes: "a file of bytes",
  file: "a file",
  folder: "a folder"
}

/** The value for the stage's output: of a file or folder its path. */
export const readOutput = Effect.fnUntraced(function* (
  stage: AnyStage,
  command: Command,
  path: string,
  told: { readonly program: string; readonly tail: string }
) {
  const { kind } = stage.output
  const isCsv = command.outputAs === "csv"
  const place =
    command.outputFrom === "stdout" ? "its standard output" : `its output (ABLATE_OUTPUT, ${basename(path)})`
  const expected = isCsv ? "the table that the stage declares, as CSV with a header" : words[kind]
  const invalid = (found: string) => new OutputInvalid({ ...told, place, expected, found })
  const stats = yield* Effect.tryPromise({ try: () => lstat(path), catch: () => invalid("it wrote no such file") })
  const isFolder = kind === "folder"
  if (stats.isSymbolicLink()) return yield* invalid("found a symbolic link: write the file itself")
  if (isFolder !== stats.isDirectory()) return yield* invalid(isFolder ? "found a file" : "found a folder")
  if (isFolder || kind === "file") return path
  const bytes = yield* Effect.tryPromise({ try: () => readFile(path), catch: (cause) => invalid(String(cause)) })
  if (!isCsv) return yield* Effect.mapError(stage.output.decode(bytes), ({ problem }) => invalid(problem))
  const rows = Csv.records(new TextDecoder().decode(bytes))
  if (typeof rows === "string") return yield* invalid(rows)
  const read = yield* Effect.result(stage.output.cells?.read(rows) ?? Effect.fail("it is no table"))
  return Result.isSuccess(read) ? read.success : yield* invalid(read.failure)
})
