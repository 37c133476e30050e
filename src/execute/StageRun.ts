/** One attempt at one node: decode the inputs, run the stage, encode and store the output. The same in a worker and inline. */
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, isAbsolute, join } from "node:path"
import { Clock, type Context, Effect, Predicate, Schema, Scope } from "effect"
import { type Artifact, ArtifactInvalid } from "../declare/Artifact.ts"
import { Progress, type ProgressReport } from "../declare/Progress.ts"
import { Scratch } from "../declare/Scratch.ts"
import { type AnyStage, inputArtifact, inputValues } from "../declare/Stage.ts"
import { type ExternalRef, isFileRef, isVariableRef } from "../domain/ExternalRef.ts"
import type { ArtifactHash } from "../domain/Hash.ts"
import type { ArtifactStore, PreparedArtifact } from "../store/index.ts"
import { execute } from "./command/CommandRun.ts"
import type { Deadline } from "./Deadline.ts"
import { withDeclared } from "./DeclaredConfig.ts"
import type { InputCache } from "./InputCache.ts"
import { NumericsDiffer } from "./NumericsDiffer.ts"
import type { Owner } from "./Owner.ts"
import type { InputRef } from "./Task.ts"
import { guarded } from "./ThreadGuard.ts"

/** How artifacts are read: into memory, or copied out of the store as files that are not to be written to. */
export interface Reader<E> {
  readonly read: (hash: ArtifactHash) => Effect.Effect<Uint8Array, E>
  readonly copy: (hash: ArtifactHash, to: string) => Effect.Effect<void, E>
}

/** What takes an output. */
export type Keeper = Pick<ArtifactStore["Service"], "prepare" | "prepareFile" | "prepareFolder">

export interface Attempt<E> extends Reader<E> {
  readonly stage: AnyStage
  /** The encoded config. */
  readonly config: unknown
  readonly inputs: ReadonlyArray<InputRef>
  /** What its key names. */
  readonly numerics: string | null
  /** Environment variables that it may read by `Config`, beside those that it is wired to. */
  readonly variables: ReadonlyArray<string>
  readonly deadline?: Deadline | undefined
  readonly cache: InputCache
  /** What takes the output. */
  readonly artifacts: Keeper
  readonly report: (report: ProgressReport) => Effect.Effect<void>
}

/** Reports closer together than this are dropped (the next one tells as much). */
const reportIntervalMs = 100

/** What readers can print: without figures that are not finite. */
const finite = ({ current, metrics, total, unit }: ProgressReport): ProgressReport => ({
  current,
  unit,
  ...(total !== undefined && Number.isFinite(total) ? { total } : {}),
  metrics: Object.fromEntries(Object.entries(metrics ?? {}).filter(([, value]) => Number.isFinite(value)))
})

const throttled = (report: (report: ProgressReport) => Effect.Effect<void>) => {
  let last = Number.NEGATIVE_INFINITY
  return (each: ProgressReport) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      if (now - last < reportIntervalMs || !Number.isFinite(each.current)) return Effect.void
      last = now
      return report(finite(each))
    })
}

/** A stage receives a file by its path, and a variable by its value. */
const given = (external: ExternalRef) => (isFileRef(external) ? external : external.value)

/** The environment variables that a node is wired to, with the values that its key was made with. */
const wiredValues = (inputs: ReadonlyArray<InputRef>): ReadonlyMap<string, string | null> =>
  new Map(
    inputs.flatMap((input) =>
      "external" in input && isVariableRef(input.external) ? [[input.external.variable, input.external.value]] : []
    )
  )

/** The environment variables that a node is wired to. */
export const wiredVariables = (inputs: ReadonlyArray<InputRef>): ReadonlyArray<string> => [
  ...wiredValues(inputs).keys()
]

type Decoder = (config: unknown) => Effect.Effect<unknown, Schema.SchemaError>

const decoders = new WeakMap<AnyStage, Decoder>()

/** Made once a stage: for a trivial stage, making it costs more than using it. */
const decoderOf = (stage: AnyStage): Decoder => {
  const known = decoders.get(stage) ?? Schema.decodeUnknownEffect(stage.config)
  decoders.set(stage, known)
  return known
}

