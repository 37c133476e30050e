/** Stages: named, typed computations, pure by contract. */
import { type Duration, type Effect, Schema, SchemaAST } from "effect"
import { oneCore, type Resources } from "../domain/Resources.ts"
import type { Artifact, List, Value } from "./Artifact.ts"
import type { Command } from "./Command.ts"
import { DeclarationError } from "./DeclarationError.ts"
import { isFaithful } from "./Faithful.ts"
import { describe, lossOf } from "./Loss.ts"
import { type Needs, resourcesOf } from "./Needs.ts"
import type { AnyNode, ExternalNode, Node, OutputOf, ServicesOf, StageNode } from "./Node.ts"

/** Marks what {@link make} gives. */
export const TypeId = "~ablate/Stage"

/** The artifact types of a stage's inputs, by name. */
export type Inputs = { readonly [name: string]: Artifact<unknown> | List<unknown> }
/** What `run` receives for these inputs. */
export type InputValues<I extends Inputs> = { readonly [K in keyof I]: Value<I[K]> }
type InputNodes<I extends Inputs> = {
  readonly [K in keyof I]: I[K] extends List<infer A>
    ? ReadonlyArray<Node<A, unknown>>
    : I[K] extends Artifact<infer A, never>
      ? Node<A, unknown>
      : never
}
type ServicesOfWire<W> = W extends ReadonlyArray<infer N> ? ServicesOf<N> : ServicesOf<W>
/** The config as the last argument, which may be left out where nothing in it is required. */
export type ConfigArgument<T> = Record<never, never> extends T ? [config?: T] : [config: T]

/**
 * What {@link make} takes: a computation from typed inputs `I` and a config to an `A`, which may fail with `E` and ask
 * for services `R`.
 */
export interface Options<Config, I extends Inputs, A, E, R, W = A> {
  /** Schema of the config. Only declared fields enter the key. Default: no config. */
  readonly config?: Schema.ConstraintCodec<Config, unknown>
  /** Named inputs and their artifact types. Default: none. */
  readonly inputs?: I
  /** The artifact type of the output. */
  readonly output: Artifact<A, W>
  /** The computation. The same inputs and config must give the same output. */
  readonly run: (inputs: InputValues<I>, config: Config) => Effect.Effect<NoInfer<W>, E, R>
  /** Replaces the code hash: then only a change of this text says that the code changed. */
  readonly version?: string
  /** Where it runs: in a worker (default), or inline on the main thread for work of less than a millisecond. */
  readonly pool?: "worker" | "inline"
  /** Further attempts after a failure. Default 0. */
  readonly retries?: number
  /** The time for all attempts together, with the pauses between them: a stage that needs longer fails. Default: none. */
  readonly timeout?: Duration.Input
  /** What it takes of a worker on another machine. Default: one core. */
  readonly resources?: Needs
  /** Identifies the numerics backend, where the result's bits depend on it. */
  readonly numerics?: (config: Config) => string
}

/** A stage as the engine sees it, with its types erased. */
export interface AnyStage {
  readonly [TypeId]: typeof TypeId
  readonly name: string
  /** Codec between the config and plain JSON. */
  readonly config: Schema.ConstraintCodec<unknown, unknown>
  readonly inputs: Inputs
  /** Whether an input takes an array of nodes: they are wired as `name.0`, `name.1`, … */
  readonly hasLists: boolean
  readonly output: Artifact<unknown>
  readonly pool: "worker" | "inline"
  readonly retries: number
  readonly timeout: Duration.Input | undefined
  /** What a task of it takes of its worker. */
  readonly resources: Resources
  readonly version: string | undefined
  /** Of a decoded config, the numerics that this machine has for it. */
  readonly numerics: ((config: unknown) => string) | undefined
  /** Of a stage that is an external program: what is executed in the place of `run`. */
  readonly command: Command | undefined
  /** What every node of it is wired to besides its inputs. */
  readonly wires: { readonly [name: string]: ExternalNode<unknown> }
  /** The computation, on inputs and config as their schemas decoded them. */
  run(inputs: { readonly [name: string]: unknown }, config: unknown): Effect.Effect<unknown, unknown, unknown>
}

