/** `--set path=value`: the experiment's settings, decoded by its schema. */
import { Effect, Option, Schema } from "effect"
import type { AnyExperiment } from "../declare/Experiment.ts"
import { didYouMean, UsageError } from "./UsageError.ts"

type Tree = { [key: string]: unknown }

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value)

/** Dotted paths of a settings object; arrays and null are leaves. */
const paths = (value: unknown, prefix = ""): ReadonlyArray<string> =>
  isTree(value)
    ? Object.entries(value).flatMap(([key, field]) => paths(field, prefix === "" ? key : `${prefix}.${key}`))
    : [prefix]

const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))

/** A value as typed: JSON where it is JSON, text otherwise. */
const parseValue = (text: string): unknown => Option.getOrElse(decodeJson(text), () => text)

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

/** `path=value` pairs as typed, by path. */
export const pairs = Effect.fnUntraced(function* (given: ReadonlyArray<string>) {
  const out: Record<string, string> = {}
  for (const each of given) {
    const at = each.indexOf("=")
    if (at < 1) return yield* new UsageError({ text: `--set takes path=value, found "${each}"` })
    out[each.slice(0, at)] = each.slice(at + 1)
  }
  return out
})

/** Decodes the settings. Fails with the path, what was found and what is expected. */
export const decode = Effect.fnUntraced(function* (
  experiment: AnyExperiment,
  given: { readonly [path: string]: string }
) {
  const decodeSettings = Schema.decodeUnknownEffect(experiment.settings, { onExcessProperty: "error" })
  const subject = `experiment "${experiment.name}"`
  const defaults = yield* decodeSettings({}).pipe(
    Effect.mapError(
      (error) =>
        new UsageError({ text: `${subject}: a setting has no default: ${error.message.split("\n").join(" ")}` })
    )
  )
  if (Object.keys(given).length === 0) return defaults
  const known = paths(defaults)
  for (const path of Object.keys(given))
    if (!known.some((each) => each === path || each.startsWith(`${path}.`)))
      return yield* new UsageError({
        text: `--set ${path}: ${subject} has no such setting.${didYouMean(path, known)} Its settings are ${known.filter((each) => each !== "").join(", ") || "none"}`
      })
  const typed = Object.entries(given).map(([path, text]) => `${path}=${text}`)
  const refused = (what: ReadonlyArray<string>) => (error: Schema.SchemaError) =>
    new UsageError({ text: `--set ${what.join(" --set ")}: ${error.message.split("\n").join(" ")}` })
  const tree: Tree = {}
  for (const [at, [path, text]] of Object.entries(given).entries()) {
    // Every setting has a default, so each can be tried alone.
    const alone = (value: unknown) => {
      const only: Tree = {}
      insert(only, path.split("."), value)
      return Effect.as(decodeSettings(only), value)
    }
    const value = yield* alone(parseValue(text)).pipe(
      // A text setting may be given as 5 or true: then the text itself is meant.
      Effect.catch((error) => Effect.mapError(alone(text), () => refused(typed.slice(at, at + 1))(error)))
    )
    insert(tree, path.split("."), value)
  }
  return yield* Effect.mapError(decodeSettings(tree), refused(typed))
})
