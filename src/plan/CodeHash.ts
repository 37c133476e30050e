/**
 * The code hash of stages: what a stage's own closure says and what runs when its modules are loaded, whatever else stands
 * in its files. Remembered as long as everything that was looked at to find it is the same, so that a warm look-up reads no
 * source and loads no parser.
 */
import { join, relative } from "node:path"
import { Clock, Effect, Option, Predicate, Result, Schema } from "effect"
import { CodeHash } from "../domain/Hash.ts"
import { CodeHashError } from "./CodeHashError.ts"
import type { ModuleGraph } from "./code/ModuleGraph.ts"
import type { Framework, StageCode as FullCode } from "./code/StageCode.ts"
import * as FileStamp from "./FileStamp.ts"
import * as Observed from "./modules/Observed.ts"

/** Part of the memo's name: raise it when the same source would get another hash. */
const scheme = "2"
const hashKind = `code/${scheme}`
/** The kind of memo that says what a code hash stands for. */
export const textKind = `code-text/${scheme}`

/** A small persistent map. What it loses is computed again. */
export interface CodeMemo<E = never> {
  get(kind: string, id: string): Effect.Effect<string | undefined, E>
  set(kind: string, id: string, json: string): Effect.Effect<void>
}

/** Where a stage is found. `module`: path relative to the project root, with `/`. */
export interface StageRef {
  readonly module: string
  readonly export: string
}

const Service = Schema.Struct({ label: Schema.String, hash: Schema.String, readable: Schema.String })
const ReachedPackage = Schema.Struct({
  name: Schema.String,
  version: Schema.String,
  hash: Schema.String,
  via: Schema.optional(Schema.String)
})

/** What a code hash stands for, as it is kept for a person and for `why`. */
export const CodeManifest = Schema.Struct({
  /** Code without types and comments, each file between `//#region path` and `//#endregion`. */
  readable: Schema.String,
  /** Sorted: `csv-parse@7.0.3`, `node:fs`, `ablate`. */
  packages: Schema.Array(Schema.String),
  /** Every installed package that is reached, with the hash of what is reached of it. */
  reached: Schema.Array(ReachedPackage),
  /** Files and folders that the code names, by their place in the project. */
  assets: Schema.Array(Schema.Struct({ path: Schema.String, hash: Schema.String })),
  services: Schema.Array(Service),
  /** What is taken of `ablate/numerics`, with the hash of the code behind each name. */
  numerics: Schema.Array(Schema.Struct({ name: Schema.String, hash: Schema.String })),
  /** Environment variables that are read by `Config`, with the hash of the value that each had (null: not set). */
  variables: Schema.Array(Schema.Struct({ name: Schema.String, hash: Schema.NullOr(Schema.String) }))
})
export type CodeManifest = typeof CodeManifest.Type

export interface StageCode {
  readonly hash: CodeHash
  readonly packages: ReadonlyArray<string>
  /** Environment variables that the stage and its services read by `Config`. */
  readonly variables: ReadonlyArray<string>
}

interface Known {
  /** The hash before the variables' values. */
  readonly hash: string
  readonly packages: ReadonlyArray<string>
  readonly variables: ReadonlyArray<string>
}

interface Remembered {
  /** Of which compiled program it is. */
  readonly program: string
  readonly lines: ReadonlyArray<Observed.Line>
  readonly stages: Readonly<Record<string, Known>>
}

/** Guards by hand: making a schema's decoder would cost more than all the rest of a warm look-up. */
const isTexts = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every(Predicate.isString)
const isKnown = (value: unknown): value is Known =>
  Predicate.hasProperty(value, "hash") &&
  Predicate.isString(value.hash) &&
  /^[0-9a-f]{64}$/.test(value.hash) &&
  Predicate.hasProperty(value, "packages") &&
  isTexts(value.packages) &&
  Predicate.hasProperty(value, "variables") &&
  isTexts(value.variables)
