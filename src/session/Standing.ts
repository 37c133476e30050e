/**
 * The run that stands for an experiment where the person names none: the latest that went to its end and was asked for all
 * cells. Its settings are told, not chosen by: who ran with others meant that run.
 */
import { Effect } from "effect"
import type { RunRecord } from "../domain/RunRecord.ts"
import { type ExperimentId, RunHistory } from "../store/index.ts"
import type { PassedOver } from "./PassedOver.ts"

export const isOver = ({ status }: RunRecord): boolean => status === "succeeded" || status === "failed"

const isComplete = (run: RunRecord): boolean => isOver(run) && run.only === ""

/** The settings that were changed, as they can be typed. */
export const settingsOf = ({ settings }: RunRecord): string =>
  Object.entries(settings)
    .map(([path, value]) => `${path}=${value}`)
    .join(", ")

/** What keeps a run from standing for its experiment. */
const reasonsAgainst = (run: RunRecord): ReadonlyArray<string> => [
  ...(run.status === "running" ? ["still goes on"] : []),
  ...(run.status === "interrupted" ? ["interrupted"] : []),
  ...(run.only === "" ? [] : [`only ${run.only}`])
]

export const passedOverOf = (run: RunRecord): PassedOver => ({ run, reasons: reasonsAgainst(run) })

/** Of runs, newest first: the latest complete one; where none is, the latest that is over, else the latest. */
const standingIn = (runs: ReadonlyArray<RunRecord>): RunRecord | undefined =>
  runs.find(isComplete) ?? runs.find((run) => run.status !== "running") ?? runs[0]

/** Mostly one of the last few stands. */
const looks = [1, 100, Number.POSITIVE_INFINITY]

export const standingRun = Effect.fnUntraced(function* (experiment: ExperimentId) {
  const history = yield* RunHistory
  for (const limit of looks) {
    const runs = yield* history.runsOf(experiment, limit)
    const run = standingIn(runs)
    if (run !== undefined && (isComplete(run) || runs.length < limit))
      return { run, passedOver: runs.slice(0, runs.indexOf(run)).map(passedOverOf) }
  }
  return undefined
})
