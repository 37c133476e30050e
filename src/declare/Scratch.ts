/** The service through which a stage finds a folder of its own for files that it writes. It is deleted when the stage has ended. */
import { Context, Effect } from "effect"

export class Scratch extends Context.Reference<{
  /** An empty folder on this machine, the same for every call of an attempt. */
  readonly folder: Effect.Effect<string>
}>("ablate/declare/Scratch", {
  defaultValue: () => ({ folder: Effect.die(new Error("Scratch is there where a stage runs, and nowhere else")) })
}) {}
