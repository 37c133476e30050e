/** `ablate run`: executes what is not known, shows it live, then prints the table. */
import { availableParallelism } from "node:os"
import { relative } from "node:path"
import { type Cause, Deferred, Effect, Queue, Stream } from "effect"
import type { RunEvent } from "../../domain/RunEvent.ts"
import * as Run from "../../execute/Run.ts"
import * as Lines from "../../observe/Lines.ts"
import * as Ndjson from "../../observe/Ndjson.ts"
import { consume, Output } from "../../observe/RunReader.ts"
import { toText } from "../../report/index.ts"
import { Store } from "../../store/index.ts"
import { type Arguments, choice, count } from "../Arguments.ts"
import { type OpenedExperiment, open } from "../OpenExperiment.ts"
import * as Project from "../Project.ts"
import { tableOf } from "../Results.ts"
import * as Signals from "../Signals.ts"
import * as Terminal from "../Terminal.ts"
import { version, workerEntry } from "../Version.ts"

type Ui = "tui" | "stream" | "json"

const reader = Effect.fnUntraced(
  function* (ui: Ui, events: Stream.Stream<RunEvent>, stop: Effect.Effect<void>) {
    if (ui === "tui") {
      // Ink and React are loaded only where a screen is drawn.
      const Tui = yield* Effect.promise(() => import("../../ui/Tui.tsx"))
      return yield* Effect.scoped(
        Tui.run({ events, stdout: process.stdout, stdin: process.stdin, onStop: stop, env: process.env })
      )
    }
    const chosen = yield* ui === "json" ? Ndjson.reader : Lines.reader
    return yield* consume(events, chosen)
  },
  Effect.provide(Output.layerStream(process.stdout))
)

const executed = Effect.fnUntraced(function* (
  project: Project.Project,
  opened: OpenedExperiment,
  options: { readonly jobs: number; readonly ui: Ui; readonly only: string }
) {
  const queue = yield* Queue.unbounded<RunEvent, Cause.Done>()
  const stop = yield* Deferred.make<void>()
  const requestStop = yield* Signals.stopper(stop)
  const reading = yield* Effect.forkChild(reader(options.ui, Stream.fromQueue(queue), requestStop))
  const result = yield* Run.run({
    experiment: opened.experiment.name,
    file: relative(project.root, opened.file),
    settings: opened.settings,
    only: options.only,
    axes: opened.expansion.axes,
    plan: opened.plan,
    sources: opened.sources,
    files: opened.files,
    jobs: options.jobs,
    findStage: opened.findStage,
    layer: opened.experiment.layer,
    programUrl: opened.programUrl,
    workerEntry,
    version,
    emit: (event) => {
      Queue.offerUnsafe(queue, event)
    },
    stop
  }).pipe(Effect.ensuring(Effect.sync(() => Queue.endUnsafe(queue))))
  yield* Effect.promise(() => new Promise<void>((resolve) => reading.addObserver(() => resolve())))
  return result
}, Effect.scoped)

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* (args: Arguments) {
  const ui: Ui = yield* choice(args, "ui", ["tui", "stream", "json"], Terminal.isInteractive() ? "tui" : "stream")
  const jobs = yield* count(args, "jobs", availableParallelism())
  const only = args.list("only")
  const project = yield* Project.find(args)
  const request = {
    experiment: args.positionals[0] ?? "",
    set: args.list("set"),
    only,
    force: args.list("force")
  }
  return yield* Effect.gen(function* () {
    let opened = yield* open(project, request)
    for (let pass = 1; ; pass++) {
      const result = yield* executed(project, opened, { jobs, ui, only: only.join(" ") })
      for (const warning of result.warnings) yield* Terminal.say(`ablate: ${warning}`)
      const code = result.interrupted ? 130 : result.failed > 0 ? 1 : 0
      if (ui === "json" || opened.expansion.table === null) return code
      const { damaged, table } = yield* tableOf(opened.expansion, result.run, result.cells)
      if (damaged.length > 0 && pass === 1 && !result.interrupted) {
        yield* Terminal.say(
          `ablate: the stored metrics of ${damaged.length} cells were damaged and have been dropped; computing them again`
        )
        opened = yield* open(project, { ...request, force: [] })
        continue
      }
      if (!result.interrupted) yield* Terminal.print(`\n${toText(table, { width: Terminal.width(), intervals: false })}`)
      return code
    }
  }).pipe(Effect.provide(Store.layer({ dir: project.storeDir, mode: "read-write" })))
})
