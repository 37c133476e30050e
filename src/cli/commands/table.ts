/** `ablate table`: the table of a run. */
import { Effect } from "effect"
import { printTable } from "../../report/index.ts"
import { Store } from "../../store/index.ts"
import { type Arguments, choice } from "../Arguments.ts"
import * as Cache from "../Cache.ts"
import { writeFigures } from "../Figures.ts"
import { latestRun, runById } from "../FindRun.ts"
import { expansionOf } from "../OpenExperiment.ts"
import * as Project from "../Project.ts"
import { tableOf } from "../Results.ts"
import * as Terminal from "../Terminal.ts"
import { UsageError } from "../UsageError.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* (args: Arguments) {
  const format = yield* choice(args, "format", ["text", "md", "csv", "json", "latex", "html"], "text")
  const project = yield* Project.find(args)
  return yield* Effect.gen(function* () {
    const store = yield* Store
    const id = args.text("run")
    const name = args.positionals[0] ?? ""
    const declared = yield* expansionOf(project, name, {})
    const run = id === undefined ? yield* latestRun(declared.experiment.name) : yield* runById(id)
    if (run.experiment !== declared.experiment.name)
      return yield* new UsageError({
        text: `run ${run.id} is of experiment "${run.experiment}", not "${declared.experiment.name}"`
      })
    // The run's own settings give its grid.
    const { expansion } = yield* expansionOf(project, name, run.settings)
    const cells = yield* store.cellsOf(run.id)
    const { table } = yield* tableOf(expansion, run, cells)
    yield* Terminal.print(printTable(table, format, { width: Terminal.width() }))
    const folder = args.text("figures")
    if (folder === undefined) return 0
    if (expansion.figures.length === 0)
      return yield* new UsageError({ text: `--figures: experiment "${run.experiment}" declares no figures` })
    const written = yield* writeFigures(expansion, { cells }, folder)
    yield* Terminal.say(`${written.length} of ${expansion.figures.length} figures written to ${folder}`)
    return 0
  }).pipe(Effect.provide(Cache.layer(project)))
})
