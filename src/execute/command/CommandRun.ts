/** One attempt at a stage that is an external program: lay out, execute, read back. */
import { open } from "node:fs/promises"
import { dirname, extname, join, relative } from "node:path"
import { Effect } from "effect"
import { type Command, placeholders, variableName, wired } from "../../declare/Command.ts"
import * as Json from "../../declare/Json.ts"
import { Progress } from "../../declare/Progress.ts"
import type { AnyStage } from "../../declare/Stage.ts"
import type { Reader } from "../StageRun.ts"
import type { InputRef } from "../Task.ts"
import { CommandFailed, LayoutInvalid } from "./CommandError.ts"
import { environment } from "./Environment.ts"
import { findProgram } from "./FindProgram.ts"
import { type Layout, layOut } from "./Layout.ts"
import { readOutput } from "./Output.ts"
import * as Process from "./Process.ts"
import { reportIn } from "./ProgressLines.ts"
import { undeclaredImport } from "./PythonImports.ts"

export interface Execution<E> {
  readonly stage: AnyStage
  readonly command: Command
  /** The encoded config. */
  readonly config: unknown
  readonly inputs: ReadonlyArray<InputRef>
  /** An empty folder, which is deleted when the stage has ended. */
  readonly scratch: string
  readonly reader: Reader<E>
}

/** Lines of its standard error that a failure shows. */
const shownLines = 6

const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A value as an argument or a variable. */
const textOf = (value: unknown): string => (typeof value === "string" ? value : Json.stringify(value))

const fieldsOf = (config: unknown): ReadonlyArray<readonly [name: string, text: string]> =>
  isRecord(config)
    ? Object.entries(config).flatMap(([name, value]) =>
        value === null || value === undefined ? [] : [[name, textOf(value)] as const]
      )
    : []

const fieldAt = (config: unknown, path: string): unknown => {
  let at = config
  for (const name of path.split(".")) at = isRecord(at) ? at[name] : undefined
  return at
}

/** The argument with what stands for paths and values replaced; paths are relative to the working folder. */
const filled = (argument: string, layout: Layout, config: unknown) =>
  Effect.gen(function* () {
    let text = argument
    const placed = (path: string) => relative(layout.work, path)
    for (const { kind, name, text: placeholder } of placeholders(argument)) {
      const value =
        kind === "output"
          ? placed(layout.output)
          : kind === "input"
            ? placed(layout.inputs.get(name ?? "") ?? "")
            : name === undefined
              ? placed(layout.config)
              : fieldAt(config, name)
      if (value === undefined || value === null)
        return yield* new LayoutInvalid({
          problem: `${placeholder} in \`program\`: the config has no such field; it has ${
            fieldsOf(config)
              .map(([field]) => field)
              .join(", ") || "none"
          }`
        })
      text = text.replaceAll(placeholder, () => textOf(value))
    }
    return text
  })

const isPython = (program: string) => /(^|[\\/])python[\d.]*$/.test(program)

/** Where Python looks for what a program imports; undefined where that is not known. */
const importRoot = (words: ReadonlyArray<string>): string | undefined => {
  const [program = "", ...rest] = words
  const script = isPython(program) ? rest.find((word) => !word.startsWith("-")) : program.replace(/^(\.\/)+/, "")
  if (isPython(program) && (rest[0] === "-m" || rest[0] === "-c")) return ""
  return script !== undefined && extname(script) === ".py" ? dirname(script).replace(/^\.$/, "") : undefined
}

const checkImports = (command: Command, layout: Layout, project: string) =>
  Effect.suspend(() => {
    const root = importRoot(command.program)
    if (root === undefined) return Effect.void
    const declared = new Set(layout.files)
    const files = layout.files.filter((path) => extname(path) === ".py")
    const missing = undeclaredImport({ project, files, root, isDeclared: (path) => declared.has(path) })
    return missing === undefined ? Effect.void : Effect.fail(missing)
  })

/** Where the project is, and the variables that are passed on. */
const wiredTo = (inputs: ReadonlyArray<InputRef>) => {
  let project = ""
  const variables: Record<string, string> = {}
  for (const input of inputs) {
    if (!("external" in input)) continue
    const { external } = input
    if ("text" in external && input.name === wired.project) project = external.value
    if ("variable" in external && input.name === wired.variable(external.variable) && external.value !== null)
      variables[external.variable] = external.value
  }
  return { project, variables }
}

const variablesOf = (command: Command, layout: Layout, config: unknown): { readonly [name: string]: string } => ({
  ABLATE_CONFIG: layout.config,
  ABLATE_OUTPUT: layout.output,
  ...Object.fromEntries([...layout.inputs].map(([name, path]) => [`ABLATE_INPUT_${variableName(name)}`, path])),
  ...(command.configAs === "environment"
    ? Object.fromEntries(fieldsOf(config).map(([name, text]) => [`ABLATE_CONFIG_${variableName(name)}`, text]))
    : {})
})

/** The program's output as a value of the stage's output type, of a file or folder its path. */
export const execute = Effect.fnUntraced(function* <E>(execution: Execution<E>) {
  const { command, config, inputs, scratch, stage } = execution
  const layout = yield* layOut(execution)
  const { project, variables } = wiredTo(inputs)
  yield* checkImports(command, layout, project)
  const env = { ...environment(), ...variables, ...variablesOf(command, layout, config) }
  const own = (path: string) => (layout.files.includes(path) ? join(layout.work, path) : undefined)
  const [first = "", ...rest] = command.program
  const program = yield* findProgram(first, { project, own, path: env.PATH ?? "" })
  const words = yield* Effect.forEach(rest, (word) => filled(word, layout, config))
  const named = command.configAs === "arguments" ? fieldsOf(config).flatMap(([name, text]) => [`--${name}`, text]) : []

  const context = yield* Effect.context<never>()
  const { report } = yield* Progress
  const tail: Array<string> = []
  // Places in its files are told by their paths in the project.
  const say = (said: string, isError: boolean): void => {
    const line = said.replaceAll(`${layout.work}/`, "")
    const told = reportIn(line, command.progress)
    if (told !== undefined) return void Effect.runForkWith(context)(report(told))
    if (isError && line.trim() !== "") tail.push(line)
    if (tail.length > shownLines) tail.shift()
    process.stderr.write(`${line}\n`)
  }
  const started = (stdout: Process.Options["stdout"]) =>
    Process.run({
      program,
      arguments: [...words, ...named],
      cwd: layout.work,
      env,
      scratch,
      stdout,
      stderr: (line) => say(line, true)
    })
  const ended = yield* command.outputFrom === "file"
    ? started((line) => say(line, false))
    : Effect.acquireUseRelease(
        Effect.promise(() => open(layout.output, "wx")),
        (file) => started(file.fd),
        (file) => Effect.promise(() => file.close())
      )
  const told = { program: [first, ...rest].join(" ").slice(0, 80), tail: tail.join("\n") }
  if (ended.code !== 0) return yield* new CommandFailed({ ...told, ...ended })
  return yield* readOutput(stage, command, layout.output, told)
})
