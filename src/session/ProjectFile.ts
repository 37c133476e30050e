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
  slurm: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown))
})
export interface ProjectFile extends Omit<typeof ProjectFile.Type, "slurm"> {
  readonly slurm?: SlurmSettings
}

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
const decodeSlurm = Schema.decodeUnknownEffect(SlurmSettings)

type Given = { readonly [field: string]: unknown }

const known = (given: Given, fields: ReadonlyArray<string>, where: string): Effect.Effect<void, UsageError> => {
  const unknown = Object.keys(given).find((field) => !fields.includes(field))
  return unknown === undefined
    ? Effect.void
    : Effect.fail(
        new UsageError({
          text: `${where}: there is no field "${unknown}".${didYouMean(unknown, fields)} Its fields are ${fields.join(", ")}`
        })
      )
}

const invalid =
  (where: string) =>
  ({ message }: { readonly message: string }) =>
    new UsageError({ text: `${where}: ${message.replaceAll("\n", " ")}` })

/** How workers are started by SLURM, as it is given at `where`. */
export const slurmOf = (given: Given, where: string): Effect.Effect<SlurmSettings, UsageError> =>
  Effect.andThen(
    known(given, Object.keys(SlurmSettings.fields), where),
    Effect.mapError(decodeSlurm(given), invalid(where))
  )

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
  yield* known(given, fields, name)
  const { slurm, ...others } = yield* Effect.mapError(decodeFields(given), invalid(name))
  const file: ProjectFile = slurm === undefined ? others : { ...others, slurm: yield* slurmOf(slurm, `${name}, slurm`) }
  return file
})
