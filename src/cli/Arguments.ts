/** What was typed, checked against the commands' specification. */
import { parseArgs } from "node:util"
import { Effect, Result } from "effect"
import { didYouMean, UsageError } from "../session/UsageError.ts"
import { type CommandSpec, commands, specOf } from "./Commands.ts"

export interface Arguments {
  readonly command: string
  readonly positionals: ReadonlyArray<string>
  /** The option's value, or undefined. Of one given twice the last counts. */
  readonly text: (option: string) => string | undefined
  /** Every value of an option that may be given again. */
  readonly list: (option: string) => ReadonlyArray<string>
}

/** `help` names the command whose help is wanted, `""` the overview. */
export type Parsed =
  | { readonly _tag: "Help"; readonly command: string }
  | { readonly _tag: "Version" }
  | ({ readonly _tag: "Command" } & Arguments)

const refuse = (text: string) => Effect.fail(new UsageError({ text }))

const parseOptions = (name: string, spec: CommandSpec, args: ReadonlyArray<string>) =>
  Result.try({
    try: () =>
      parseArgs({
        args: [...args],
        allowPositionals: true,
        strict: true,
        options: Object.fromEntries(
          Object.entries(spec.options).map(([option, { multiple, short, type }]) => [
            option,
            { type, multiple: multiple ?? false, ...(short === undefined ? {} : { short }) }
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

/** Parses the command line (without the program's name). */
export const parse = (args: ReadonlyArray<string>): Effect.Effect<Parsed, UsageError> =>
  Effect.gen(function* () {
    const [name, ...rest] = args
    const wantsHelp = args.includes("--help") || args.includes("-h")
    if (name === undefined || name === "help" || name.startsWith("-")) {
      if (name === "help" || wantsHelp || name === undefined) return { _tag: "Help", command: rest[0] ?? "" } as const
      if (name === "--version" || name === "-v") return { _tag: "Version" } as const
      return yield* refuse(`a command comes first, found ${name}. See: ablate --help`)
    }
    const spec = specOf(name)
    if (spec === undefined)
      return yield* refuse(
        `there is no command "${name}".${didYouMean(name, Object.keys(commands))} The commands are ${Object.keys(commands).join(", ")}`
      )
    if (wantsHelp) return { _tag: "Help", command: name } as const
    const { positionals, values } = yield* Effect.fromResult(parseOptions(name, spec, rest))
    const missing = spec.arguments.slice(positionals.length).find((each) => each.optional !== true)
    if (missing !== undefined)
      return yield* refuse(`ablate ${name}: <${missing.name}> is missing. ${missing.help}. See: ablate ${name} --help`)
    if (positionals.length > spec.arguments.length)
      return yield* refuse(`ablate ${name}: one argument too many: "${positionals[spec.arguments.length]}"`)
    const list = (option: string) => {
      const value = values[option]
      return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String)
    }
    return { _tag: "Command", command: name, positionals, list, text: (option) => list(option).at(-1) } as const
  })

/** An option with fixed choices. */
export const choice = <const Choice extends string>(
  args: Arguments,
  option: string,
  choices: ReadonlyArray<Choice>,
  fallback: Choice
): Effect.Effect<Choice, UsageError> => {
  const given = args.text(option)
  if (given === undefined) return Effect.succeed(fallback)
  const found = choices.find((each) => each === given)
  return found === undefined
    ? refuse(`--${option} is one of ${choices.join(", ")}, found "${given}".${didYouMean(given, choices)}`)
    : Effect.succeed(found)
}

/** An option that is a whole number ≥ 1. */
export const count = (args: Arguments, option: string, fallback: number): Effect.Effect<number, UsageError> => {
  const given = args.text(option)
  if (given === undefined) return Effect.succeed(fallback)
  return /^[1-9]\d{0,8}$/.test(given)
    ? Effect.succeed(Number(given))
    : refuse(`--${option} is a whole number of at least 1, found "${given}"`)
}

/** An option that is a percentage above 0 (`5%`, or `5`), as a share; undefined where it is not given. */
export const percentage = (args: Arguments, option: string): Effect.Effect<number | undefined, UsageError> => {
  const given = args.text(option)
  if (given === undefined) return Effect.succeed(undefined)
  const share = /^\d+(\.\d+)?%?$/.test(given) ? Number.parseFloat(given) / 100 : Number.NaN
  return share > 0 && share <= 1
    ? Effect.succeed(share)
    : refuse(`--${option} is a percentage above 0 and up to 100 (5%), found "${given}"`)
}
