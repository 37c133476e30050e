/** `watch`: everything that happens in a run of another process, or happened in one that is over. */
import { Effect } from "effect"
import type { JournalEntry } from "../../domain/RunDetail.ts"
import type { RunRecord } from "../../domain/RunRecord.ts"
import { RunHistory, StoreLocation } from "../../store/index.ts"
import type { Where } from "../Asked.ts"
import * as Cache from "../Cache.ts"
import type { CommandError } from "../CommandError.ts"
import { findRun } from "../FindRun.ts"
import type { Followed } from "../Followed.ts"
import { nextRound } from "../NextRound.ts"
import * as Project from "../Project.ts"
import { follow } from "../RunFollower.ts"
import type { RunRef } from "../RunRef.ts"
import { UsageError } from "../UsageError.ts"

export interface WatchOptions extends Where {
  /** Default: the run that goes on, else the one that was recorded last. */
  readonly run?: RunRef | undefined
  /** Takes what happens in the run, from its beginning on, in parts as they are found. */
  readonly onEntries?: (entries: ReadonlyArray<JournalEntry>) => void
}

/** So many of the newest runs are asked whether they go on. */
const newest = 50

const chosen = Effect.fnUntraced(function* (project: Project.Project, run: RunRef | undefined) {
  const history = yield* RunHistory
  if (run === undefined) {
    const runs = yield* history.runs(newest)
    const found = runs.find(({ status }) => status === "running") ?? runs[0]
    return found ?? (yield* new UsageError({ text: `there is no run in ${yield* StoreLocation} yet` }))
  }
  if (run._tag === "Run") return yield* findRun(project, run)
  const latest = yield* findRun(project, run)
  const running = (yield* history.runsOf({ name: latest.experiment, file: latest.file }, newest)).find(
    ({ status }) => status === "running"
  )
  return running ?? latest
})

/** Ends when the run does; where none was named, and seeds are added in rounds, when the last round does. */
export const watch = (options: WatchOptions = {}): Effect.Effect<Followed, CommandError> =>
  Effect.flatMap(Project.find(options), (project) =>
    Effect.gen(function* () {
      const isNamed = options.run?._tag === "Run"
      let run: RunRecord | undefined = yield* chosen(project, options.run)
      let followed: Followed
      let lost = 0
      do {
        followed = yield* follow(run, (entries) => Effect.sync(() => options.onEntries?.(entries)))
        lost += followed.lost
        run = isNamed ? undefined : yield* nextRound(project, followed.run)
      } while (run !== undefined)
      return { ...followed, lost }
    }).pipe(Effect.provide(Cache.layer(project)))
  ).pipe(Effect.withSpan("ablate.watch"))
