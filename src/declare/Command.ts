/** Stages that are external programs: what is executed, what is laid out for it, and what is read back. */
import { type Duration, Effect, type Schema } from "effect"
import type { Artifact } from "./Artifact.ts"
import { DeclarationError } from "./DeclarationError.ts"
import * as External from "./External.ts"
import type { Needs } from "./Needs.ts"
import type { ExternalNode } from "./Node.ts"
import { assemble, type Inputs, type Stage } from "./Stage.ts"

/** Part of every key of such a stage: raise it when programs are given something else, or their output is read otherwise. */
export const layoutVersion = 1

export interface Options<Config, I extends Inputs, A> {
  /**
   * What is executed: a program on PATH, one of `files` (`./run.sh`), or one of the project that is no part of the key
   * (`.venv/bin/python`); and its arguments. `{input.NAME}`, `{output}`, `{config}` (the file) and `{config.FIELD}` stand
   * for paths and values.
   */
  readonly program: readonly [string, ...ReadonlyArray<string>]
  /** The program's own files and folders, relative to the project. It finds these in its working folder and no others. */
  readonly files?: ReadonlyArray<string>
  /** Schema of the config. Default: no config. */
  readonly config?: Schema.ConstraintCodec<Config, unknown>
  /**
   * How the config arrives besides the file that ABLATE_CONFIG names: as nothing more (default), as arguments after
   * the others (`--field value`), or as variables ABLATE_CONFIG_FIELD.
   */
  readonly configAs?: "json" | "arguments" | "environment"
  readonly inputs?: I
  /** Of a table "json" (default) or "csv"; of a file or folder the name under which the program finds it. */
  readonly layout?: { readonly [K in keyof I]?: string }
  readonly output: Artifact<A, never>
  /** Of a table. Default: "json". */
  readonly outputAs?: "json" | "csv"
  /** Where the program writes its output: to the file that ABLATE_OUTPUT names (default), or to its standard output. */
  readonly outputFrom?: "file" | "stdout"
  /**
   * Lines that tell how far the program is: `/epoch (?<current>\d+)\/(?<total>\d+) loss (?<loss>\S+)/`. Groups of other names are
   * figures. Lines of JSON with a number `current` tell it without a pattern.
   */
  readonly progress?: RegExp
  /** What its results depend on that is installed: a command that prints it, or a text. */
  readonly version?: string | readonly [string, ...ReadonlyArray<string>]
  /** Variables that it receives from the environment. Their values are part of the key. */
  readonly env?: ReadonlyArray<string>
  readonly pool?: "worker" | "inline"
  readonly retries?: number
  readonly timeout?: Duration.Input
  /** What it takes of a worker on another machine. Default: one core. */
  readonly resources?: Needs
}

/** An external program, as it is executed. */
export interface Command {
  readonly program: ReadonlyArray<string>
  /** Without `./` before and `/` behind. */
  readonly files: ReadonlyArray<string>
  readonly configAs: "json" | "arguments" | "environment"
  readonly layout: { readonly [input: string]: string | undefined }
  readonly outputAs: "json" | "csv"
  readonly outputFrom: "file" | "stdout"
  readonly progress: RegExp | undefined
}

/** What a program's node is wired to besides the stage's inputs. No input of a stage has a space in its name. */
export const wired = {
  file: (path: string) => `file ${path}`,
  variable: (name: string) => `environment ${name}`,
  project: "project folder"
} as const

export interface Placeholder {
  readonly text: string
  readonly kind: "input" | "output" | "config"
  /** Of an input its name, of the config the path of a field. */
  readonly name: string | undefined
}

/** What stands for paths and values in an argument. */
export const placeholders = (argument: string): ReadonlyArray<Placeholder> =>
  [...argument.matchAll(/\{(input|output|config)(?:\.([\w.-]+))?\}/g)].map(([text, kind, name]) => ({
    text,
    kind: kind === "input" || kind === "config" ? kind : "output",
    name
  }))

/** The name of an input or a field in the name of a variable. */
export const variableName = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")

const normal = (path: string) => path.replace(/^(\.\/+)+/, "").replace(/\/+$/, "")

const fileProblem = (path: string): string | undefined => {
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path) || path.split(/[\\/]/).includes(".."))
    return `"${path}" is not below the project: a program's files are named by their path in the project`
  if (normal(path) === "" || normal(path) === ".") return "name the files and folders one by one, not the project"
  return undefined
}