/**
 * {@link attempt} as the owner, on a thread with these services. It fails as well with what the stage does to the thread,
 * and what the stage printed is printed in the end.
 */
export const attemptAs = <E>(
  owner: Owner,
  services: Effect.Effect<Context.Context<never>, unknown>,
  options: Attempt<E>
): Effect.Effect<PreparedArtifact, unknown> =>
  Effect.flatMap(services, (given) => guarded(owner, Effect.provideContext(attempt(options), given)))

/** A folder of the attempt's own, made where it is first asked for. */
const scratchFolder = Effect.cached(
  Effect.acquireRelease(
    Effect.promise(async () => realpath(await mkdtemp(join(tmpdir(), "ablate-")))),
    (folder) => Effect.promise(() => rm(folder, { recursive: true, force: true }))
  )
)

/** Takes what a stage gave into the store: a file or folder by its path, anything else encoded. */
const keep = (artifacts: Keeper, { output }: AnyStage, value: unknown) => {
  const { kind } = output
  if (kind !== "file" && kind !== "folder")
    return Effect.flatMap(output.encode(value), (bytes) => artifacts.prepare(bytes, kind))
  const path = Predicate.hasProperty(value, "path") ? value.path : value
  if (typeof path !== "string" || !isAbsolute(path))
    return Effect.fail(
      new ArtifactInvalid({ kind, problem: `found ${JSON.stringify(path)}, expected the absolute path of a ${kind}` })
    )
  return kind === "file" ? artifacts.prepareFile(path) : artifacts.prepareFolder(path)
}

/**
 * The output, taken into the store; its row is to be committed. Fails with the stage's own errors, an undecodable input, a
 * `StageTimeout`, or `NumericsDiffer` where this thread is not what the key was made for.
 */
export const attempt = <E>(options: Attempt<E>): Effect.Effect<PreparedArtifact, unknown> => {
  const { artifacts, cache, config, copy, deadline, inputs, numerics, read, report, stage, variables } = options
  return Effect.gen(function* () {
    const scope = yield* Effect.scope
    const folder = Scope.provide(yield* scratchFolder, scope)
    /** An input as the stage receives it. */
    const received = Effect.fnUntraced(function* (input: InputRef) {
      if ("external" in input) return given(input.external)
      const artifact = inputArtifact(stage, input.name) as Artifact<unknown>
      if (artifact.kind !== "file" && artifact.kind !== "folder")
        return yield* cache.get(input.artifact, artifact, read)
      const path = join(yield* folder, "inputs", input.name)
      yield* Effect.promise(() => mkdir(dirname(path), { recursive: true }))
      yield* copy(input.artifact, path)
      return { path, hash: input.artifact }
    })
    const running = Effect.gen(function* () {
      const { command } = stage
      if (command !== undefined)
        return yield* execute({ stage, command, config, inputs, scratch: yield* folder, reader: { read, copy } })
      const values: Record<string, unknown> = {}
      for (const input of inputs) values[input.name] = yield* received(input)
      const decoded = yield* decoderOf(stage)(config)
      const here = stage.numerics?.(decoded) ?? null
      if (here !== numerics) return yield* new NumericsDiffer({ stage: stage.name, inKey: numerics, here })
      // Services of the framework are given here, others come from the experiment's layer around this effect.
      return yield* stage.run(inputValues(stage, values), decoded) as Effect.Effect<unknown, unknown>
    })
    const bound = deadline === undefined ? running : deadline.bound(running)
    const output = yield* withDeclared(bound, variables, wiredValues(inputs)).pipe(
      Effect.provideService(Progress, { report: throttled(report) }),
      Effect.provideService(Scratch, { folder: scratchOf(folder) })
    )
    return yield* keep(artifacts, stage, output)
  }).pipe(Effect.scoped)
}

/** Beside what else is in the attempt's folder. */
const scratchOf = (folder: Effect.Effect<string>): Effect.Effect<string> =>
  Effect.flatMap(folder, (path) =>
    Effect.promise(() => mkdir(join(path, "scratch"), { recursive: true }).then(() => join(path, "scratch")))
  )
