/** `ablate run`: executes what is not known, shows it live, then prints what came out on one screen. */
import { availableParallelism } from "node:os"
import { basename, dirname, relative } from "node:path"
import { Clock, Deferred, Effect, Queue, Result } from "effect"
import * as Control from "../../execute/Control.ts"
import { toSummary } from "../../report/index.ts"
import type { Where } from "../../session/Asked.ts"
import { execute, type Finished, runToTable } from "../../session/Execution.ts"
import { type ClusterOptions, clusterOf } from "../../session/Executors.ts"
import type { OpenedExperiment } from "../../session/OpenExperiment.ts"
import type * as Project from "../../session/Project.ts"
import { pushNew } from "../../session/PushNew.ts"
import * as Watching from "../../session/Watching.ts"
import { typedStore } from "../../store/index.ts"
import type { Arguments } from "../Arguments.ts"
import * as Exchanged from "../Exchanged.ts"
import * as LiveView from "../LiveView.ts"
import * as Signals from "../Signals.ts"
import * as Terminal from "../Terminal.ts"
import * as Typed from "../Typed.ts"
import * as Watcher from "../Watcher.ts"

type Ui = NonNullable<Arguments<"run">["options"]["ui"]>

const needsWatcher = ({ plan: { dag, status } }: OpenedExperiment): boolean =>
  process.platform !== "win32" &&
  dag.nodes.some(({ index, stage }) => stage.pool === "inline" && status[index] !== "hit")

/** Runs an opened experiment's plan once, and shows it. */
const shown = Effect.fnUntraced(function* (
  project: Project.Project,
  opened: OpenedExperiment,
  {
    cluster,
    control,
    jobs,
    ui,
    view
  }: {
    readonly jobs: number
    readonly cluster: ClusterOptions | undefined
    readonly ui: Ui
    readonly view: LiveView.LiveView
    readonly control: Control.Control
  }
) {
  view.open(opened)
  if (needsWatcher(opened)) yield* Watcher.watch(ui === "tui")
  return yield* execute(project, opened, {
    jobs,
    cluster,
    ...(view.print === undefined ? {} : { print: view.print }),
    emit: view.tell,
    onDetail: view.tell,
    countsCached: ui === "stream",
    control
  })
}, Effect.scoped)

/** What a person reads after a run. */
const conclusion = (
  { experiment, options: { notes, store } }: Pick<Arguments<"run">, "experiment" | "options">,
  ui: Ui,
  { figures, result, table }: Finished
): string => {
  // Without its name the table is that of a run of all cells.
  const named = result.interrupted || result.run.only !== "" ? ` --run ${result.run.id}` : ""
  const command = `ablate table ${experiment}${named}${store === undefined ? "" : ` --store ${typedStore(store)}`}`
  if (result.interrupted)
    return `What is finished is kept: the same command goes on from there.${table === null ? "" : ` So far: ${command}`}\n`
  const [figure] = figures
  const names = figures.map((path) => basename(path)).join(", ")
  const files = figure === undefined ? [] : [`Figures in ${relative(process.cwd(), dirname(figure))}: ${names}`]
  if (table === null) return files.map((line) => `${line}\n`).join("")
  const color = ui === "tui" && Terminal.hasColor(process.stdout, process.env)
  return `\n${toSummary(table, { width: Terminal.width(), color, notes, command, files })}`
}

/** Pushes what is new where that is wanted, after everything is shown; Ctrl-C leaves it for another time. */
const pushed = Effect.fnUntraced(function* (where: Where, result: Parameters<typeof pushNew>[1]) {
  const done = yield* pushNew(where, result, yield* Exchanged.progress)
  if (done !== undefined) yield* Effect.forEach(Exchanged.newLines(done), (line) => Terminal.say(`ablate: ${line}`))
})

