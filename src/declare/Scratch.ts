/** The service through which a stage finds a folder of its own for files that it writes. It is deleted when the stage has ended. */
import { Context, Effect } from "effect"

/**
 * A folder for a stage's files: `const { folder } = yield* Scratch`. It is empty at the start of every attempt and
 * deleted after the stage; what the stage gives as `Artifact.file` or `Artifact.folder` is taken from it before.
 */
export class Scratch extends Context.Reference<{
  /** An empty folder on this machine, the same for every call of an attempt. */
  readonly folder: Effect.Effect<string>
}>("ablate/declare/Scratch", {
  defaultValue: () => ({ folder: Effect.die(new Error("Scratch is there where a stage runs, and nowhere else")) })
}) {}
