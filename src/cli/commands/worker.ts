/** `ablate worker`: computes tasks of a shared store, and says what it takes and what became of it. */
import { Effect } from "effect"
import { isTag } from "../../domain/Resources.ts"
import * as Control from "../../execute/Control.ts"
import type { WorkerEvent } from "../../execute/cluster/ClusterWorker.ts"
import { worker } from "../../session/commands/worker.ts"
import { UsageError } from "../../session/UsageError.ts"
import type { Arguments } from "../Arguments.ts"
import * as Signals from "../Signals.ts"
import * as Terminal from "../Terminal.ts"

const lineOf = (event: WorkerEvent): string => {
  if (event._tag === "Noted") return event.text
  if (event._tag === "Took") return `took  ${event.task.node}`
  const { durationMs, ending, task } = event
  const how =
    ending._tag === "Done"
      ? ending.outcome._tag === "Failed"
        ? `failed: ${ending.outcome.failure.message}`
        : "done"
      : "reason" in ending
        ? `${ending._tag}: ${ending.reason}`
        : ending._tag
  return `ended ${task.node} ${how} ${durationMs} ms`
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
    onReady: (name) => say(`ablate worker ${name} is ready`),
    onEvent: (event) => {
      if (!options.quiet) say(lineOf(event))
    },
    control
  })
  yield* Terminal.say("ablate worker: done")
  return 0
}, Effect.scoped)
