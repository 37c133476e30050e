/** One stage by itself, for tests: its values pass through their file formats as in a run, and nothing is stored. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { isAbsolute, join } from "node:path"
import { Effect, Predicate, Schema } from "effect"
import { type Artifact, ArtifactInvalid } from "../declare/Artifact.ts"
import { Progress, type ProgressReport } from "../declare/Progress.ts"
import { Scratch } from "../declare/Scratch.ts"
import type { AnyStage, ConfigArgument, Inputs, InputValues, Stage } from "../declare/Stage.ts"
import { FileRef } from "../domain/FileRef.ts"
import { ArtifactStore, Memory } from "../store/index.ts"
import { execute } from "./command/CommandRun.ts"
import * as ProgramInputs from "./command/ProgramInputs.ts"

/** What a stage gave. */
export interface Ran<A> {
  /** The output as a stage that takes it would read it. A file or folder lies in a folder that goes with the process. */
  readonly output: A
  /** The artifact: what a run would store and hash; of a folder the list of what is in it. */
  readonly bytes: Uint8Array
  /** All reports, in order and not throttled. */
  readonly progress: ReadonlyArray<ProgressReport>
}

const isStored = ({ kind }: { readonly kind: string }) => kind === "file" || kind === "folder"

/** What a stage that takes `value` would read. A file that it takes is where it is. */
const received = <A>(artifact: Artifact<A>, value: A) =>
  isStored(artifact) ? Effect.succeed(value) : Effect.map(passed(artifact, value), ({ output }) => output)

const passed = <A>(artifact: Artifact<A>, value: A) =>
  Effect.flatMap(artifact.encode(value), (bytes) => Effect.map(artifact.decode(bytes), (output) => ({ bytes, output })))

/** A folder of its own, made where it is first asked for; what lies in it is there until the process ends. */
const folderOfProcess = Effect.cached(
  Effect.sync(() => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "ablate-stage-")))
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
    return folder
  })
)

/** A file or folder that a stage gave, as the next stage finds it. */
const taken = Effect.fnUntraced(function* (kind: "file" | "folder", value: unknown) {
  const path = Predicate.hasProperty(value, "path") ? value.path : value
  if (typeof path !== "string" || !isAbsolute(path))
    return yield* new ArtifactInvalid({
      kind,
      problem: `found ${JSON.stringify(path)}, expected the absolute path of a ${kind}`
    })
  const artifacts = yield* ArtifactStore
  const { hash, inline } = yield* kind === "file" ? artifacts.prepareFile(path) : artifacts.prepareFolder(path)
  const bytes = inline ?? (yield* Effect.promise(() => readFile(path)))
  return { output: FileRef.make({ path, hash }), bytes }
})

/** The output and its bytes. */
const outputOf = <A>({ output }: { readonly output: Artifact<A> }, value: A) =>
  output.kind === "file" || output.kind === "folder"
    ? // Of these two kinds of artifact the value is a `FileRef`.
      Effect.map(
        Effect.provide(taken(output.kind, value), Memory.layer()),
        (each) => each as { readonly output: A; readonly bytes: Uint8Array }
      )
    : passed(output, value)

const valuesOf = Effect.fnUntraced(function* (stage: AnyStage, inputs: object) {
  const values: Record<string, unknown> = {}
  for (const [name, input] of Object.entries(stage.inputs)) {
    const value: unknown = Reflect.get(inputs, name)
    values[name] =
      input.kind === "list"
        ? yield* Effect.forEach(Array.isArray(value) ? value : [], (each) => received(input.element, each))
        : yield* received(input, value)
  }
  return values
})

/**
 * Runs a stage on these inputs and this config. Fails with the stage's own error, with `ArtifactInvalid` where an input or
 * the output is not what its artifact type says, and with a `SchemaError` for a config that the stage's schema refuses.
 * Services that the stage asks for are left to be provided. An external program is executed as in a run: it finds the files
 * that it declares, of the project around the working directory.
 */
export const runStage = <Config, I extends Inputs, A, R>(
  stage: Stage<Config, I, A, R>,
  inputs: InputValues<I>,
  ...[config]: ConfigArgument<Config>
): Effect.Effect<Ran<A>, unknown, R> =>
  Effect.gen(function* () {
    const folder = yield* folderOfProcess
    const values = yield* valuesOf(stage, inputs)
    const encoded = yield* Schema.encodeUnknownEffect(stage.config)(config ?? {})
    const decoded = yield* Schema.decodeUnknownEffect(stage.config)(encoded)
    const progress: Array<ProgressReport> = []
    const report = (each: ProgressReport) => Effect.sync(() => void progress.push(each))
    const { command } = stage
    const running: Effect.Effect<A, unknown, R> =
      command === undefined
        ? (stage.run(values, decoded) as Effect.Effect<A, unknown, R>)
        : Effect.gen(function* () {
            const { reader, refs } = yield* Effect.provide(ProgramInputs.of(stage, values), Memory.layer())
            const scratch = yield* folder
            // The program's output, read back by the stage's own artifact type.
            return (yield* execute({ stage, command, config: encoded, inputs: refs, scratch, reader })) as A
          })
    const scratch = Effect.map(folder, (path) => {
      mkdirSync(join(path, "scratch"), { recursive: true })
      return join(path, "scratch")
    })
    const given = yield* running.pipe(
      Effect.provideService(Progress, { report }),
      Effect.provideService(Scratch, { folder: scratch })
    )
    return { ...(yield* outputOf(stage, given)), progress }
  })
