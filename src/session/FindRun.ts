/** Runs as they are named. An experiment is its file and its name: two files may declare one name. */
import { relative, resolve } from "node:path"
import { Effect } from "effect"
import { RunId } from "../domain/Hash.ts"
import { type ExperimentId, RunHistory, StoreLocation } from "../store/index.ts"
import type { Project } from "./Project.ts"
import type { RunRef } from "./RunRef.ts"
import { UsageError } from "./UsageError.ts"

/** A run by its id or the beginning of it. */
export const runById = Effect.fnUntraced(function* (id: string) {
  const history = yield* RunHistory
  const whole = id === "" ? undefined : yield* history.run(RunId.make(id))
  const run =
    whole ?? (/^\d{8}/.test(id) ? (yield* history.runs(10_000)).find((each) => each.id.startsWith(id)) : undefined)
  if (run === undefined) return yield* new UsageError({ text: `there is no run "${id}". See: ablate runs` })
  return run
})

/** The run of an experiment that was recorded last and is over; where none is, the last one that goes on. */
export const latestRun = Effect.fnUntraced(function* (experiment: ExperimentId) {
  const history = yield* RunHistory
  const run = (yield* history.latestRun(experiment, "finished")) ?? (yield* history.latestRun(experiment))
  if (run !== undefined) return run
  const elsewhere = (yield* history.latestRun({ name: experiment.name }))?.file
  return yield* new UsageError({
    text: `experiment "${experiment.name}"${experiment.file === undefined ? "" : ` of ${experiment.file}`} has no run in ${yield* StoreLocation}${
      elsewhere === undefined ? "" : ` (its name has, of the file ${elsewhere})`
    }. Run it first: ablate run ${experiment.file ?? experiment.name}`
  })
})

/** The experiment that the person names by its name, its file's name or its path, among those that have runs. */
const experimentByName = Effect.fnUntraced(function* (project: Project, what: string) {
  const history = yield* RunHistory
  const runs = yield* history.runs(10_000)
  const path = relative(project.root, resolve(what))
  const files = (matches: (run: (typeof runs)[number]) => boolean) => [
    ...new Map(runs.filter(matches).map(({ experiment: name, file }) => [`${name}\0${file}`, { name, file }])).values()
  ]
  const named = files(({ file }) => file === what || file === path || file === `experiments/${what}.ts`)
  const found = named.length > 0 ? named : files(({ experiment }) => experiment === what)
  const [experiment, ...others] = found
  if (experiment === undefined)
    return yield* new UsageError({
      text: `"${what}" is neither a run nor an experiment with a run in ${yield* StoreLocation}. See: ablate runs`
    })
  if (others.length > 0)
    return yield* new UsageError({
      text: `"${what}" is the name of experiments in ${found.map(({ file }) => file).join(" and ")}: name one of these files`
    })
  return experiment
})

export const findRun = (project: Project, run: RunRef) =>
  run._tag === "Run"
    ? runById(run.id)
    : Effect.flatMap(experimentByName(project, run.experiment), (experiment) => latestRun(experiment))
