/** What the person is told of a run beside its events: what should be known although it stopped nothing, and printed lines. */
import { Context, Effect, Layer, type Scope } from "effect"
import { named, type Printed } from "./Printed.ts"

/** A fault lost nothing that the run needed, but somebody's code went wrong: the run does not count as a success. */
export type Kind = "note" | "fault"

const among = <A>(all: Set<A>, one: A): Effect.Effect<void, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => void all.add(one)),
    () => Effect.sync(() => void all.delete(one))
  )

export class Notices extends Context.Service<
  Notices,
  {
    readonly warn: (text: string, kind: Kind) => void
    readonly print: (printed: Printed) => void
    /** Takes what was written to a thread's streams by nobody who is known, as it is. */
    readonly write: (text: string) => void
    /** Who computes, where that is not this process: told when it has changed. */
    readonly workers: (text: string) => void
    /** Tells who computes to `take`, while the scope lives. */
    readonly staff: (take: (text: string) => void) => Effect.Effect<void, never, Scope.Scope>
    /** Tells what is printed also to `take`, while the scope lives. */
    readonly listen: (take: (printed: Printed) => void) => Effect.Effect<void, never, Scope.Scope>
    /** Tells what is warned of also to `take`, while the scope lives. */
    readonly hear: (take: (text: string, kind: Kind) => void) => Effect.Effect<void, never, Scope.Scope>
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
      const listeners = new Set<(printed: Printed) => void>()
      const staffed = new Set<(text: string) => void>()
      const hearers = new Set<(text: string, kind: Kind) => void>()
      return Notices.of({
        warn: (text, kind) => {
          texts.add(text)
          if (kind === "fault") faults++
          for (const take of hearers) take(text, kind)
        },
        print: (printed) => {
          for (const take of listeners) take(printed)
          print(named(printed))
        },
        workers: (text) => {
          for (const take of staffed) take(text)
        },
        write: print,
        staff: (take) => among(staffed, take),
        listen: (take) => among(listeners, take),
        hear: (take) => among(hearers, take),
        texts: () => [...texts],
        hasFaults: () => faults > 0
      })
    })
}
