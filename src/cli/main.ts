/** The command line: parses, runs one command, and turns its end into an exit code. Commands are loaded one at a time. */
import { Cause, Effect, Exit } from "effect"
import { named } from "../execute/Printed.ts"
import { inSources } from "../execute/SourcePlaces.ts"
import { guard } from "../execute/ThreadGuard.ts"
import { version } from "../session/Version.ts"
import { type Arguments, parse, read, type Typed } from "./Arguments.ts"
import type { CommandName } from "./Commands.ts"
import { help } from "./Help.ts"
import { systemFault, systemMessage } from "./SystemFault.ts"
import * as Terminal from "./Terminal.ts"
import { worded } from "./Worded.ts"

type Ended = Effect.Effect<number, { readonly message: string }>

/** What a command does with its arguments, once they are read; its module is loaded then. */
const entry =
  <Name extends CommandName>(name: Name, load: () => Promise<{ readonly command: (args: Arguments<Name>) => Ended }>) =>
  (typed: Typed): Ended =>
    Effect.flatMap(read(name, typed), (args) => Effect.flatMap(Effect.promise(load), ({ command }) => command(args)))

const entries: { readonly [Name in CommandName]: (typed: Typed) => Ended } = {
  init: entry("init", () => import("./commands/init.ts")),
  run: entry("run", () => import("./commands/run.ts")),
  list: entry("list", () => import("./commands/list.ts")),
  settings: entry("settings", () => import("./commands/settings.ts")),
  plan: entry("plan", () => import("./commands/plan.ts")),
  why: entry("why", () => import("./commands/why.ts")),
  table: entry("table", () => import("./commands/table.ts")),
  report: entry("report", () => import("./commands/report.ts")),
  compare: entry("compare", () => import("./commands/compare.ts")),
  verify: entry("verify", () => import("./commands/verify.ts")),
  logs: entry("logs", () => import("./commands/logs.ts")),
  watch: entry("watch", () => import("./commands/watch.ts")),
  runs: entry("runs", () => import("./commands/runs.ts")),
  tag: entry("tag", () => import("./commands/tag.ts")),
  show: entry("show", () => import("./commands/show.ts")),
  replay: entry("replay", () => import("./commands/replay.ts")),
  push: entry("push", () => import("./commands/push.ts")),
  pull: entry("pull", () => import("./commands/pull.ts")),
  graph: entry("graph", () => import("./commands/graph.ts")),
  gc: entry("gc", () => import("./commands/gc.ts")),
  doctor: entry("doctor", () => import("./commands/doctor.ts")),
  worker: entry("worker", () => import("./commands/worker.ts")),
  completion: entry("completion", () => import("./commands/completion.ts"))
}

const main = Effect.gen(function* () {
  const parsed = yield* parse(process.argv.slice(2))
  switch (parsed._tag) {
    case "Version":
      yield* Terminal.print(`${version}\n`)
      return 0
    case "Help":
      yield* Terminal.print(help(parsed.command))
      if (parsed.experiment !== undefined) {
        const { settingsBlock } = yield* Effect.promise(() => import("./commands/settings.ts"))
        yield* Terminal.print(yield* settingsBlock(parsed.experiment))
      }
      return 0
    case "NoExperiment": {
      const { listExperiments } = yield* Effect.promise(() => import("./commands/experiments.ts"))
      yield* listExperiments(parsed.command)
      return 2
    }
    case "Command":
      yield* guard({
        told: ({ name }, what) => process.stderr.write(`ablate: ${name}: ${what}\n`),
        print: (printed) => process.stderr.write(named(printed))
      })
      return yield* entries[parsed.command](parsed.typed)
  }
}).pipe(Effect.scoped)

const exitCode = (exit: Exit.Exit<number, { readonly message: string }>) =>
  Effect.gen(function* () {
    if (Exit.isSuccess(exit)) return exit.value
    if (Cause.hasInterruptsOnly(exit.cause)) return 130
    for (const reason of exit.cause.reasons)
      if (Cause.isFailReason(reason)) {
        const message = systemMessage(worded(reason.error))
        // What is said of one command begins with its name.
        yield* Terminal.say(message.startsWith("ablate ") ? message : `ablate: ${message}`)
        return 2
      }
    for (const reason of exit.cause.reasons) {
      const fault = Cause.isDieReason(reason) ? systemFault(reason.defect) : undefined
      if (fault === undefined) continue
      yield* Terminal.say(`ablate: ${fault}`)
      return 2
    }
    yield* Terminal.say(
      `ablate: this is a bug in Ablate; please report it with what follows\n${inSources(Cause.pretty(exit.cause))}`
    )
    return 2
  })

// Who reads may have seen enough: `ablate why … | head`.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error) => {
    if (!("code" in error) || error.code !== "EPIPE") throw error
  })

// Where everything waits for something that never comes, Node ends the process: that is no success.
process.exitCode = 2

const fiber = Effect.runFork(Effect.flatMap(Effect.exit(main), exitCode))
fiber.addObserver((exit) => {
  process.exitCode = Exit.isSuccess(exit) ? exit.value : 2
  // What modules and stages left running does not keep the command.
  Effect.runFork(Terminal.flushed).addObserver(() => process.exit())
})
