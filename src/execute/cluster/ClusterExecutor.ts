/** Computes tasks on the workers of a queue: sends them, waits, and tells what happens to them meanwhile. */
import { Clock, Deferred, Effect, Exit, Layer } from "effect"
import { type StoreError, TraceStore } from "../../store/index.ts"
import { Executor, type ExecutorService, WorkerLost } from "../Executor.ts"
import { infoOf } from "../Failure.ts"
import { Notices } from "../Notices.ts"
import type { Task, TaskEvent, TaskOutcome } from "../Task.ts"
import * as Outbox from "./Outbox.ts"
import * as Staff from "./Staff.ts"
import { groupOf, idOf } from "./TaskIds.ts"
import { type Asking, type Ending, type TaskId, TaskQueue, type Versions } from "./TaskQueue.ts"

export interface Options {
  /** This process's own: only workers that have the same compute for it. */
  readonly versions: Versions
  /** A worker that is not heard of for so long has lost its tasks. */
  readonly leaseMs: number
  /** How many tasks are sent at a time. */
  readonly window: number
  /** The command by which a person starts a worker. */
  readonly start: string
  /** Gets workers for the tasks that are not done, once a second; gives a line on how that stands. */
  readonly hire?: (tasks: ReadonlyArray<Task>) => Effect.Effect<string>
  /** What the run's program is called in the shared store: by the name that its tasks have, only this machine has it. */
  readonly program: string
}

/** So often is looked for what nobody told of. */
const lookMs = 250

/** So often is looked who is there to compute. */
const staffMs = 1000

/** A queue is no place for data: so many characters of a task's config and inputs are its limit. */
const mostText = 2 ** 24

const tooLarge = ({ record }: Task): TaskOutcome => ({
  _tag: "Failed",
  failure: {
    tag: "TaskTooLarge",
    message:
      `its config and inputs are ${Math.ceil(record.length / 2 ** 20)} MB as text, and a task for another machine has at most ` +
      `${mostText / 2 ** 20} MB: give what is large as an input of the node`
  },
  left: null,
  durationMs: 0
})

const named = (ending: Ending, host: string | undefined): Ending =>
  ending._tag === "Lost" && host !== undefined && !ending.reason.includes(host)
    ? { ...ending, reason: `${host}: ${ending.reason}` }
    : ending

interface Waiting {
  readonly task: Task
  readonly tell: (event: TaskEvent) => void
  readonly ending: Deferred.Deferred<Ending, StoreError>
  last: number
  /** Who has begun it. */
  host: string | undefined
}

