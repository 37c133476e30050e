/** The command line: parses, runs one command, and turns its end into an exit code. Commands are loaded one at a time. */
import { Cause, Effect, Exit } from "effect"
import { guard } from "../execute/ThreadGuard.ts"
import { UsageError } from "../session/UsageError.ts"
import { version } from "../session/Version.ts"
import { type Arguments, parse } from "./Arguments.ts"
import { help } from "./Help.ts"
import { systemFault, systemMessage } from "./SystemFault.ts"
import * as Terminal from "./Terminal.ts"

type Command = (args: Arguments) => Effect.Effect<number, { readonly message: string }>

const load: { readonly [command: string]: () => Promise<{ readonly command: Command }> } = {
  init: () => import("./commands/init.ts"),
  run: () => import("./commands/run.ts"),
  plan: () => import("./commands/plan.ts"),
  why: () => import("./commands/why.ts"),
  table: () => import("./commands/table.ts"),
  compare: () => import("./commands/compare.ts"),
  runs: () => import("./commands/runs.ts"),
  show: () => import("./commands/show.ts"),
  graph: () => import("./commands/graph.ts"),
  gc: () => import("./commands/gc.ts"),
  doctor: () => import("./commands/doctor.ts")
}

const main = Effect.gen(function* () {
  const parsed = yield* parse(process.argv.slice(2))
  if (parsed._tag === "Version") {
    yield* Terminal.print(`${version}\n`)
    return 0
  }
  if (parsed._tag === "Help") {
    yield* Terminal.print(help(parsed.command))
    return 0
  }
  const module = load[parsed.command]
  if (module === undefined) return yield* new UsageError({ text: `"${parsed.command}" is not built yet` })
  const { command } = yield* Effect.promise(module)
  yield* guard({
    told: ({ name }, what) => process.stderr.write(`ablate: ${name}: ${what}\n`),
    print: (lines) => process.stderr.write(lines)
  })
  return yield* command(parsed)
}).pipe(Effect.scoped)

const exitCode = (exit: Exit.Exit<number, { readonly message: string }>) =>
  Effect.gen(function* () {
    if (Exit.isSuccess(exit)) return exit.value
    if (Cause.hasInterruptsOnly(exit.cause)) return 130
    for (const reason of exit.cause.reasons)
      if (Cause.isFailReason(reason)) {
        const message = systemMessage(reason.error.message)
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
      `ablate: this is a bug in Ablate; please report it with what follows\n${Cause.pretty(exit.cause)}`
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
