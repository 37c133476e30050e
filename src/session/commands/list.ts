/** `list`: the project's experiments, each with what its grid comes to and how its last run ended. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { Effect, Result } from "effect"
import type { RunRecord } from "../../domain/RunRecord.ts"
import { openStore, RunHistory } from "../../store/index.ts"
import type { Where } from "../Asked.ts"
import type { CommandError } from "../CommandError.ts"
import { expansionOf } from "../OpenExperiment.ts"
import * as Project from "../Project.ts"
import { type ExperimentFile, experiments } from "./experiments.ts"

export interface ListedExperiment extends ExperimentFile {
  /** The declared name; null where the file cannot be loaded. */
  readonly experiment: string | null
  /** Of the grid under default settings. */
  readonly cells: number | null
  /** Why the file cannot be loaded. */
  readonly problem: string | null
  /** The run that was recorded last. */
  readonly lastRun: RunRecord | null
}

/** The newest run of each file; none where there is no store yet. */
const lastRuns = Effect.fnUntraced(function* (project: Project.Project) {
  const found = new Map<string, RunRecord>()
  if (project.storeUrl === undefined && !existsSync(join(project.storeDir, "ablate.db"))) return found
  const runs = yield* Effect.provide(
    RunHistory.use((history) => history.runs(10_000)),
    openStore(project, { mode: "read-only" })
  )
  for (const run of runs) if (!found.has(run.file)) found.set(run.file, run)
  return found
})

/** Loads every experiment; one that cannot be is listed with the reason. */
export const list = (options: Where = {}): Effect.Effect<ReadonlyArray<ListedExperiment>, CommandError> =>
  Effect.gen(function* () {
    const project = yield* Project.find(options)
    const files = yield* experiments(options)
    const runs = yield* lastRuns(project)
    return yield* Effect.forEach(files, (file) =>
      Effect.map(Effect.result(expansionOf(project, join(project.root, file.file), {})), (opened): ListedExperiment => {
        const lastRun = runs.get(file.file) ?? null
        return Result.isSuccess(opened)
          ? {
              ...file,
              experiment: opened.success.experiment.name,
              cells: opened.success.expansion.cells.length,
              problem: null,
              lastRun
            }
          : { ...file, experiment: null, cells: null, problem: opened.failure.message.split("\n")[0] ?? "", lastRun }
      })
    )
  }).pipe(Effect.withSpan("ablate.list"))
