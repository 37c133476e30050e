/** One attempt at one node: decode the inputs, run the stage, encode the output. The same in a worker and inline. */
import { Clock, type Context, Effect, Schema } from "effect"
import type { Artifact } from "../declare/Artifact.ts"
import { Progress, type ProgressReport } from "../declare/Progress.ts"
import { type AnyStage, inputArtifact, inputValues } from "../declare/Stage.ts"
import { type ExternalRef, isFileRef } from "../domain/ExternalRef.ts"
import type { ArtifactHash } from "../domain/Hash.ts"
import type { Deadline } from "./Deadline.ts"
import { withDeclared } from "./DeclaredConfig.ts"
import type { InputCache } from "./InputCache.ts"
import type { Owner } from "./Owner.ts"
import type { InputRef } from "./Task.ts"
import { guarded } from "./ThreadGuard.ts"

export interface Attempt<E> {
  readonly stage: AnyStage
  /** The encoded config. */
  readonly config: unknown
  readonly inputs: ReadonlyArray<InputRef>
  /** Environment variables that it may read by `Config`, beside those that it is wired to. */
  readonly variables: ReadonlyArray<string>
  readonly deadline?: Deadline | undefined
  readonly cache: InputCache
  readonly read: (hash: ArtifactHash) => Effect.Effect<Uint8Array, E>
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

/** The environment variables that a node is wired to. */
export const wiredVariables = (inputs: ReadonlyArray<InputRef>): ReadonlyArray<string> =>
  inputs.flatMap((input) => ("external" in input && !isFileRef(input.external) ? [input.external.variable] : []))

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
): Effect.Effect<Uint8Array, unknown> =>
  Effect.flatMap(services, (given) => guarded(owner, Effect.provideContext(attempt(options), given)))

/** The encoded output. Fails with the stage's own errors, an undecodable input, or a `StageTimeout`. */
export const attempt = <E>(options: Attempt<E>): Effect.Effect<Uint8Array, unknown> => {
  const { cache, config, deadline, inputs, read, report, stage, variables } = options
  return Effect.gen(function* () {
    const values: Record<string, unknown> = {}
    for (const input of inputs)
      values[input.name] =
        "external" in input
          ? given(input.external)
          : yield* cache.get(input.artifact, inputArtifact(stage, input.name) as Artifact<unknown>, read)
    const decoded = yield* decoderOf(stage)(config)
    // Services other than Progress come from the experiment's layer, which the caller provides around this effect.
    const running = stage.run(inputValues(stage, values), decoded) as Effect.Effect<unknown, unknown>
    const output = yield* withDeclared(deadline === undefined ? running : deadline.bound(running), [
      ...variables,
      ...wiredVariables(inputs)
    ]).pipe(Effect.provideService(Progress, { report: throttled(report) }))
    return yield* stage.output.encode(output)
  })
}
