/** Runs as they are named. An experiment is its file and its name: two files may declare one name. */
import { relative, resolve } from "node:path"
import { Effect } from "effect"
import type { RunId } from "../domain/Hash.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import { type ExperimentId, RunHistory, StoreLocation } from "../store/index.ts"
import type { Project } from "./Project.ts"
import type { RunRef } from "./RunRef.ts"
import { standingRun } from "./Standing.ts"
import { didYouMean, UsageError } from "./UsageError.ts"

/** Names the newest run, whatever it was asked for and however it ended. */
const newest = "latest"

const mostRuns = 10_000

/** So many of the runs that a beginning fits are named. */
const mostTold = 3

const isOf = (experiment: ExperimentId | undefined) => (run: RunRecord) =>
  experiment === undefined ||
  (run.experiment === experiment.name && (experiment.file === undefined || run.file === experiment.file))

/** The runs that a text names: `latest`, a tag, or an id or its beginning. */
const named = (
  runs: ReadonlyArray<RunRecord>,
  tags: ReadonlyMap<string, RunId>,
  name: string
): ReadonlyArray<RunRecord> => {
  if (name === newest) return runs.slice(0, 1)
  const exact = runs.filter(({ id }) => id === (tags.get(name) ?? name))
  return exact.length > 0 || name === "" ? exact : runs.filter(({ id }) => id.startsWith(name))
}

/** A run by `latest`, a tag, its id or a beginning that no other run's id has; of the experiment, where one is given. */
export const runById = Effect.fnUntraced(function* (name: string, experiment?: ExperimentId) {
  const history = yield* RunHistory
  const all = yield* history.runs(mostRuns)
  const tags = yield* history.tags
  const own = all.filter(isOf(experiment))
  const inOwn = named(own, tags, name)
  // A run of another experiment is found as well: what is wrong with it is for the caller to say.
  const found = inOwn.length > 0 || name === newest ? inOwn : named(all, tags, name)
  const [run, ...others] = found
  if (run !== undefined && others.length === 0) return run
  if (run !== undefined)
    return yield* new UsageError({
      text: `"${name}" begins the ids of ${found.length} runs: ${found
        .slice(0, mostTold)
        .map(({ id }) => id)
        .join(", ")}${found.length > mostTold ? ", …" : ""}. Write more of it`
    })
  return yield* new UsageError({
    text:
      name === newest
        ? `there is no run${experiment === undefined ? "" : ` of ${experiment.name}`} in ${yield* StoreLocation} yet`
        : `there is no run "${name}".${didYouMean(name, [...tags.keys(), ...own.map(({ id }) => id)])} See: ablate runs`
  })
})

/** The run that stands for an experiment, and the newer ones that were passed over for it. */
export const standing = Effect.fnUntraced(function* (experiment: ExperimentId) {
  const found = yield* standingRun(experiment)
  if (found !== undefined) return found
  const history = yield* RunHistory
  const elsewhere = (yield* history.latestRun({ name: experiment.name }))?.file
  return yield* new UsageError({
    text: `experiment "${experiment.name}"${experiment.file === undefined ? "" : ` of ${experiment.file}`} has no run in ${yield* StoreLocation}${
      elsewhere === undefined ? "" : ` (its name has, of the file ${elsewhere})`
    }. Run it first: ablate run ${experiment.file ?? experiment.name}`
  })
})

/** The run that stands for an experiment. */
export const latestRun = (experiment: ExperimentId) => Effect.map(standing(experiment), ({ run }) => run)

/** The experiments that a text may mean by name, file's name or path, among those that have runs. */
const experimentsNamed = (project: Project, runs: ReadonlyArray<RunRecord>, what: string) => {
  const path = relative(project.root, resolve(what))
  const files = (matches: (run: RunRecord) => boolean) => [
    ...new Map(runs.filter(matches).map(({ experiment: name, file }) => [`${name}\0${file}`, { name, file }])).values()
  ]
  const byFile = files(({ file }) => file === what || file === path || file === `experiments/${what}.ts`)
  return byFile.length > 0 ? byFile : files(({ experiment }) => experiment === what)
}

/** Whether a run is of an experiment that the text may mean. */
export const isOfExperiment =
  (project: Project, what: string) =>
  (run: RunRecord): boolean =>
    experimentsNamed(project, [run], what).length > 0

/** The experiment that the person names, among those that have runs. */
export const experimentByName = Effect.fnUntraced(function* (project: Project, what: string) {
  const runs = yield* (yield* RunHistory).runs(mostRuns)
  const found = experimentsNamed(project, runs, what)
  const [experiment, ...others] = found
  if (experiment === undefined)
    return yield* new UsageError({
      text: `"${what}" is neither a run nor an experiment with a run in ${yield* StoreLocation}.${didYouMean(what, [
        ...new Set(runs.map(({ experiment: name }) => name))
      ])} See: ablate runs`
    })
  if (others.length > 0)
    return yield* new UsageError({
      text: `"${what}" is the name of experiments in ${found.map(({ file }) => file).join(" and ")}: name one of these files`
    })
  return experiment
})

/** The run that is meant, and the newer ones that were passed over where it was found by its experiment's name. */
export const foundRun = Effect.fnUntraced(function* (project: Project, run: RunRef) {
  if (run._tag === "Run") return { run: yield* runById(run.id), passedOver: [] }
  const history = yield* RunHistory
  const runs = yield* history.runs(mostRuns)
  const what = run.experiment
  // What names no experiment may be the name of a run.
  if (experimentsNamed(project, runs, what).length === 0 && named(runs, yield* history.tags, what).length > 0)
    return { run: yield* runById(what), passedOver: [] }
  return yield* standing(yield* experimentByName(project, what))
})

export const findRun = (project: Project, run: RunRef) => Effect.map(foundRun(project, run), ({ run: found }) => found)
