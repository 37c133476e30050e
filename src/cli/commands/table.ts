/** `ablate table`: the table of a run. */
import { Effect } from "effect"
import { TABLE_FORMATS, tableFormats } from "../../report/index.ts"
import { type Arguments, choice } from "../Arguments.ts"
import * as Cache from "../Cache.ts"
import { writeFigures } from "../Figures.ts"
import { latestRun, runById } from "../FindRun.ts"
import { cellsOfRun, latestCells } from "../LatestCells.ts"
import { expansionOf } from "../OpenExperiment.ts"
import * as Project from "../Project.ts"
import { tableOf } from "../Results.ts"
import * as Terminal from "../Terminal.ts"
import { UsageError } from "../UsageError.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* (args: Arguments) {
  const format = yield* choice(args, "format", TABLE_FORMATS, "text")
  const notes = args.list("notes").length > 0
  const project = yield* Project.find(args)
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
    yield* Terminal.print(tableFormats[format].print(table, { width: Terminal.width(), notes }))
    const folder = args.text("figures")
    if (folder === undefined) return 0
    if (expansion.figures.length === 0)
      return yield* new UsageError({ text: `--figures: experiment "${run.experiment}" declares no figures` })
    const written = yield* writeFigures(expansion, found, folder)
    yield* Terminal.say(`${written.length} of ${expansion.figures.length} figures written to ${folder}`)
    return 0
  }).pipe(Effect.provide(Cache.layer(project)))
})
