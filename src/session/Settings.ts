/** An experiment's settings as data: by dotted path a value, decoded by the experiment's schema. */
import { Effect, Option, Schema } from "effect"
import type { AnyExperiment } from "../declare/Experiment.ts"
import { didYouMean, UsageError } from "./UsageError.ts"

/** A value as the settings' schema encodes it. */
export type SettingValue =
  | string
  | number
  | boolean
  | null
  | ReadonlyArray<SettingValue>
  | { readonly [field: string]: SettingValue }

/** What a person typed, or a run recorded: JSON where the setting takes that, else the text itself. */
export class SettingText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** By dotted path; what is left out has its default. */
export type GivenSettings = { readonly [path: string]: SettingValue | SettingText }

/** The settings that a run recorded. */
export const recorded = (settings: { readonly [path: string]: string }): GivenSettings =>
  Object.fromEntries(Object.entries(settings).map(([path, text]) => [path, new SettingText(text)]))

type Tree = { [key: string]: unknown }

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value)

/** Dotted paths of a settings object; arrays and null are leaves. */
const paths = (value: unknown, prefix = ""): ReadonlyArray<string> =>
  isTree(value)
    ? Object.entries(value).flatMap(([key, field]) => paths(field, prefix === "" ? key : `${prefix}.${key}`))
    : [prefix]

const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))

/** As it can be typed: a text stands in quotes only where it would be read as something else. */
const printed = (value: unknown): string =>
  typeof value === "string" && Option.isNone(decodeJson(value)) ? value : JSON.stringify(value)

const insert = (tree: Tree, path: ReadonlyArray<string>, value: unknown): void => {
  const [head = "", ...rest] = path
  if (rest.length === 0) {
    tree[head] = value
    return
  }
  const child = isTree(tree[head]) ? tree[head] : {}
  tree[head] = child
  insert(child, rest, value)
}

export interface DecodedSettings {
  /** Of the schema's type. */
  readonly value: unknown
  /** Those that were given, each as it can be typed. */
  readonly given: { readonly [path: string]: string }
}

const decoderOf = (experiment: AnyExperiment) =>
  Schema.decodeUnknownEffect(experiment.settings, { onExcessProperty: "error" })

const defaultsOf = (experiment: AnyExperiment) =>
  decoderOf(experiment)({}).pipe(
    Effect.mapError(
      (error) =>
        new UsageError({
          text: `experiment "${experiment.name}": a setting has no default: ${error.message.split("\n").join(" ")}`
        })
    )
  )

/** Every setting by its dotted path, with its default as it can be typed. */
export const defaults = Effect.fnUntraced(function* (experiment: AnyExperiment) {
  const value = yield* defaultsOf(experiment)
  const encoded = yield* Effect.orElseSucceed(Schema.encodeUnknownEffect(experiment.settings)(value), () => value)
  const found: Array<readonly [path: string, value: string]> = []
  for (const path of paths(encoded)) {
    if (path === "") continue
    let at: unknown = encoded
    for (const name of path.split(".")) at = isTree(at) ? at[name] : undefined
    // Of nothing one would see nothing.
    found.push([path, at === "" ? '""' : printed(at)])
  }
  return found
})

/** Decodes the settings. Fails with the path, what was found and what is expected. */
export const decode = Effect.fnUntraced(function* (experiment: AnyExperiment, given: GivenSettings) {
  const decodeSettings = decoderOf(experiment)
  const subject = `experiment "${experiment.name}"`
  const defaults = yield* defaultsOf(experiment)
  const entries = Object.entries(given)
  if (entries.length === 0) return { value: defaults, given: {} } satisfies DecodedSettings
  const known = paths(defaults)
  for (const [path] of entries)
    if (!known.some((each) => each === path || each.startsWith(`${path}.`)))
      return yield* new UsageError({
        about: { option: "set", given: [path] },
        text: `${subject} has no such setting.${didYouMean(path, known)} Its settings are ${known.filter((each) => each !== "").join(", ") || "none"}`
      })
  const shown = ([path, value]: readonly [string, SettingValue | SettingText]) =>
    `${path}=${value instanceof SettingText ? value.text : printed(value)}`
  const refused = (what: ReadonlyArray<string>) => (error: Schema.SchemaError) =>
    new UsageError({ about: { option: "set", given: what }, text: error.message.split("\n").join(" ") })
  const tree: Tree = {}
  const taken: Record<string, string> = {}
  for (const entry of entries) {
    const [path, value] = entry
    // Every setting has a default, so each can be tried alone.
    const alone = (candidate: unknown) => {
      const only: Tree = {}
      insert(only, path.split("."), candidate)
      return Effect.as(decodeSettings(only), candidate)
    }
    const first = value instanceof SettingText ? Option.getOrElse(decodeJson(value.text), () => value.text) : value
    const found = yield* alone(first).pipe(
      Effect.catch((error) =>
        // A text setting may be typed as 5 or true: then the text itself is meant.
        value instanceof SettingText
          ? Effect.mapError(alone(value.text), () => refused([shown(entry)])(error))
          : Effect.fail(refused([shown(entry)])(error))
      )
    )
    insert(tree, path.split("."), found)
    taken[path] = printed(found)
  }
  const value = yield* Effect.mapError(decodeSettings(tree), refused(entries.map(shown)))
  return { value, given: taken } satisfies DecodedSettings
})
