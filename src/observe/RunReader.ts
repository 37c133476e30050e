/** A reader of what happens in a run, and the place where readers write. */
import { Cause, Context, Effect, Layer, Queue } from "effect"
import type { JournalEntry } from "../domain/RunDetail.ts"

export interface RunReader {
  /** Takes what happened next, in order; all that arrived together, so that it is written at once. */
  readonly onEntries: (entries: ReadonlyArray<JournalEntry>) => Effect.Effect<void>
}

/** The pause between two batches: a line alone costs a write and the waking of whoever reads it. */
const PAUSE_MS = 5

const pause = Effect.callback<void>((resume) => {
  const timer = setTimeout(() => resume(Effect.void), PAUSE_MS)
  return Effect.sync(() => clearTimeout(timer))
})

/** Reads the queue to its end. Not a `Stream`, which is a quarter of Effect: a cached run would load it for this alone. */
export const consume = (entries: Queue.Dequeue<JournalEntry, Cause.Done>, reader: RunReader): Effect.Effect<void> =>
  Queue.takeAll(entries).pipe(
    Effect.flatMap((batch) =>
      batch.at(-1)?._tag === "RunFinished" ? reader.onEntries(batch) : Effect.andThen(reader.onEntries(batch), pause)
    ),
    Effect.forever,
    Effect.catchIf(Cause.isDone, () => Effect.void)
  )

/** Where the plain readers write: standard output, or an array in a test. */
export class Output extends Context.Service<
  Output,
  {
    /** Writes the text as it is; succeeds when it is handed over. A closed pipe swallows it. */
    write(text: string): Effect.Effect<void>
  }
>()("ablate/observe/RunReader/Output") {
  /** Writes to a Node stream and waits until it has taken the text. After an error (a closed pipe) it writes no more. */
  static readonly layerStream = (stream: NodeJS.WritableStream): Layer.Layer<Output> =>
    Layer.sync(Output, () => {
      let isOpen = true
      // Never taken off again: the error of a closed pipe can arrive after the last write.
      stream.on("error", () => {
        isOpen = false
      })
      return Output.of({
        write: (text) =>
          Effect.callback<void>((resume) => {
            if (isOpen && text !== "") stream.write(text, () => resume(Effect.void))
            else resume(Effect.void)
          })
      })
    })
}
