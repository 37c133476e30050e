/**
 * Writes a run's journal: takes what happens, keeps it for a moment, and gives it to the store in parts. Cells that have
 * ended are read and told on the way, many at a time.
 */
import { Clock, Effect, Option, Schema } from "effect"
import type { ArtifactHash, RunId } from "../domain/Hash.ts"
import { Metrics } from "../domain/Metrics.ts"
import type { JournalEntry, RunDetail } from "../domain/RunDetail.ts"
import { ArtifactStore, RunJournal } from "../store/index.ts"

/** The time between two parts: who watches from elsewhere sees no more often. */
const intervalMs = 250

/** A part of so many entries is given at once: it bounds memory. */
const mostEntries = 4096

const decodeMetrics = Schema.decodeUnknownOption(Schema.fromJsonString(Metrics))

export interface Journalist {
  readonly note: (entry: JournalEntry) => void
  /** A cell of which everything is durable, with the artifact of its metrics. */
  readonly cellEnded: (cell: number, metrics: ArtifactHash | undefined) => void
  /** Tells of the cells that have ended and gives the store what was noted. */
  readonly flush: Effect.Effect<void>
}

/** A pause that does not keep the process: a stage that waits for nothing is to be found. */
const pause = Effect.callback<void>((resume) => {
  const timer = setTimeout(() => resume(Effect.void), intervalMs)
  timer.unref()
  return Effect.sync(() => clearTimeout(timer))
})

/** Gives parts to the store while the scope lives. `tell` takes what it has found out. */
export const make = Effect.fnUntraced(function* (run: RunId, tell: (detail: RunDetail) => void) {
  const artifacts = yield* ArtifactStore
  const journal = yield* RunJournal
  const ended = new Map<number, ArtifactHash | undefined>()
  let entries: Array<JournalEntry> = []

  const give = Effect.suspend(() => {
    const part = entries
    entries = []
    return journal.append(run, part)
  })

  /** Damage is found again by who builds the table, and mended there. */
  const metricsOf = (hash: ArtifactHash | undefined) =>
    hash === undefined
      ? Effect.succeed(null)
      : artifacts.get(hash).pipe(
          Effect.map((bytes) => Option.getOrNull(decodeMetrics(new TextDecoder().decode(bytes)))),
          Effect.orElseSucceed(() => null)
        )

  const flush = Effect.gen(function* () {
    const at = yield* Clock.currentTimeMillis
    const cells = [...ended]
    ended.clear()
    for (const [cell, hash] of cells) tell({ _tag: "CellEnded", cell, at, metrics: yield* metricsOf(hash) })
    yield* give
  })

  yield* Effect.forkScoped(Effect.forever(Effect.andThen(pause, flush)))
  const journalist: Journalist = {
    note: (entry) => {
      entries.push(entry)
      if (entries.length >= mostEntries) Effect.runFork(give)
    },
    cellEnded: (cell, metrics) => void ended.set(cell, metrics),
    flush
  }
  return journalist
})