/** Completes when the run that does not go on is to be left. */
const leaving = (control: Control.Control): Effect.Effect<undefined> =>
  Effect.flatMap(Queue.take(control.requests), ({ _tag }) =>
    _tag === "Stop" ? Effect.succeed(undefined) : leaving(control)
  )

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ experiment, options }: Arguments<"run">) {
  const ui: Ui = options.ui ?? (Terminal.isInteractive() ? "tui" : "stream")
  const jobs = options.jobs ?? availableParallelism()
  const cluster = yield* clusterOf({ ...options, slurm: yield* Typed.slurm(options.slurm ?? []) })
  const asked = yield* Typed.asked(experiment, options)
  const control = yield* Control.make
  yield* Signals.stopper(control)
  const view = yield* LiveView.make(
    { ui, verbose: options.verbose, watches: options.watch, typed: { experiment, set: options.set ?? [] } },
    { store: options.store },
    control
  )
  const say = (text: string) => Effect.map(Clock.currentTimeMillis, (at) => view.tell({ _tag: "Watching", at, text }))

  /** One run, with what is told of it. `changed`: the files because of which it is made again. */
  const once = Effect.fnUntraced(function* (changed: ReadonlyArray<string>) {
    let files: Watching.Snapshot = new Map()
    const pass = Effect.fnUntraced(function* (project: Project.Project, opened: OpenedExperiment) {
      // On a screen it may be asked for yet.
      if (options.watch || ui === "tui") files = Watching.snapshot(Watching.filesOf(opened))
      if (changed.length > 0) yield* say(Watching.whatRuns(project, opened, changed))
      const result = yield* shown(project, opened, { jobs, cluster, ui, view, control })
      // Where seeds are added in rounds, one screen shows them all.
      const isRound = opened.expansion.seeds !== null
      yield* view.end(!isRound && (!isStaying() || control.isStopping()))
      // A screen that stays is not written into.
      const isOnScreen = ui === "tui" && (isRound || (isStaying() && !control.isStopping()))
      yield* Effect.forEach(result.warnings, (warning) =>
        isOnScreen ? say(warning) : Terminal.say(`ablate: ${warning}`)
      )
      return result
    })
    const finished = yield* runToTable(changed.length > 0 ? { ...asked, force: [] } : asked, pass, (cells) =>
      Effect.andThen(
        view.end(true),
        Terminal.say(`ablate: the stored metrics of ${cells} cells were damaged and dropped; computing them again`)
      )
    )
    yield* view.end(!isStaying() || control.isStopping())
    if (ui === "stream") yield* conclude(finished)
    return { files, finished }
  })
  const conclude = Effect.fnUntraced(function* (finished: Finished) {
    yield* Terminal.print(conclusion({ experiment, options }, ui, finished))
    for (const { file, reason } of finished.leftOut) yield* Terminal.say(`ablate: figure ${file} left out: ${reason}`)
  })
  const isStaying = () => options.watch || Deferred.isDoneUnsafe(control.watched)

  let { files, finished } = yield* once([])
  while (isStaying() && !control.isStopping()) {
    yield* say(
      `watching ${files.size} file${files.size === 1 ? "" : "s"}; save one to run again what it changes, Ctrl-C to leave`
    )
    const changed = yield* Effect.raceFirst(Watching.nextChange(files), leaving(control))
    if (changed === undefined) break
    // What cannot be run is told, and the next save is waited for.
    const ran = yield* Effect.result(once(changed))
    if (Result.isSuccess(ran)) ({ files, finished } = ran.success)
    else if (ran.failure._tag === "UsageError" && ran.failure.needsRestart === true)
      return yield* Effect.andThen(view.end(true), ran.failure)
    else {
      yield* say(ran.failure.message)
      files = Watching.snapshot([...files.keys()])
    }
  }
  yield* view.end(true)
  if (ui === "tui") yield* conclude(finished)
  const { result } = finished
  yield* pushed(asked, result)
  return result.interrupted ? 130 : result.failed > 0 || result.hasFaults ? 1 : 0
}, Effect.scoped)