const make = Effect.fnUntraced(function* ({ hire, leaseMs, program, start, versions, window }: Options) {
  const queue = yield* TaskQueue
  const traces = yield* TraceStore
  const { warn, workers: tellWorkers, write } = yield* Notices
  const refusals = new Set<string>()
  /** Told at once, too: where no worker is left, the run waits until somebody does something. */
  const refusal = (text: string) => {
    if (!refusals.has(text)) write(`${text}\n`)
    refusals.add(text)
    warn(text, "note")
  }
  const outbox = yield* Outbox.make(queue)
  const waiting = new Map<TaskId, Waiting>()

  const look = Effect.gen(function* () {
    if (waiting.size === 0) return
    const news = yield* queue.news(new Map([...waiting].map(([id, { last }]) => [id, last])))
    for (const { ending, events, id, last } of news) {
      const one = waiting.get(id)
      if (one === undefined) continue
      one.last = last
      for (const event of events) {
        if (event._tag === "Started") one.host = event.host
        one.tell(event)
      }
      if (ending !== undefined) Deferred.doneUnsafe(one.ending, Exit.succeed(named(ending, one.host)))
    }
  })
  const failAll = (error: StoreError) =>
    Effect.sync(() => {
      for (const { ending } of waiting.values()) Deferred.doneUnsafe(ending, Exit.fail(error))
    })
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(queue.stirred(lookMs), Effect.catch(look, failAll))))

  const clock = yield* Clock.Clock
  let told = ""
  let lackingSince: number | undefined
  /** Sees who is there for the tasks, and tells where that has changed. */
  const staff = Effect.gen(function* () {
    if (waiting.size === 0) return
    const tasks = [...waiting.values()].map(({ task }) => task)
    const hired = hire === undefined ? "" : yield* hire(tasks)
    const now = clock.currentTimeMillisUnsafe()
    const seen = Staff.look({ workers: yield* queue.workers, tasks, versions })
    lackingSince = seen.left.length > 0 ? (lackingSince ?? now) : undefined
    const lackingMs = lackingSince === undefined ? 0 : now - lackingSince
    const text = [Staff.lineOf(seen, lackingMs, start), hired].filter((each) => each !== "").join("; ")
    if (text !== told) tellWorkers(text)
    told = text
  })
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.ignore(staff), Effect.sleep(staffMs))))

  const awaited = (id: TaskId, task: Task, tell: Waiting["tell"]) =>
    Effect.suspend(() => {
      const ending = Deferred.makeUnsafe<Ending, StoreError>()
      waiting.set(id, { task, tell, ending, last: 0, host: undefined })
      return Deferred.await(ending)
    }).pipe(Effect.ensuring(Effect.sync(() => waiting.delete(id))))

  /** Another run may have been faster than the look-up before; what the store does not know any more is no result. */
  const isStanding = ({ key }: Task, ending: Ending) =>
    ending._tag === "Done" && ending.outcome._tag === "Stored"
      ? Effect.map(traces.lookup([key]), (found) => found.has(key))
      : Effect.succeed(false)

  const attempt = (
    task: Task,
    tell: (event: TaskEvent) => void,
    n: number
  ): Effect.Effect<TaskOutcome, WorkerLost | StoreError> =>
    Effect.gen(function* () {
      const id = idOf(task, n)
      const asking: Asking = { id, sent: { task, versions }, group: groupOf(task, versions), leaseMs }
      const way = Effect.gen(function* () {
        const earlier = yield* outbox.send(asking)
        if (earlier === undefined) return yield* awaited(id, task, tell)
        return (yield* isStanding(task, earlier)) ? earlier : undefined
      })
      // Around all of it: between two steps nobody else would take it back.
      const ending = yield* Effect.onInterrupt(way, () => Effect.sync(() => outbox.cancel(id)))
      if (ending === undefined) return yield* attempt(task, tell, n + 1)
      switch (ending._tag) {
        case "Done":
          return ending.outcome
        case "Lost":
          return yield* new WorkerLost({ reason: ending.reason })
        case "Returned":
          if (ending.isRefused) refusal(`${ending.host} takes nothing of ${task.program.name}: ${ending.reason}`)
          return yield* attempt(task, tell, n + 1)
        case "Cancelled":
          return yield* attempt(task, tell, n + 1)
      }
    })

  const present = yield* Effect.orElseSucceed(queue.workers, () => [])
  const jobs = present.reduce((sum, worker) => sum + worker.jobs, 0)
  const service: ExecutorService = {
    capacity: window,
    jobs: Math.max(1, Math.min(window, jobs)),
    run: (task, tell) =>
      task.record.length > mostText
        ? Effect.succeed(tooLarge(task))
        : Effect.catchTag(
            attempt({ ...task, program: { ...task.program, hash: program } }, tell, 0),
            "StoreError",
            (error) => {
              const outcome: TaskOutcome = { _tag: "Failed", failure: infoOf(error), left: null, durationMs: 0 }
              return Effect.succeed(outcome)
            }
          ),
    release: outbox.settle
  }
  return service
})

export const layer = (options: Options): Layer.Layer<Executor, never, TaskQueue | TraceStore | Notices> =>
  Layer.effect(Executor, make(options))