/** A stage: applied by `node` to a config and to upstream nodes. */
export interface Stage<Config, I extends Inputs, A, R> extends AnyStage {
  readonly output: Artifact<A>
  /** Applies the stage. A wrong wire or a missing config field does not compile. */
  node<const N extends InputNodes<I>>(
    inputs: N & { readonly [K in Exclude<keyof N, keyof I>]: never },
    ...config: ConfigArgument<Config>
  ): StageNode<A, R | ServicesOfWire<N[keyof N]>>
}

/** Whether a value is a stage. */
export const isStage = (value: unknown): value is AnyStage =>
  typeof value === "object" && value !== null && TypeId in value

const nameProblem = (name: string) =>
  /^[a-z0-9][a-z0-9/_-]*$/.test(name)
    ? undefined
    : `the name must be lower-case letters, digits, "-", "_" and "/", found ${JSON.stringify(name)}`

type Given = { readonly [name: string]: AnyNode | ReadonlyArray<AnyNode> }

/** Whether every wire is one node. */
const areNodes = (given: Given): given is { readonly [name: string]: AnyNode } => {
  for (const input in given) if (Array.isArray(given[input])) return false
  return true
}

const isArray = (wire: AnyNode | ReadonlyArray<AnyNode>): wire is ReadonlyArray<AnyNode> => Array.isArray(wire)

/** The name under which element `at` of a list input is wired. No input's own name has a dot. */
const elementName = (input: string, at: number) => `${input}.${at}`

/** The artifact type of a wired input: of an element where its name is a list's. */
export const inputArtifact = (stage: AnyStage, wired: string): Artifact<unknown> | undefined => {
  const input = stage.inputs[wired.split(".")[0] ?? ""]
  return input?.kind === "list" ? input.element : input
}

/** What `run` receives, from the values by wired name: a list's elements become one array. */
export const inputValues = (
  stage: AnyStage,
  wired: { readonly [name: string]: unknown }
): { readonly [name: string]: unknown } => {
  if (!stage.hasLists) return wired
  const values: Record<string, unknown> = {}
  for (const [input, { kind }] of Object.entries(stage.inputs)) {
    if (kind !== "list") {
      values[input] = wired[input]
      continue
    }
    const elements: Array<unknown> = []
    while (elementName(input, elements.length) in wired) elements.push(wired[elementName(input, elements.length)])
    values[input] = elements
  }
  return values
}

const noConfig: Schema.ConstraintCodec<unknown, unknown> = Schema.Struct({})

/** A struct without fields passes on whatever it is given: it declares no config. */
const isEmpty = (ast: SchemaAST.AST) =>
  SchemaAST.isObjects(ast) &&
  ast.encoding === undefined &&
  ast.propertySignatures.length + ast.indexSignatures.length === 0

/**
 * Declares a stage. Export it by name from its module: that is how its code is hashed and how a worker finds it.
 * Throws {@link DeclarationError} for a bad name; `node` throws it for a wrong wire or a config its schema refuses.
 */
export const make = <
  A,
  Config = Record<never, never>,
  const I extends Inputs = Record<never, never>,
  E = never,
  R = never,
  W = A
>(
  name: string,
  options: Options<Config, I, A, E, R, W>
): Stage<Config, I, A, R> => assemble(name, options)

/** What a stage that is an external program has besides: it, and what every node is wired to for it. */
interface Executed {
  readonly command: Command
  readonly wires: { readonly [name: string]: ExternalNode<unknown> }
}

