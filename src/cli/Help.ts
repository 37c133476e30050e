/** The help texts, from the commands' specification. */
import { type CommandName, type CommandSpec, commandNames, type OptionSpec, specOf } from "./Commands.ts"

const pad = (rows: ReadonlyArray<readonly [string, string]>): ReadonlyArray<string> => {
  const width = Math.max(0, ...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}

const optionName = (name: string, { bare, choices, short, value = choices?.join("|") }: OptionSpec) => {
  const shown = value === undefined ? "" : bare === undefined ? ` ${value}` : ` [${value}]`
  return `${short === undefined ? "" : `-${short}, `}--${name}${shown}`
}

const usage = (name: CommandName, command: CommandSpec) =>
  [
    "ablate",
    name,
    ...command.arguments.map((each) => (each.optional ? `[${each.name}]` : `<${each.name}>`)),
    "[options]"
  ].join(" ")

const commandHelp = (name: CommandName, command: CommandSpec): ReadonlyArray<string> => [
  command.summary,
  "",
  `Usage: ${usage(name, command)}`,
  ...(command.arguments.length === 0
    ? []
    : ["", "Arguments:", ...pad(command.arguments.map((each) => [each.name, each.help]))]),
  "",
  "Options:",
  ...pad([
    ...Object.entries(command.options).map(([option, spec]) => [optionName(option, spec), spec.help] as const),
    ["-h, --help", "This text"]
  ]),
  "",
  "Examples:",
  ...pad(command.examples)
]

const overview = (): ReadonlyArray<string> => [
  "Ablate runs grids of model variants, caches every stage by content, and prints tables that can be compared.",
  "",
  "Usage: ablate <command> [options]",
  "",
  "Commands:",
  ...pad(commandNames.map((name) => [name, specOf(name).summary])),
  "",
  "Options:",
  ...pad([
    ["-h, --help", "This text, or a command's own: ablate run --help"],
    ["--version", "The version"]
  ]),
  "",
  "Exit codes: 0 all done; 1 some cells failed; 2 usage, configuration or experiment-file error; 3 changed; 130 interrupted.",
  "",
  "Examples:",
  ...pad([
    ["ablate run table3", "the whole grid, then its table"],
    ["ablate plan table3", "what would run, and how long it should take"],
    ["ablate why table3 method=aware-joint", "why a cell runs again"]
  ])
]

/** The text for a command, or the overview. */
export const help = (command?: CommandName): string =>
  `${(command === undefined ? overview() : commandHelp(command, specOf(command))).join("\n")}\n`
