/** What happened in each run, kept so that it can be watched from elsewhere while it goes on, and again when it is over. */
import { Context, type Effect } from "effect"
import type { RunId } from "../domain/Hash.ts"
import type { JournalEntry } from "../domain/RunDetail.ts"
import type { StoreError } from "./StoreError.ts"

export interface JournalPart {
  readonly entries: ReadonlyArray<JournalEntry>
  /** Where to read on: give it to the next `read`. */
  readonly next: number
  /** How many parts between did not check and are left out. */
  readonly lost: number
}

export class RunJournal extends Context.Service<
  RunJournal,
  {
    /** Queues the entries behind those given before, and never waits; losing the newest in a crash loses no result. */
    append(run: RunId, entries: ReadonlyArray<JournalEntry>): Effect.Effect<void>
    /** The entries from `after` on (0: from the first), as far as they are stored. Empty where the run kept none. */
    read(run: RunId, after: number): Effect.Effect<JournalPart, StoreError>
  }
>()("ablate/store/RunJournal") {}
