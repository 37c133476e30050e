/** What was typed, checked against the commands' specification and read as data. */
import { parseArgs } from "node:util"
import { Effect, Result } from "effect"
import { bytesOf } from "../domain/Resources.ts"
import { didYouMean, UsageError } from "../session/UsageError.ts"
import {
  type ArgumentSpec,
  type CommandName,
  type CommandSpec,
  commandNamed,
  commandNames,
  type commands,
  type OptionSpec,
  specOf
} from "./Commands.ts"

type ValueOf<Option extends OptionSpec> = Option["kind"] extends "flag"
  ? boolean
  : Option["kind"] extends "list"
    ? ReadonlyArray<string>
    : Option["kind"] extends "count" | "digits" | "share" | "duration" | "bytes"
      ? number | undefined
      : Option extends { readonly choices: ReadonlyArray<infer Choice> }
        ? Option extends { readonly fallback: string }
          ? Choice
          : Choice | undefined
        : string | undefined

type WordOf<Argument extends ArgumentSpec> = Argument extends { readonly choices: ReadonlyArray<infer Choice> }
  ? Choice
  : Argument extends { readonly optional: true }
    ? string | undefined
    : string

type Spec<Name extends CommandName> = (typeof commands)[Name]

/** The arguments and options of a command, by name. */
export type Arguments<Name extends CommandName> = {
  readonly [Argument in Spec<Name>["arguments"][number] as Argument["name"]]: WordOf<Argument>
} & {
  readonly options: {
    readonly [Option in keyof Spec<Name>["options"]]: Spec<Name>["options"][Option] extends infer Known extends
      OptionSpec
      ? ValueOf<Known>
      : never
  }
}

/** A command line whose words and options are there, and not yet read. */
export interface Typed {
  readonly words: ReadonlyArray<string>
  readonly options: { readonly [name: string]: ReadonlyArray<string> }
}

export type Parsed =
  /** The command whose help is wanted; undefined: the overview. */
  | {
      readonly _tag: "Help"
      readonly command: CommandName | undefined
      /** Whose settings are wanted too. */
      readonly experiment?: string
    }
  | { readonly _tag: "Version" }
  /** An experiment is to be named, and none is. */
  | { readonly _tag: "NoExperiment"; readonly command: CommandName }
  | { readonly _tag: "Command"; readonly command: CommandName; readonly typed: Typed }

const refuse = (text: string) => Effect.fail(new UsageError({ text }))

/** An option that may stand alone gets the value that is meant so, unless one of its values follows. */
const withBare = ({ options }: CommandSpec, args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const end = args.indexOf("--")
  return args.flatMap((arg, at) => {
    const spec = end >= 0 && at > end ? undefined : options[arg.replace(/^--/, "")]
    const isBare =
      arg.startsWith("--") && spec?.bare !== undefined && spec.choices?.includes(args[at + 1] ?? "") !== true
    return isBare ? [`${arg}=${spec.bare}`] : [arg]
  })
}

const parseOptions = (name: CommandName, spec: CommandSpec, args: ReadonlyArray<string>) =>
  Result.try({
    try: () =>
      parseArgs({
        args: [...withBare(spec, args)],
        allowPositionals: true,
        strict: true,
        options: Object.fromEntries(
          Object.entries(spec.options).map(([option, { kind, short }]) => [
            option,
            {
              type: kind === "flag" ? ("boolean" as const) : ("string" as const),
              multiple: true,
              ...(short === undefined ? {} : { short })
            }
          ])
        )
      }),
    catch: (cause) => {
      const message = cause instanceof Error ? cause.message : String(cause)
      const unknown = /Unknown option '(-+[^' ]+)'/.exec(message)?.[1]
      return new UsageError({
        text:
          unknown === undefined
            ? `ablate ${name}: ${message.split(". ")[0]}.`
            : `ablate ${name}: there is no option ${unknown}.${didYouMean(
                unknown,
                Object.keys(spec.options).map((option) => `--${option}`)
              )} See: ablate ${name} --help`
      })
    }
  })

const unknownCommand = (name: string) =>
  refuse(`there is no command "${name}".${didYouMean(name, commandNames)} The commands are ${commandNames.join(", ")}`)

