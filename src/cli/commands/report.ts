/** `ablate report`: a run as a page, with its files beside it. */
import { relative } from "node:path"
import { Effect } from "effect"
import { report, serveReport } from "../../session/commands/report.ts"
import { UsageError } from "../../session/UsageError.ts"
import type { Arguments } from "../Arguments.ts"
import * as Terminal from "../Terminal.ts"

const serve = Effect.fnUntraced(function* ({ experiment, options: { port, run, store } }: Arguments<"report">) {
  return yield* serveReport({
    experiment,
    store,
    run,
    port,
    onReady: ({ runId, url }) => {
      process.stdout.write(`${url}\n`)
      process.stderr.write(`run ${runId}, followed as it goes on; Ctrl-C ends\n`)
    },
    onProblem: (message) => process.stderr.write(`ablate: the page stays as it is: ${message}\n`)
  })
})

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* (args: Arguments<"report">) {
  const { experiment, options } = args
  const { force, out, port, run, store } = options
  if (options.serve) {
    if (out !== undefined || force)
      return yield* new UsageError({
        text: `ablate report: --serve writes no files, so ${out === undefined ? "--force" : "--out"} does not go with it`
      })
    return yield* serve(args)
  }
  if (port !== undefined)
    return yield* new UsageError({
      text: "ablate report: --port is where --serve listens; without it nothing is served"
    })
  const { damaged, files, folder, kept, run: of } = yield* report({ experiment, store, run, out, force })
  if (damaged.length > 0)
    yield* Terminal.say(
      `ablate: the stored metrics of ${damaged.length} cells were damaged. Compute them again: ablate run ${experiment}`
    )
  for (const path of kept) yield* Terminal.say(`ablate: kept beside: ${path}`)
  const shown = (path: string) => relative(process.cwd(), path) || "."
  yield* Terminal.print(`${shown(files[0] ?? folder)}\n`)
  yield* Terminal.say(
    `run ${of.id} of ${of.experiment}: the page, and ${files.length - 1} files beside it in ${shown(folder)}`
  )
  return 0
})
