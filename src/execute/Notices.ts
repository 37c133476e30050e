/** What the person is told of a run beside its events: what should be known although it stopped nothing, and printed lines. */
import { Context, Effect, Layer, type Scope } from "effect"
import { named, type Printed } from "./Printed.ts"

/** A fault lost nothing that the run needed, but somebody's code went wrong: the run does not count as a success. */
export type Kind = "note" | "fault"

export interface Listener {
  readonly printed: (printed: Printed) => void
  readonly workers: (text: string) => void
}

export class Notices extends Context.Service<
  Notices,
  {
    readonly warn: (text: string, kind: Kind) => void
    readonly print: (printed: Printed) => void
    /** Takes what was written to a thread's streams by nobody who is known, as it is. */
    readonly write: (text: string) => void
    /** Who computes, where that is not this process: told when it has changed. */
    readonly workers: (text: string) => void
    /** Tells what is printed, and who computes, while the scope lives. */
    readonly listen: (listener: Listener) => Effect.Effect<void, never, Scope.Scope>
    /** The warnings, each once, however many nodes gave it. */
    readonly texts: () => ReadonlyArray<string>
    readonly hasFaults: () => boolean
  }
>()("ablate/execute/Notices") {
  /** `print` takes what is printed as it comes, as text for people. */
  static readonly layer = (print: (lines: string) => void): Layer.Layer<Notices> =>
    Layer.sync(Notices, () => {
      const texts = new Set<string>()
      let faults = 0
      const listeners = new Set<Listener>()
      return Notices.of({
        warn: (text, kind) => {
          texts.add(text)
          if (kind === "fault") faults++
        },
        print: (printed) => {
          for (const { printed: take } of listeners) take(printed)
          print(named(printed))
        },
        workers: (text) => {
          for (const { workers } of listeners) workers(text)
        },
        write: print,
        listen: (listener) =>
          Effect.acquireRelease(
            Effect.sync(() => listeners.add(listener)),
            () => Effect.sync(() => listeners.delete(listener))
          ),
        texts: () => [...texts],
        hasFaults: () => faults > 0
      })
    })
}
