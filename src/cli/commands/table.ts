/** `ablate table`: the table of a run. */
import { Effect } from "effect"
import { printTable } from "../../report/index.ts"
import * as Cache from "../../session/Cache.ts"
import { writeFigures } from "../../session/Figures.ts"
import { latestRun, runById } from "../../session/FindRun.ts"
import { cellsOfRun, latestCells } from "../../session/LatestCells.ts"
import { expansionOf } from "../../session/OpenExperiment.ts"
import * as Project from "../../session/Project.ts"
import { tableOf } from "../../session/Results.ts"
import { UsageError } from "../../session/UsageError.ts"
import { type Arguments, choice } from "../Arguments.ts"
import * as Terminal from "../Terminal.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* (args: Arguments) {
  const format = yield* choice(args, "format", ["text", "md", "csv", "json", "latex", "html"], "text")
  const project = yield* Project.around(process.cwd(), args.text("store"))
  return yield* Effect.gen(function* () {
    const id = args.text("run")
    const name = args.positionals[0] ?? ""
    const declared = yield* expansionOf(project, name, {})
    const experiment = { name: declared.experiment.name, file: declared.file }
    const run = id === undefined ? yield* latestRun(experiment) : yield* runById(id)
    if (run.experiment !== declared.experiment.name)
      return yield* new UsageError({
        text: `run ${run.id} is of experiment "${run.experiment}", not "${declared.experiment.name}"`
      })
    // The run's own settings give its grid.
    const { expansion } = yield* expansionOf(project, name, run.settings)
    const found = yield* id === undefined ? latestCells(expansion, run) : cellsOfRun(expansion, run)
    const { damaged, table } = yield* tableOf(expansion, run, found)
    if (damaged.length > 0)
      yield* Terminal.say(
        `ablate: the stored metrics of ${damaged.length} cells were damaged (${damaged.slice(0, 3).join("; ")}${damaged.length > 3 ? "; …" : ""}). Compute them again: ablate run ${name}`
      )
    yield* Terminal.print(printTable(table, format, { width: Terminal.width() }))
    const folder = args.text("figures")
    if (folder === undefined) return 0
    if (expansion.figures.length === 0)
      return yield* new UsageError({ text: `--figures: experiment "${run.experiment}" declares no figures` })
    const written = yield* writeFigures(expansion, found, folder)
    yield* Terminal.say(`${written.length} of ${expansion.figures.length} figures written to ${folder}`)
    return 0
  }).pipe(Effect.provide(Cache.layer(project)))
})