/** Parses the command line (without the program's name). */
export const parse = (args: ReadonlyArray<string>): Effect.Effect<Parsed, UsageError> =>
  Effect.gen(function* () {
    const [name, ...rest] = args
    const wantsHelp = args.includes("--help") || args.includes("-h")
    if (name === undefined || name === "help" || name.startsWith("-")) {
      if (name === "help" || wantsHelp || name === undefined) {
        const topic = name === "help" ? rest.find((each) => !each.startsWith("-")) : undefined
        return { _tag: "Help", command: topic === undefined ? undefined : commandNamed(topic) } as const
      }
      if (name === "--version" || name === "-v") return { _tag: "Version" } as const
      return yield* refuse(`a command comes first, found ${name}. See: ablate --help`)
    }
    const command = commandNamed(name)
    if (command === undefined) return yield* unknownCommand(name)
    if (wantsHelp) {
      const [first] = rest
      const isAsked = command === "run" && first !== undefined && !first.startsWith("-")
      return isAsked ? ({ _tag: "Help", command, experiment: first } as const) : ({ _tag: "Help", command } as const)
    }
    const spec = specOf(command)
    const { positionals, values } = yield* Effect.fromResult(parseOptions(command, spec, rest))
    const missing = spec.arguments.slice(positionals.length).find((each) => each.optional !== true)
    if (missing?.name === "experiment") return { _tag: "NoExperiment", command } as const
    if (missing !== undefined)
      return yield* refuse(`ablate ${name}: <${missing.name}> is missing. ${missing.help}. See: ablate ${name} --help`)
    if (positionals.length > spec.arguments.length)
      return yield* refuse(`ablate ${name}: one argument too many: "${positionals[spec.arguments.length]}"`)
    const options = Object.entries(values).map(
      ([option, given]) => [option, (Array.isArray(given) ? given : [given]).map(String)] as const
    )
    return { _tag: "Command", command, typed: { words: positionals, options: Object.fromEntries(options) } } as const
  })

const oneOf = (what: string, choices: ReadonlyArray<string>, given: string) =>
  choices.includes(given)
    ? Effect.succeed(given)
    : refuse(`${what} is one of ${choices.join(", ")}, found "${given}".${didYouMean(given, choices)}`)

const unitMs: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Of an option given twice the last counts, but for a list. */
const readOption = (
  name: string,
  { choices, fallback, kind }: OptionSpec,
  given: ReadonlyArray<string>
): Effect.Effect<unknown, UsageError> => {
  if (kind === "flag") return Effect.succeed(given.length > 0)
  if (kind === "list") return Effect.succeed(given)
  const last = given.at(-1)
  if (last === undefined) return Effect.succeed(fallback)
  switch (kind) {
    case "text":
      return Effect.succeed(last)
    case "choice":
      return oneOf(`--${name}`, choices ?? [], last)
    case "count":
      return /^[1-9]\d{0,8}$/.test(last)
        ? Effect.succeed(Number(last))
        : refuse(`--${name} is a whole number of at least 1, found "${last}"`)
    case "digits":
      return /^(?:1?\d|20)$/.test(last)
        ? Effect.succeed(Number(last))
        : refuse(`--${name} is a whole number from 0 to 20, found "${last}"`)
    case "duration": {
      const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(last)
      const ms = found === null ? 0 : Number(found[1]) * (unitMs[found[2] ?? ""] ?? 0)
      return ms >= 1 ? Effect.succeed(ms) : refuse(`--${name} is a time like 500ms, 15s, 2m or 1h, found "${last}"`)
    }
    case "bytes": {
      const bytes = bytesOf(last)
      return bytes !== undefined && bytes >= 1
        ? Effect.succeed(bytes)
        : refuse(`--${name} is an amount of memory like 512MB or 16GB, found "${last}"`)
    }
    case "share": {
      const share = /^\d+(\.\d+)?%?$/.test(last) ? Number.parseFloat(last) / 100 : Number.NaN
      return share > 0 && share <= 1
        ? Effect.succeed(share)
        : refuse(`--${name} is a percentage above 0 and up to 100 (5%), found "${last}"`)
    }
  }
}

/** The words and options of a command as its specification reads them. */
export const read = <Name extends CommandName>(
  command: Name,
  { options, words }: Typed
): Effect.Effect<Arguments<Name>, UsageError> =>
  Effect.gen(function* () {
    const spec = specOf(command)
    const read: Record<string, unknown> = {}
    for (const [at, { choices, name }] of spec.arguments.entries()) {
      const word = words[at]
      read[name] = word === undefined || choices === undefined ? word : yield* oneOf(`<${name}>`, choices, word)
    }
    const values: Record<string, unknown> = {}
    for (const [name, option] of Object.entries(spec.options))
      values[name] = yield* readOption(name, option, options[name] ?? [])
    // What the specification says of each name is a type of its own; made name by name, the compiler cannot follow.
    return { ...read, options: values } as Arguments<Name>
  })