const isRemembered = (value: unknown): value is Remembered =>
  Predicate.hasProperty(value, "program") &&
  Predicate.isString(value.program) &&
  Predicate.hasProperty(value, "lines") &&
  isTexts(value.lines) &&
  Predicate.hasProperty(value, "stages") &&
  Predicate.isObject(value.stages) &&
  Object.values(value.stages).every(isKnown)

const parseJson = Option.liftThrowable((text: string): unknown => JSON.parse(text))
const decodeManifest = Schema.decodeUnknownOption(Schema.fromJsonString(CodeManifest))
const encodeManifest = Schema.encodeSync(Schema.fromJsonString(CodeManifest))

const stageLabel = (stage: StageRef): string => `${stage.module}#${stage.export}`

export interface Options<E = never> {
  /** Absolute. */
  readonly projectRoot: string
  readonly memo: CodeMemo<E>
  /** The experiment's file, absolute: its modules are what is loaded when a stage runs. Default: the stages' own. */
  readonly entry?: string
  /** Whether the experiment gives its stages services. */
  readonly hasLayer?: boolean
  /**
   * Names the compiled program, everything that was looked at to compile it, and the framework that runs it: what the memo
   * holds of another is of no use. Without it all of this is remembered with the code.
   */
  readonly program?: string
  /** The modules as they were compiled into the program in this process; without it they are read again. */
  readonly graph?: ModuleGraph
  /**
   * The stamps (by absolute path) under which the running program was compiled. A file that differs from
   * its stamp is refused, since its new code would be made the name of the old program's results.
   */
  readonly stamps?: ReadonlyMap<string, string>
  readonly framework: () => Promise<Framework>
  /** The value of an environment variable; undefined where it is not set. */
  readonly variable?: (name: string) => string | undefined
  /** Told of everything that was looked at beside the program's own sources. */
  readonly seen?: (lines: ReadonlyArray<Observed.Line>) => void
  /** Asks no memo: everything is resolved and read again. */
  readonly isFresh?: boolean
}

const valueHash = (value: string | undefined): string | null => (value === undefined ? null : FileStamp.sha256(value))

/** Codes of the stages, in their order. Fails where a closure cannot be made or a file is being edited. */
export const stageCodes = Effect.fn("CodeHash.stageCodes")(function* <E>(
  stages: ReadonlyArray<StageRef>,
  options: Options<E>
) {
  const { memo, projectRoot } = options
  const now = yield* Clock.currentTimeMillis
  const memoId = `${projectRoot}\t${options.entry ?? [...new Set(stages.map(({ module }) => module))].join("\t")}`
  const program = options.program ?? ""
  const remembered = options.isFresh === true ? undefined : yield* recall(memo, memoId, program, now)
  const missing = stages.filter((stage) => remembered?.stages[stageLabel(stage)] === undefined)
  const computed =
    missing.length === 0
      ? { lines: [], stages: {}, full: new Map<string, FullCode>() }
      : yield* compute(missing, options, now)
  const lines =
    missing.length > 0 ? [...new Set([...(remembered?.lines ?? []), ...computed.lines])] : (remembered?.lines ?? [])
  options.seen?.(lines)
  if (missing.length > 0) {
    const value: Remembered = { program, lines, stages: { ...remembered?.stages, ...computed.stages } }
    yield* memo.set(hashKind, memoId, JSON.stringify(value))
  }
  const variable = options.variable ?? (() => undefined)
  const codes: Array<StageCode> = []
  for (const stage of stages) {
    const label = stageLabel(stage)
    const known = computed.stages[label] ?? remembered?.stages[label]
    if (known === undefined) continue
    const values = known.variables.map((name) => ({ name, hash: valueHash(variable(name)) }))
    // What a variable says is part of the identity; which file or package says it is in the hash already.
    const hash =
      values.length === 0
        ? known.hash
        : FileStamp.sha256(JSON.stringify([known.hash, values.map(({ hash, name }) => [name, hash])]))
    const full = computed.full.get(label)
    if (full !== undefined) yield* memo.set(textKind, known.hash, encodeManifest(manifestText(full, [])))
    if (values.length > 0 && (yield* manifest(memo, hash)) === undefined) {
      const base = yield* manifest(memo, known.hash)
      if (base !== undefined) yield* memo.set(textKind, hash, encodeManifest({ ...base, variables: values }))
    }
    codes.push({ hash: CodeHash.make(hash), packages: known.packages, variables: known.variables })
  }
  return codes
})

