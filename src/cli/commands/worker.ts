/** `ablate worker`: computes tasks of a shared store, and says what it takes and what became of it. */
import { Effect } from "effect"
import { isTag } from "../../domain/Resources.ts"
import * as Control from "../../execute/Control.ts"
import { duration } from "../../observe/Duration.ts"
import { oneLine } from "../../observe/LogLine.ts"
import { type WorkerNews, worker } from "../../session/commands/worker.ts"
import { UsageError } from "../../session/UsageError.ts"
import type { Arguments } from "../Arguments.ts"
import * as Signals from "../Signals.ts"
import * as Terminal from "../Terminal.ts"

/** Words of one width. */
const words = { done: "done", failed: "failed", lost: "lost", returned: "back", cancelled: "ended" }

const line = (word: string, ...parts: ReadonlyArray<string>): string =>
  [word.padEnd(6), ...parts.filter((part) => part !== "").map(oneLine)].join("  ")

const lineOf = (event: WorkerNews): string => {
  switch (event._tag) {
    case "Noted":
      return event.text
    case "Took":
      return line("took", event.node, `of ${event.file}`)
    case "Ended":
      return line(words[event.how], event.node, duration(event.durationMs), event.why)
  }
}

const tagsOf = (given: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<string>, UsageError> => {
  const tags = given.flatMap((each) => each.split(","))
  const wrong = tags.find((tag) => !isTag(tag))
  return wrong === undefined
    ? Effect.succeed(tags)
    : Effect.fail(
        new UsageError({
          text: `--tags takes words of letters, digits, "-", "_" and "." with commas between, found "${wrong}"`
        })
      )
}

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ options }: Arguments<"worker">) {
  const control = yield* Control.make
  yield* Signals.stopper(control)
  const say = (text: string) => void process.stderr.write(`${text}\n`)
  yield* worker({
    store: options.store,
    jobs: options.jobs,
    memory: options.memory,
    gpus: options.gpus,
    tags: yield* tagsOf(options.tags ?? []),
    name: options.name,
    idleExit: options["idle-exit"],
    onReady: ({ jobs, name, store }) =>
      say(`ablate worker ${name} is ready: ${jobs} ${jobs === 1 ? "task" : "tasks"} at a time, of ${store}`),
    onEvent: (event) => {
      if (!options.quiet) say(lineOf(event))
    },
    control
  })
  yield* Terminal.say("ablate worker: it has ended")
  return 0
}, Effect.scoped)
