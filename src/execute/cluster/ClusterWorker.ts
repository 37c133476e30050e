/**
 * A worker: fetches tasks that fit, has them computed by the executor of its own machine, stores what comes of them, and
 * ends them. Whoever asked reads the result from the store; a worker that wakes up too late finds its claim gone.
 */
import { Clock, Effect, type Fiber, Latch, Queue, Semaphore } from "effect"
import type { Resources } from "../../domain/Resources.ts"
import type { StoreError } from "../../store/index.ts"
import type { Control, Request } from "../Control.ts"
import { Executor } from "../Executor.ts"
import type { Task, TaskEvent } from "../Task.ts"
import { without } from "./Needs.ts"
import * as ResultWriter from "./ResultWriter.ts"
import { type Delivery, type Ending, type TaskId, TaskQueue, type Versions } from "./TaskQueue.ts"

export type WorkerEvent =
  | { readonly _tag: "Took"; readonly task: Task }
  | { readonly _tag: "Ended"; readonly task: Task; readonly ending: Ending; readonly durationMs: number }

export interface Options {
  readonly name: string
  readonly versions: Versions
  /** All that it has. */
  readonly has: Resources
  /** Makes a task's program one of this machine's; fails with a sentence where it cannot. */
  readonly localise: (task: Task) => Effect.Effect<Task, { readonly message: string }>
  /** It ends when it has had nothing to do for so long. */
  readonly idleExitMs: number | undefined
  readonly tell: (event: WorkerEvent) => void
  /** Called when it takes tasks. */
  readonly ready: () => void
  /** A first stop lets what runs end, a second one gives it back. */
  readonly requests: Control["requests"]
}

/** So often a worker says that it lives, and asks whether its tasks are still its own. */
const keepMs = 1000
/** So often what happens to tasks is told. */
const tellMs = 100
/** So often it looks for tasks that nobody told of, where it has room. */
const lookMs = 500
const presenceMs = 4000

interface Running {
  readonly delivery: Delivery
  readonly fiber: Fiber.Fiber<void>
  /** Its claim is gone: nothing is to be said of it any more. */
  isGone: boolean
}

