/** One stage by itself, for tests: its values pass through their file formats as in a run, and nothing is stored. */
import { Effect, Schema } from "effect"
import type { Artifact } from "../declare/Artifact.ts"
import { Progress, type ProgressReport } from "../declare/Progress.ts"
import type { ConfigArgument, Inputs, InputValues, Stage } from "../declare/Stage.ts"

/** What a stage gave. */
export interface Ran<A> {
  /** The output as a stage that takes it would read it. */
  readonly output: A
  /** The artifact: what a run would store and hash. */
  readonly bytes: Uint8Array
  /** All reports, in order and not throttled. */
  readonly progress: ReadonlyArray<ProgressReport>
}

/** What a stage that takes `value` would read. A file that it takes is where it is. */
const received = <A>(artifact: Artifact<A>, value: A) =>
  artifact.kind === "file" || artifact.kind === "folder"
    ? Effect.succeed(value)
    : Effect.map(passed(artifact, value), ({ output }) => output)

const passed = <A>(artifact: Artifact<A>, value: A) =>
  Effect.flatMap(artifact.encode(value), (bytes) => Effect.map(artifact.decode(bytes), (output) => ({ bytes, output })))

/**
 * Runs a stage on these inputs and this config. Fails with the stage's own error, with `ArtifactInvalid` where an input or
 * the output is not what its artifact type says, and with a `SchemaError` for a config that the stage's schema refuses.
 * Services that the stage asks for are left to be provided. Stages that give files or folders, and external programs, need a run.
 */
export const runStage = <Config, I extends Inputs, A, R>(
  stage: Stage<Config, I, A, R>,
  inputs: InputValues<I>,
  ...[config]: ConfigArgument<Config>
): Effect.Effect<Ran<A>, unknown, R> =>
  Effect.gen(function* () {
    const values: Record<string, unknown> = {}
    for (const [name, input] of Object.entries(stage.inputs)) {
      const value: unknown = Reflect.get(inputs, name)
      values[name] =
        input.kind === "list"
          ? yield* Effect.forEach(Array.isArray(value) ? value : [], (each) => received(input.element, each))
          : yield* received(input, value)
    }
    const encoded = yield* Schema.encodeUnknownEffect(stage.config)(config ?? {})
    const decoded = yield* Schema.decodeUnknownEffect(stage.config)(encoded)
    const progress: Array<ProgressReport> = []
    const report = (each: ProgressReport) => Effect.sync(() => void progress.push(each))
    const running = stage.run(values, decoded) as Effect.Effect<A, unknown, R>
    const given = yield* Effect.provideService(running, Progress, { report })
    return { ...(yield* passed(stage.output, given)), progress }
  })