const layoutProblem = (input: string, kind: string | undefined, layout: string): string | undefined => {
  switch (kind) {
    case undefined:
      return `layout names "${input}", which is no input`
    case "table":
      return layout === "json" || layout === "csv"
        ? undefined
        : `layout of the table "${input}": found "${layout}", expected "json" or "csv"`
    case "file":
    case "folder":
      return /^[^/\\]+$/.test(layout) && layout !== "." && layout !== ".."
        ? undefined
        : `layout of the ${kind} "${input}": found "${layout}", expected a name without "/"`
    default:
      return `layout of "${input}": only tables, files and folders have a choice`
  }
}

/** The options of which it matters nothing what the types of config, inputs and output are. */
type Untyped = Pick<
  Options<never, Inputs, never>,
  "program" | "files" | "outputAs" | "outputFrom" | "version" | "env"
> & {
  readonly layout?: { readonly [input: string]: string | undefined }
  readonly output: { readonly kind: string }
}

/** What is wrong with the declaration, in words. */
const problemOf = (inputs: Inputs, options: Untyped): string | undefined => {
  const names = Object.keys(inputs)
  const odd = names.find((name) => !/^[A-Za-z][A-Za-z0-9_-]*$/.test(name))
  if (odd !== undefined) return `the name of an input of a program must be letters, digits, "_" and "-", found "${odd}"`
  const twice = names.find((name, at) => names.findIndex((other) => variableName(other) === variableName(name)) < at)
  if (twice !== undefined) return `two inputs would both be ABLATE_INPUT_${variableName(twice)}`
  for (const argument of options.program)
    for (const { kind, name, text } of placeholders(argument)) {
      if (kind === "input" && (name === undefined || inputs[name] === undefined))
        return `${text} in \`program\`: there is no input "${name ?? ""}"; its inputs are ${names.join(", ") || "none"}`
      if (kind === "output" && name !== undefined) return `${text} in \`program\`: write {output}`
    }
  for (const path of options.files ?? []) {
    const problem = fileProblem(path)
    if (problem !== undefined) return `files: ${problem}`
  }
  for (const [input, layout] of Object.entries(options.layout ?? {})) {
    const declared = inputs[input]
    const problem = layoutProblem(
      input,
      declared?.kind === "list" ? declared.element.kind : declared?.kind,
      layout ?? ""
    )
    if (problem !== undefined) return problem
  }
  if (options.outputAs === "csv" && options.output.kind !== "table")
    return `outputAs "csv" is for tables, and the output is of kind ${options.output.kind}`
  if (options.outputFrom === "stdout" && options.output.kind === "folder")
    return "a folder cannot be read from the standard output"
  return undefined
}

const externals = (name: string, options: Untyped) => {
  const origin = `stage "${name}"`
  const wires: Record<string, ExternalNode<unknown>> = {
    [wired.project]: External.project,
    "program layout": External.text(`layout ${layoutVersion}`)
  }
  const { env = [], files = [], version } = options
  for (const path of files.map(normal)) wires[wired.file(path)] = External.source(path, `files of ${origin}`)
  for (const variable of env) wires[wired.variable(variable)] = External.env(variable)
  if (version !== undefined)
    wires["program version"] =
      typeof version === "string" ? External.text(version) : External.output(version, `version of ${origin}`)
  return wires
}

/**
 * Declares a stage that is an external program. Every attempt runs in a fresh working folder that holds the declared
 * files and nothing else. Export it by name from its module, as other stages.
 */
export const command = <A, Config = Record<never, never>, const I extends Inputs = Record<never, never>>(
  name: string,
  options: Options<Config, I, A>
): Stage<Config, I, A, never> => {
  const inputs: Inputs = options.inputs ?? {}
  const erased: Untyped = options
  const problem = problemOf(inputs, erased)
  if (problem !== undefined) throw new DeclarationError({ subject: `stage "${name}"`, problem })
  const executed: Command = {
    program: options.program,
    files: [...new Set((options.files ?? []).map(normal))],
    configAs: options.configAs ?? "json",
    layout: erased.layout ?? {},
    outputAs: options.outputAs ?? "json",
    outputFrom: options.outputFrom ?? "file",
    progress: options.progress
  }
  const { config, output, pool, resources, retries, timeout } = options
  return assemble(
    name,
    {
      output,
      run: () => Effect.die("an external program is executed by a run: no test can call it by runStage"),
      ...(options.inputs === undefined ? {} : { inputs: options.inputs }),
      ...(config === undefined ? {} : { config }),
      ...(pool === undefined ? {} : { pool }),
      ...(retries === undefined ? {} : { retries }),
      ...(timeout === undefined ? {} : { timeout }),
      ...(resources === undefined ? {} : { resources })
    },
    { command: executed, wires: externals(name, erased) }
  )
}