/** Works until it is asked to stop or has been idle for long. Fails with the store's error. */
export const run = Effect.fnUntraced(function* (options: Options) {
  const { has, idleExitMs, localise, name, tell, versions } = options
  const queue = yield* TaskQueue
  const executor = yield* Executor
  const write = yield* ResultWriter.make
  const clock = yield* Clock.Clock
  const now = () => clock.currentTimeMillisUnsafe()
  const running = new Map<TaskId, Running>()
  const freed = Latch.makeUnsafe(false)
  const refused = new Set<string>()
  let stops: "goes on" | "takes no more" | "leaves" = "goes on"

  // What is told of tasks, in order.
  const telling = yield* Semaphore.make(1)
  let told: Array<{ readonly id: TaskId; readonly event: TaskEvent }> = []
  const flush = telling.withPermit(
    Effect.suspend(() => {
      const part = told
      told = []
      return queue.tell(part)
    })
  )
  const noting = (id: TaskId) => (event: TaskEvent) => {
    const last = told.at(-1)
    // Of what is reported faster than it is told, the latest counts.
    if (event._tag === "Progress" && last?.id === id && last.event._tag === "Progress") told.pop()
    told.push({ id, event: event._tag === "Started" ? { ...event, host: name } : event })
  }

  const compute = ({ id, sent }: Delivery): Effect.Effect<Ending, StoreError> => {
    const { ablate, node } = sent.versions
    const back = (reason: string, isRefused: boolean): Ending => ({ _tag: "Returned", reason, host: name, isRefused })
    if (ablate !== versions.ablate || node !== versions.node)
      return Effect.succeed(
        back(
          `it has Ablate ${versions.ablate} and Node ${versions.node}, the run Ablate ${ablate} and Node ${node}`,
          true
        )
      )
    return Effect.gen(function* () {
      const local = yield* Effect.result(localise(sent.task))
      if (local._tag === "Failure") return back(local.failure.message, true)
      const ran = yield* Effect.result(executor.run(local.success, noting(id)))
      if (ran._tag === "Failure") {
        const lost: Ending = { _tag: "Lost", reason: `on ${name}: ${ran.failure.reason}` }
        return lost
      }
      const outcome = yield* write(sent.task, ran.success)
      const done: Ending = { _tag: "Done", outcome, host: name }
      return done
    })
  }

  const work = (delivery: Delivery) =>
    Effect.gen(function* () {
      const begunMs = now()
      const { id, sent } = delivery
      tell({ _tag: "Took", task: sent.task })
      const ending = yield* compute(delivery).pipe(
        Effect.catch((error) => {
          const lost: Ending = { _tag: "Lost", reason: `on ${name}: ${error.message}` }
          return Effect.succeed(lost)
        }),
        Effect.onInterrupt(() =>
          running.get(id)?.isGone === true
            ? Effect.void
            : Effect.ignore(
                queue.end(delivery, { _tag: "Returned", reason: "its worker is leaving", host: name, isRefused: false })
              )
        )
      )
      if (ending._tag === "Returned" && ending.isRefused) refused.add(delivery.group)
      yield* flush
      yield* queue.end(delivery, ending)
      tell({ _tag: "Ended", task: sent.task, ending, durationMs: now() - begunMs })
    }).pipe(
      Effect.ensuring(
        Effect.sync(() => {
          running.delete(delivery.id)
          freed.openUnsafe()
        })
      )
    )

  const keep = Effect.gen(function* () {
    const held = [...running.values()]
    if (held.length === 0) return
    const still = yield* queue.keep(held.map(({ delivery }) => delivery))
    for (const one of held) {
      if (still.has(one.delivery.id) || !running.has(one.delivery.id)) continue
      one.isGone = true
      one.fiber.interruptUnsafe()
    }
  })

  const announce = Effect.suspend(() =>
    queue.announce({ name, jobs: executor.capacity, running: running.size, has, versions, seenMsAgo: 0 })
  )

  const freeNow = () => {
    let free = has
    for (const { delivery } of running.values()) free = without(free, delivery.sent.task.needs, 1)
    return free
  }

  const take = Effect.gen(function* () {
    const most = executor.capacity - running.size
    if (most < 1) return
    const deliveries = yield* queue.fetch({ free: freeNow(), most, without: [...refused] })
    for (const delivery of deliveries) {
      const fiber = yield* Effect.forkScoped(Effect.orDie(work(delivery)))
      running.set(delivery.id, { delivery, fiber, isGone: false })
    }
  })

  yield* Effect.addFinalizer(() => Effect.ignore(queue.withdraw(name)))
  yield* announce
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(presenceMs), announce)))
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(keepMs), keep)))
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(tellMs), flush)))

  const onRequest = (request: Request) => {
    if (request._tag !== "Stop") return
    stops = request.atOnce ? "leaves" : "takes no more"
    if (request.atOnce) for (const { fiber } of running.values()) fiber.interruptUnsafe()
    freed.openUnsafe()
  }
  yield* Effect.forkScoped(Effect.forever(Effect.map(Queue.take(options.requests), onRequest)))

  options.ready()
  let busyMs = now()
  while (true) {
    if (stops === "goes on") yield* take
    if (running.size > 0) busyMs = now()
    else if (stops !== "goes on") return
    else if (idleExitMs !== undefined && now() - busyMs >= idleExitMs) return
    freed.closeUnsafe()
    const isFull = running.size >= executor.capacity
    yield* isFull || stops !== "goes on"
      ? freed.await
      : Effect.raceFirst(freed.await, queue.stirred(Math.min(lookMs, idleExitMs ?? lookMs)))
  }
})
