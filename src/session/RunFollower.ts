/** Follows a run that goes on in another process, by looking at its journal a few times a second. */
import { Effect } from "effect"
import type { JournalEntry } from "../domain/RunDetail.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import { RunHistory, RunJournal } from "../store/index.ts"
import type { Followed } from "./Followed.ts"
import { entriesOf, finishedOf } from "./RunEntries.ts"

/** As often as parts are written. */
const interval = "250 millis"

/** Every so many looks it is asked whether the run still goes on, where nothing new has come. */
const statusEvery = 4

/** Gives everything that happens in a run to `take`, from its beginning to its end. */
export const follow = Effect.fnUntraced(function* <E, R>(
  run: RunRecord,
  take: (entries: ReadonlyArray<JournalEntry>) => Effect.Effect<void, E, R>
) {
  const journal = yield* RunJournal
  const history = yield* RunHistory
  const first = yield* entriesOf(run)
  yield* take(first.entries)
  let { lost, next } = first
  let record = run
  let isFinished = first.entries.some(({ _tag }) => _tag === "RunFinished")
  const read = Effect.gen(function* () {
    const part = yield* journal.read(run.id, next)
    next = part.next
    lost += part.lost
    isFinished ||= part.entries.some(({ _tag }) => _tag === "RunFinished")
    if (part.entries.length > 0) yield* take(part.entries)
    return part.entries.length
  })
  let quiet = statusEvery - 1
  while (!isFinished && record.status === "running") {
    yield* Effect.sleep(interval)
    quiet = (yield* read) > 0 ? 0 : quiet + 1
    if (isFinished || quiet < statusEvery) continue
    quiet = 0
    record = (yield* history.run(run.id)) ?? record
  }
  // What it wrote before its record said that it is over.
  yield* read
  record = (yield* history.run(run.id)) ?? record
  const finished = finishedOf(record)
  if (!isFinished && finished !== undefined) yield* take([finished])
  const followed: Followed = { run: record, isGone: !isFinished && finished === undefined, lost }
  return followed
})
