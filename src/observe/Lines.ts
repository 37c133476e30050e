/** `--ui stream`: an append-only log in plain ASCII, of the stages or, `--verbose`, of every node. */
import { Effect } from "effect"
import { isRunEvent, type JournalEntry } from "../domain/RunDetail.ts"
import type { RunEvent } from "../domain/RunEvent.ts"
import * as Fold from "./Fold.ts"
import * as NodeLines from "./NodeLines.ts"
import { initial } from "./Progress.ts"
import { Output, type RunReader } from "./RunReader.ts"
import * as StageLines from "./StageLines.ts"
import { timeLeftMs } from "./TimeLeft.ts"

/** Follows the run only as far as it is asked how long it still takes: one with nothing to do is never asked. */
const makeTimeLeft = () => {
  let progress = initial
  let unread: Array<RunEvent> = []
  return {
    note: (entries: ReadonlyArray<JournalEntry>): void => void unread.push(...entries.filter(isRunEvent)),
    leftMs: (at: number): number | null => {
      progress = Fold.steps(progress, unread)
      unread = []
      return timeLeftMs(progress, at)
    }
  }
}

export const reader = (options: { readonly verbose: boolean }): Effect.Effect<RunReader, never, Output> =>
  Effect.map(Output, (output) => {
    const timeLeft = makeTimeLeft()
    const lines = options.verbose ? NodeLines.make() : StageLines.make(timeLeft.leftMs)
    return {
      onEntries: (entries) =>
        Effect.suspend(() => {
          if (!options.verbose) timeLeft.note(entries)
          return output.write(
            entries
              .flatMap(lines)
              .map((line) => `${line}\n`)
              .join("")
          )
        })
    }
  })
