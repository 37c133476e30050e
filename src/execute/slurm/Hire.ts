/** Gets workers from SLURM while a run has tasks for them, and lets them go with the scope. */
import { mkdir, readFile } from "node:fs/promises"
import { hostname } from "node:os"
import { Clock, Effect, Random, Result } from "effect"
import type { Task } from "../Task.ts"
import { logOf, type ScriptOptions, script } from "./Script.ts"
import { lacking, standing } from "./Sizing.ts"
import * as Slurm from "./Slurm.ts"

export interface HireOptions extends Omit<ScriptOptions, "name"> {
  /** The address of the store that the workers have. */
  readonly store: string
}

/** So often SLURM is asked: its controller has others to serve. */
const askMs = 2000
/** So many jobs may end before they take a task, one after another; then no more are asked for. */
const mostFailures = 4
/** What a worker says when it can take tasks. */
const ready = /^ablate worker .* is ready/m

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1)?.trim() ?? ""

/** Fails where SLURM would not take the workers. Gives what sees to it that there are enough, and says how that stands. */
export const make = Effect.fnUntraced(function* (options: HireOptions) {
  const unique = yield* Random.nextIntBetween(0, 0xffffff)
  const name = `ablate-${hostname().replace(/[^\w-].*/, "")}-${process.pid}-${unique.toString(16)}`
  const { logs, settings, store } = options
  const batch = script({ ...options, name })
  yield* Effect.promise(() => mkdir(logs, { recursive: true }))
  yield* Slurm.check(batch)
  const clock = yield* Clock.Clock
  /** Those that were asked for and were not seen to be over. */
  const asked = new Set<string>()
  let askedMs = Number.NEGATIVE_INFINITY
  let failures = 0
  let line = ""
  yield* Effect.addFinalizer(() => Effect.ignore(Slurm.cancel(name)))

  /** What the jobs that are over came to: a worker that was ready shows that workers can start. */
  const see = (over: ReadonlyArray<string>) =>
    Effect.forEach(
      over,
      (id) =>
        Effect.gen(function* () {
          const log = yield* Effect.promise(() => readFile(logOf(logs, id), "utf8").catch(() => ""))
          if (ready.test(log)) failures = 0
          else {
            failures++
            line = `slurm: job ${id} ended before it took a task: ${lastLine(log) || "it has printed nothing"}`
          }
        }),
      { discard: true }
    )

  const attend = Effect.fnUntraced(function* (tasks: ReadonlyArray<Task>) {
    const now = yield* Slurm.jobs(name)
    const there = new Set(now.map(({ id }) => id))
    // Whatever they were when they were last seen: a job may begin and end between two looks.
    const over = [...asked].filter((id) => !there.has(id))
    for (const id of over) asked.delete(id)
    yield* see(over)
    if (failures >= mostFailures) return
    const more = lacking(
      tasks.map(({ needs }) => needs),
      now,
      settings
    )
    if (more > 0) for (const id of yield* Slurm.submit(batch, more, { ABLATE_STORE: store })) asked.add(id)
    if (failures === 0) line = standing(more > 0 ? yield* Slurm.jobs(name) : now)
  })

  return (tasks: ReadonlyArray<Task>): Effect.Effect<string> =>
    Effect.gen(function* () {
      if (clock.currentTimeMillisUnsafe() - askedMs >= askMs) {
        const refused = yield* Effect.result(attend(tasks))
        if (Result.isFailure(refused)) line = `slurm: ${refused.failure.message}`
        askedMs = clock.currentTimeMillisUnsafe()
      }
      return failures >= mostFailures ? `${line}; no more are asked for` : line
    })
})
