/** The run that follows another where seeds are added in rounds: each round is a run of its own. */
import { Clock, Effect } from "effect"
import type { RunRecord } from "../domain/RunRecord.ts"
import { RunHistory } from "../store/index.ts"
import * as Only from "./Only.ts"
import { expansionOf } from "./OpenExperiment.ts"
import type { Project } from "./Project.ts"
import { reachOfRun, within } from "./SeedRounds.ts"
import * as Settings from "./Settings.ts"

const interval = "250 millis"

/** It begins as soon as its process has read the figures; what does not come within this time does not come. */
const mostMs = 15_000

/** Of the runs of an experiment so many of the newest are looked through. */
const newest = 50

/** Whether the figures of a run ask for seeds that it did not have. */
const asksForMore = Effect.fnUntraced(function* (project: Project, run: RunRecord) {
  const { expansion, experiment, value } = yield* expansionOf(project, run.file, Settings.recorded(run.settings))
  if (expansion.seeds === null) return false
  const asked = Only.selectionOf(yield* Only.parse(run.only === "" ? [] : [run.only]))
  const { reach, recorded } = yield* reachOfRun(expansion, expansion.seeds, run)
  const { cells } = experiment.expand(value, (point, cell) => Only.matches(asked, point) && within(reach, cell))
  return cells.some(({ id }) => !recorded.has(id))
})

const textOf = ({ only, settings }: RunRecord): string => JSON.stringify([only, Object.entries(settings).sort()])

/** Waits for the next round of a run that succeeded; undefined where there is none, or nobody computes it. */
export const nextRound = Effect.fnUntraced(function* (project: Project, run: RunRecord) {
  // An experiment that cannot be opened any more tells nothing of rounds.
  const isDue = run.status === "succeeded" && (yield* Effect.orElseSucceed(asksForMore(project, run), () => false))
  if (!isDue) return undefined
  const history = yield* RunHistory
  const due = run.startedAt + (run.durationMs ?? 0) + mostMs
  for (;;) {
    const runs = yield* history.runsOf({ name: run.experiment, file: run.file }, newest)
    const later = runs.slice(
      0,
      Math.max(
        0,
        runs.findIndex(({ id }) => id === run.id)
      )
    )
    const found = later.findLast((each) => textOf(each) === textOf(run))
    if (found !== undefined || (yield* Clock.currentTimeMillis) > due) return found
    yield* Effect.sleep(interval)
  }
})
