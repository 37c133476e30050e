/** Gets workers from SLURM while a run has tasks for them, and lets them go with the scope. */
import { mkdir, readFile } from "node:fs/promises"
import { hostname } from "node:os"
import { Clock, Effect, Random, Result } from "effect"
import { Notices } from "../Notices.ts"
import type { Task } from "../Task.ts"
import { environmentOf, exportOf } from "./Passed.ts"
import { argumentsOf, logOf, type ScriptOptions, script } from "./Script.ts"
import { isOver, type Job, lacking, standing } from "./Sizing.ts"
import * as Slurm from "./Slurm.ts"

export interface HireOptions extends Omit<ScriptOptions, "name" | "export"> {
  /** The address of the store that the workers have. */
  readonly store: string
  readonly environment: { readonly [name: string]: string | undefined }
}

/** So often SLURM is asked: its controller has others to serve. */
const askMs = 2000
/** So many jobs may end before they take a task, one after another; then no more are asked for. */
const mostFailures = 4
/** So many of the last lines of what a job printed are told. */
const mostLines = 12
/** What a worker says when it can take tasks. */
const ready = /^ablate worker .* is ready/m

const linesOf = (text: string): ReadonlyArray<string> =>
  text
    .split("\n")
    .map((each) => each.trimEnd())
    .filter((each) => each !== "")

/** The line that says most: of a stack its head. */
const gist = (lines: ReadonlyArray<string>): string =>
  (lines.findLast((each) => !/^(\s|\^|Node\.js v)/.test(each)) ?? lines.at(-1) ?? "it has printed nothing").trim()

/** `FAILED, NonZeroExitCode`; empty where SLURM has forgotten it. */
const endOf = (job: Job | undefined): string =>
  job === undefined ? "" : [job.state, job.reason].filter((each) => each !== "" && each !== "None").join(", ")

/** Fails where SLURM would not take the workers. Gives what sees to it that there are enough, and says how that stands. */
export const make = Effect.fnUntraced(function* (options: HireOptions) {
  const unique = yield* Random.nextIntBetween(0, 0xffffff)
  const name = `ablate-${hostname().replace(/[^\w-].*/, "")}-${process.pid}-${unique.toString(16)}`
  const { environment, logs, settings, store } = options
  const batch: Slurm.Batch = {
    script: script({ ...options, export: exportOf(settings.options ?? [], environment) }),
    options: argumentsOf({ ...options, name }),
    env: environmentOf(environment, store)
  }
  yield* Effect.promise(() => mkdir(logs, { recursive: true }))
  yield* Slurm.check(batch)
  const clock = yield* Clock.Clock
  const { write } = yield* Notices
  /** Those that were asked for and were not seen to be over. */
  const asked = new Set<string>()
  let askedMs = Number.NEGATIVE_INFINITY
  let failures = 0
  let line = ""
  yield* Effect.addFinalizer(() => Effect.ignore(Slurm.cancel(name)))

  const fail = (id: string, log: string, end: string) => {
    const lines = linesOf(log)
    const what = `slurm: job ${id} ended before it took a task`
    if (failures === 0) {
      const printed = lines.length === 0 ? "it has printed nothing" : `the last of ${logOf(logs, id)}`
      const head = `${what}${end === "" ? "" : ` (${end})`}: ${printed}`
      write(`${[head, ...lines.slice(-mostLines).map((each) => `  ${each}`)].join("\n")}\n`)
    }
    failures++
    line = `${what}${lines.length === 0 && end !== "" ? ` (${end})` : ""}: ${gist(lines)}`
  }

  /** What the jobs that are over came to: a worker that was ready shows that workers can start. */
  const see = (over: ReadonlyArray<string>, jobs: ReadonlyMap<string, Job>) =>
    Effect.forEach(
      over,
      (id) =>
        Effect.gen(function* () {
          const log = yield* Effect.promise(() => readFile(logOf(logs, id), "utf8").catch(() => ""))
          const end = endOf(jobs.get(id))
          if (!ready.test(log)) return fail(id, log, end)
          failures = 0
          if (end !== "" && !end.startsWith("COMPLETED"))
            write(`slurm: the worker of job ${id} was ended (${end}): others get its tasks; ${logOf(logs, id)}\n`)
        }),
      { discard: true }
    )

  const attend = Effect.fnUntraced(function* (tasks: ReadonlyArray<Task>) {
    const known = yield* Slurm.jobs(name)
    const jobs = new Map(known.map((job) => [job.id, job]))
    const now = known.filter((job) => !isOver(job))
    const there = new Set(now.map(({ id }) => id))
    // Whatever they were when they were last seen: a job may begin and end between two looks.
    const over = [...asked].filter((id) => !there.has(id))
    for (const id of over) asked.delete(id)
    yield* see(over, jobs)
    if (failures >= mostFailures) return
    const more = lacking(
      tasks.map(({ needs }) => needs),
      now,
      settings
    )
    if (more > 0) for (const id of yield* Slurm.submit(batch, more)) asked.add(id)
    if (failures === 0) line = standing(more > 0 ? (yield* Slurm.jobs(name)).filter((job) => !isOver(job)) : now)
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