const manifestText = (code: FullCode, variables: CodeManifest["variables"]): CodeManifest => ({
  readable: code.readable,
  packages: code.packages,
  reached: code.reached,
  assets: code.assets,
  services: code.services,
  numerics: code.numerics,
  variables
})

const recall = Effect.fnUntraced(function* <E>(memo: CodeMemo<E>, id: string, program: string, now: number) {
  const text = yield* memo.get(hashKind, id)
  const known = text === undefined ? undefined : Option.getOrUndefined(Option.filter(parseJson(text), isRemembered))
  if (known === undefined || known.program !== program) return undefined
  const checked = Observed.check(known.lines, now)
  if ("changed" in checked) return undefined
  // Files that were young have aged: from now on their stat is enough.
  const settled = { ...known, lines: checked.lines }
  const json = JSON.stringify(settled)
  if (json !== text) yield* memo.set(hashKind, id, json)
  return settled
})

const compute = Effect.fnUntraced(function* <E>(stages: ReadonlyArray<StageRef>, options: Options<E>, now: number) {
  const { projectRoot, stamps } = options
  const first = stages[0]
  const label = first === undefined ? projectRoot : stageLabel(first)
  const refused = (message: string) => new CodeHashError({ stage: label, message })
  const analysis = yield* Effect.promise(() => import("./code/Analysis.ts"))
  const framework = yield* Effect.promise(options.framework)
  const entries = options.entry === undefined ? stages.map(({ module }) => join(projectRoot, module)) : [options.entry]
  const context = yield* Effect.fromResult(
    Result.try({
      try: () => analysis.open({ projectRoot, entries, now, framework, graph: options.graph }),
      catch: (cause) => refused(cause instanceof Error ? cause.message : String(cause))
    })
  )
  const { observed } = context.graph
  if (stamps !== undefined) {
    const seen = observed.stamps
    const edited = [...stamps].find(([path, text]) => {
      const found = seen.get(path)
      return found !== undefined && FileStamp.statPart(found) !== FileStamp.statPart(text)
    })
    if (edited !== undefined)
      return yield* refused(
        `${relative(projectRoot, edited[0])} changed while the experiment was being loaded: run the command again`
      )
  }
  // What the compiled program depends on is checked with the program itself.
  const before = new Set(options.program === undefined ? [] : observed.lines)
  const known: Record<string, Known> = {}
  const full = new Map<string, FullCode>()
  const layers = analysis.layersOf(context, options.entry, options.hasLayer === true)
  for (const stage of stages) {
    const code = yield* Effect.fromResult(
      Result.try({
        try: () => analysis.codeOf(context, stage.module, stage.export, layers),
        catch: (cause) =>
          new CodeHashError({
            stage: stageLabel(stage),
            message: cause instanceof Error ? cause.message : String(cause)
          })
      })
    )
    if (code === undefined)
      return yield* new CodeHashError({
        stage: stageLabel(stage),
        message: `${stage.module} exports no "${stage.export}"`
      })
    full.set(stageLabel(stage), code)
    known[stageLabel(stage)] = { hash: code.hash, packages: code.packages, variables: code.variables }
  }
  return { lines: observed.lines.filter((line) => !before.has(line)), stages: known, full }
})

/** What a code hash stands for, where the memo still has it. */
export const manifest = <E>(memo: CodeMemo<E>, hash: string): Effect.Effect<CodeManifest | undefined, E> =>
  Effect.map(memo.get(textKind, hash), (text) =>
    text === undefined ? undefined : Option.getOrUndefined(decodeManifest(text))
  )
