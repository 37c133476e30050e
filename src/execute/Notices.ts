/** What the person is told of a run beside its events: what should be known although it stopped nothing, and printed lines. */
import { Context, Layer } from "effect"

/** A fault lost nothing that the run needed, but somebody's code went wrong: the run does not count as a success. */
export type Kind = "note" | "fault"

export class Notices extends Context.Service<
  Notices,
  {
    readonly warn: (text: string, kind: Kind) => void
    /** Takes whole lines, each after the name of who printed it. */
    readonly print: (lines: string) => void
    /** The warnings, each once, however many nodes gave it. */
    readonly texts: () => ReadonlyArray<string>
    readonly hasFaults: () => boolean
  }
>()("ablate/execute/Notices") {
  /** `print` takes what is printed, as it comes. */
  static readonly layer = (print: (lines: string) => void): Layer.Layer<Notices> =>
    Layer.sync(Notices, () => {
      const texts = new Set<string>()
      let faults = 0
      return Notices.of({
        warn: (text, kind) => {
          texts.add(text)
          if (kind === "fault") faults++
        },
        print,
        texts: () => [...texts],
        hasFaults: () => faults > 0
      })
    })
}