/** A stage of any kind. */
export const assemble = <Config, const I extends Inputs, A, E, R, W>(
  name: string,
  options: Options<Config, I, A, E, R, W>,
  executed?: Executed
): Stage<Config, I, A, R> => {
  const subject = `stage "${name}"`
  const problem = nameProblem(name)
  if (problem !== undefined) throw new DeclarationError({ subject, problem })
  const given = options.config === undefined || isEmpty(options.config.ast) ? undefined : options.config
  const schema: Schema.ConstraintCodec<unknown, unknown> = given === undefined ? noConfig : Schema.toCodecJson(given)
  const encode = Schema.encodeUnknownResult(schema)
  const decode = Schema.decodeUnknownResult(schema)
  const mayLose = given === undefined || isFaithful(given.ast) ? undefined : given.ast
  /** What a config loses on its way to the stage: two that are written alike would be one node. */
  const lossBetween = (config: unknown, encoded: unknown): string | undefined => {
    if (mayLose === undefined) return undefined
    const decoded = decode(encoded)
    if (decoded._tag === "Failure") return decoded.failure.message
    const loss = lossOf(mayLose, config, decoded.success)
    return loss === undefined ? undefined : describe(loss)
  }
  const inputs: Inputs = options.inputs ?? {}
  const dotted = Object.keys(inputs).find((input) => input.includes("."))
  if (dotted !== undefined)
    throw new DeclarationError({ subject, problem: `the name of an input must have no dot, found "${dotted}"` })
  const hasLists = Object.values(inputs).some(({ kind }) => kind === "list")
  const { run, numerics } = options
  const flat = (given: Given): { readonly [name: string]: AnyNode } => {
    if (!hasLists && areNodes(given)) return given
    const wired: Record<string, AnyNode> = {}
    for (const input in given) {
      const wire = given[input]
      const isList = inputs[input]?.kind === "list"
      if (wire === undefined) continue
      if (isArray(wire) !== isList)
        throw new DeclarationError({
          subject,
          problem: `input "${input}" takes ${isList ? "an array of nodes" : "one node"}, found ${isList ? "one node" : "an array"}`
        })
      if (!isArray(wire)) wired[input] = wire
      else for (const [at, node] of wire.entries()) wired[elementName(input, at)] = node
    }
    return wired
  }
  const apply = (given: Given, config: unknown): StageNode<A, never> => {
    for (const input in inputs)
      if (given[input] === undefined) throw new DeclarationError({ subject, problem: `input "${input}" is not wired` })
    for (const input in given)
      if (inputs[input] === undefined)
        throw new DeclarationError({
          subject,
          problem: `there is no input "${input}"; its inputs are ${Object.keys(inputs).join(", ") || "none"}`
        })
    const encoded = schema === noConfig ? noConfigValue : encode(config)
    if (encoded._tag === "Failure")
      throw new DeclarationError({ subject, problem: `config refused: ${encoded.failure.message}` })
    const lost = lossBetween(config, encoded.success)
    if (lost !== undefined) throw new DeclarationError({ subject, problem: `config refused: ${lost}` })
    return {
      _tag: "StageNode",
      stage,
      inputs: executed === undefined ? flat(given) : { ...flat(given), ...executed.wires },
      config: encoded.success,
      numerics: numerics?.(config as Config)
    }
  }
  // The erased view is what the engine calls after it has decoded inputs and config by their own schemas.
  const stage = {
    [TypeId]: TypeId,
    name,
    config: schema,
    inputs,
    hasLists,
    output: options.output,
    pool: options.pool ?? "worker",
    retries: options.retries ?? 0,
    timeout: options.timeout,
    resources: options.resources === undefined ? oneCore : resourcesOf(subject, options.resources),
    version: options.version,
    numerics,
    command: executed?.command,
    wires: executed?.wires ?? {},
    run,
    node: (given: Given, config: unknown = {}) => apply(given, config)
  } as unknown as Stage<Config, I, A, R>
  return stage
}

const noConfigValue = { _tag: "Success", success: {} } as const

export type { OutputOf }
