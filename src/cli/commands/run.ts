/** `ablate run`: executes what is not known, shows it live, then prints what came out on one screen. */
import { availableParallelism } from "node:os"
import { basename, dirname, relative } from "node:path"
import { Cause, Effect, Exit, Fiber, Queue } from "effect"
import type { JournalEntry, RunDetailOf } from "../../domain/RunDetail.ts"
import type { RunEventOf } from "../../domain/RunEvent.ts"
import * as Control from "../../execute/Control.ts"
import { steered } from "../../observe/LogLine.ts"
import { toSummary } from "../../report/index.ts"
import { execute, type Finished, runToTable } from "../../session/Execution.ts"
import type { OpenedExperiment } from "../../session/OpenExperiment.ts"
import type * as Project from "../../session/Project.ts"
import type { Arguments } from "../Arguments.ts"
import { show, type ViewOptions } from "../RunView.ts"
import * as Signals from "../Signals.ts"
import * as Terminal from "../Terminal.ts"
import * as Typed from "../Typed.ts"
import * as Watcher from "../Watcher.ts"

type Ui = NonNullable<Arguments<"run">["options"]["ui"]>

const stoppingText = (entry: RunDetailOf<"Stopping">): string => (steered(entry) ?? []).join(": ")

const shown = Effect.fnUntraced(function* (
  project: Project.Project,
  opened: OpenedExperiment,
  options: Pick<ViewOptions, "typed" | "ui" | "verbose" | "where"> & { readonly jobs: number }
) {
  // A screen is not written into: what was printed meanwhile follows it.
  const held: Array<string> = []
  const queue = yield* Queue.unbounded<JournalEntry, Cause.Done>()
  const control = yield* Control.make
  yield* Signals.stopper(control)
  const { dag, status } = opened.plan
  if (
    process.platform !== "win32" &&
    dag.nodes.some(({ index, stage }) => stage.pool === "inline" && status[index] !== "hit")
  )
    yield* Watcher.watch(options.ui === "tui")
  let started: RunEventOf<"RunStarted"> | undefined
  const tell = (entry: JournalEntry) => {
    if (entry._tag === "RunStarted") started = entry
    // Who reads the events is no person.
    else if (entry._tag === "Stopping" && options.ui === "json")
      process.stderr.write(`ablate: ${stoppingText(entry)}\n`)
    Queue.offerUnsafe(queue, entry)
  }
  const reading = yield* Effect.forkChild(show({ ...options, started: () => started, control, opened }, queue))
  const result = yield* execute(project, opened, {
    jobs: options.jobs,
    ...(options.ui === "tui" ? { print: (lines: string) => void held.push(lines) } : {}),
    emit: tell,
    onDetail: tell,
    countsCached: options.ui === "stream",
    control
  }).pipe(Effect.ensuring(Effect.sync(() => Queue.endUnsafe(queue))))
  const read = yield* Fiber.await(reading)
  if (held.length > 0) yield* Terminal.say(held.join("").trimEnd())
  // What was computed is kept, and told below: only the way of showing it has a fault.
  if (Exit.isFailure(read) && !Cause.hasInterruptsOnly(read.cause))
    yield* Terminal.say(`ablate: the run could not be shown (--ui ${options.ui}): ${Cause.pretty(read.cause)}`)
  return result
}, Effect.scoped)

/** What a person reads after a run. */
const conclusion = (
  { experiment, options: { notes, store } }: Pick<Arguments<"run">, "experiment" | "options">,
  ui: Ui,
  { figures, result, table }: Finished
): string => {
  const command = `ablate table ${experiment}${store === undefined ? "" : ` --store ${store}`}`
  if (result.interrupted)
    return `What is finished is kept: the same command goes on from there.${table === null ? "" : ` So far: ${command}`}\n`
  const [figure] = figures
  const names = figures.map((path) => basename(path)).join(", ")
  const files = figure === undefined ? [] : [`Figures in ${relative(process.cwd(), dirname(figure))}: ${names}`]
  if (table === null) return files.map((line) => `${line}\n`).join("")
  const color = ui === "tui" && Terminal.hasColor(process.stdout, process.env)
  return `\n${toSummary(table, { width: Terminal.width(), color, notes, command, files })}`
}

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ experiment, options }: Arguments<"run">) {
  const ui: Ui = options.ui ?? (Terminal.isInteractive() ? "tui" : "stream")
  const jobs = options.jobs ?? availableParallelism()
  const finished = yield* runToTable(
    yield* Typed.asked(experiment, options),
    (project, opened) =>
      shown(project, opened, {
        jobs,
        ui,
        verbose: options.verbose,
        where: { store: options.store },
        typed: { experiment, set: options.set ?? [] }
      }).pipe(Effect.tap((each) => Effect.forEach(each.warnings, (warning) => Terminal.say(`ablate: ${warning}`)))),
    (cells) =>
      Terminal.say(`ablate: the stored metrics of ${cells} cells were damaged and dropped; computing them again`)
  )
  if (ui !== "json") yield* Terminal.print(conclusion({ experiment, options }, ui, finished))
  const { result } = finished
  return result.interrupted ? 130 : result.failed > 0 || result.hasFaults ? 1 : 0
})
