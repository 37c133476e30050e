/** `ablate.json` beside the project's `package.json`: what its people share, and no command has to say. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Schema } from "effect"
import { SlurmSettings } from "../execute/slurm/SlurmSettings.ts"
import { didYouMean, UsageError } from "./UsageError.ts"

const ProjectFile = Schema.Struct({
  /** The store behind everybody's own: its address, or its folder, from the project on. */
  remote: Schema.optionalKey(Schema.String),
  /** How it is used where nothing else is said; default `read`. */
  remoteMode: Schema.optionalKey(Schema.Literals(["read", "write", "off"])),
  /** How `ablate run --on slurm` starts workers. */
  slurm: Schema.optionalKey(SlurmSettings)
})
export type ProjectFile = typeof ProjectFile.Type

const name = "ablate.json"
const fields = Object.keys(ProjectFile.fields)

const textOf = (path: string) =>
  Effect.try({
    try: () => readFileSync(path, "utf8"),
    catch: (cause) => (cause instanceof Error && "code" in cause ? String(cause.code) : String(cause))
  }).pipe(
    Effect.catchIf(
      (code) => code === "ENOENT",
      () => Effect.succeed(undefined)
    ),
    Effect.mapError((code) => new UsageError({ text: `${name} could not be read (${code})` }))
  )

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown)))
const decodeFields = Schema.decodeUnknownEffect(ProjectFile)

/** What the file says; nothing where there is none. */
export const read = Effect.fnUntraced(function* (root: string) {
  const text = yield* textOf(join(root, name))
  if (text === undefined) {
    const none: ProjectFile = {}
    return none
  }
  const given = yield* Effect.mapError(
    decode(text),
    () => new UsageError({ text: `${name} is no JSON object: write { "remote": "postgres://…" }` })
  )
  const unknown = Object.keys(given).find((field) => !fields.includes(field))
  if (unknown !== undefined)
    return yield* new UsageError({
      text: `${name}: there is no field "${unknown}".${didYouMean(unknown, fields)} Its fields are ${fields.join(", ")}`
    })
  return yield* Effect.mapError(
    decodeFields(given),
    ({ message }) => new UsageError({ text: `${name}: ${message.replaceAll("\n", " ")}` })
  )
})
