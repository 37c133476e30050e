/** The thread of a session: runs the experiment as a new process would. */
import { parentPort } from "node:worker_threads"
import { run, WhyTarget, why } from "ablate/commands"
import type * as Effects from "effect"
import type { Outcome, Task } from "./Session.ts"

const experiment = "study.ts"

/** The built framework's own Effect, which is loaded anyway: a second one took a third of a thread's start. */
const { Cause, Effect, Exit }: typeof Effects = await import(
  new URL("../../src/dist/runtime/effect-core.mjs", import.meta.url).href
)

/** The class of an error, and its message. */
const errorOf = (cause: Effects.Cause.Cause<unknown>): readonly [kind: string, text: string] => {
  const error = Cause.squash(cause)
  if (typeof error !== "object" || error === null) return ["error", String(error)]
  const field = (name: string) => (name in error ? String(Reflect.get(error, name)) : "")
  const kind = `${field("_tag") || field("name")} ${field("reason")}`.trim()
  return [kind, `${kind}: ${field("message") || field("text")}`]
}

const outcomeOf = async ({ folder, store }: Task): Promise<Outcome> => {
  const executed = new Set<string>()
  const failures = new Map<string, string>()
  const exit = await Effect.runPromiseExit(
    run({
      experiment,
      folder,
      store,
      jobs: 1,
      onEvent: (event) => {
        if (event._tag === "NodeSucceeded") executed.add(event.stage)
        if (event._tag === "NodeFailed")
          failures.set(`${event.stage} ${event.failure.tag}`, `${event.stage}: ${event.failure.message}`)
      }
    })
  )
  if (Exit.isFailure(exit)) {
    const [kind, text] = errorOf(exit.cause)
    return { kind, text, isError: true, executed }
  }
  if (failures.size > 0)
    return {
      kind: [...failures.keys()].sort().join("\n"),
      text: [...failures.values()].join("\n"),
      isError: true,
      executed
    }
  const text = (exit.value.table?.rows ?? [])
    .map(({ cells, id }) => {
      const figures = Object.entries(cells).map(([column, { values }]) => `${column} ${values.join(" ")}`)
      return `${id}: ${figures.join(", ")}`
    })
    .join("\n")
  return { kind: text, text, isError: false, executed }
}

const reasonsOf = async ({ folder, store }: Task): Promise<ReadonlyArray<string>> => {
  const exit = await Effect.runPromiseExit(
    why({ experiment, folder, store, what: WhyTarget.Cells({ only: { k: 1 } }) })
  )
  return Exit.isSuccess(exit) ? exit.value.nodes.flatMap(({ lines }) => lines) : [errorOf(exit.cause)[1]]
}

const port = parentPort
port?.on("message", async (task: Task) => {
  // Where a module waits for what never comes, nothing must keep the thread.
  port.unref()
  const answer = task.what === "run" ? await outcomeOf(task) : await reasonsOf(task)
  port.ref()
  port.postMessage(answer)
})
