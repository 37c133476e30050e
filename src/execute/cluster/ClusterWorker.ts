/**
 * A worker: fetches tasks that fit, has them computed by the executor of its own machine, stores what comes of them, and
 * ends them. Whoever asked reads the result from the store; a worker that wakes up too late finds its claim gone.
 */
import { Clock, Deferred, Effect, type Fiber, Latch, Queue } from "effect"
import type { Resources } from "../../domain/Resources.ts"
import type { StoreError } from "../../store/index.ts"
import type { Control, Request } from "../Control.ts"
import { Executor } from "../Executor.ts"
import { Notices } from "../Notices.ts"
import type { Task, TaskEvent } from "../Task.ts"
import * as Fulfilment from "./Fulfilment.ts"
import { without } from "./Needs.ts"
import { type Delivery, type Ending, type TaskId, TaskQueue, type Versions } from "./TaskQueue.ts"
import * as WorkerPost from "./WorkerPost.ts"

/** Tasks whose results could not be written here are left to others for so long. */
const restMs = 10_000

export type WorkerEvent =
  /** What no task's run may be there to hear. */
  | { readonly _tag: "Noted"; readonly text: string }
  | { readonly _tag: "Took"; readonly task: Task }
  | { readonly _tag: "Ended"; readonly task: Task; readonly ending: Ending; readonly durationMs: number }

export interface Options {
  readonly name: string
  readonly versions: Versions
  /** All that it has. */
  readonly has: Resources
  readonly localise: Fulfilment.Localise
  /** It ends when it has had nothing to do for so long. */
  readonly idleExitMs: number | undefined
  readonly tell: (event: WorkerEvent) => void
  /** Called when it takes tasks. */
  readonly ready: () => void
  /** A first stop lets what runs end, a second one gives it back. */
  readonly requests: Control["requests"]
}

/** So many times in a lease a worker says that it lives, and asks whether its tasks are still its own. */
const keepsInLease = 4
const keepTickMs = 200
/** So often it looks for tasks that nobody told of, where it has room. */
const lookMs = 2000
const presenceMs = 4000

interface Running {
  readonly delivery: Delivery
  fiber: Fiber.Fiber<unknown, unknown> | undefined
  readonly begunMs: number
  isComputing: boolean
  /** Its claim is gone: nothing is to be said of it any more. */
  isGone: boolean
}

/** Works until it is asked to stop or has been idle for long. Fails with the store's error. */
export const run = Effect.fnUntraced(function* (options: Options) {
  const { has, idleExitMs, localise, name, tell, versions } = options
  const queue = yield* TaskQueue
  const executor = yield* Executor
  const notices = yield* Notices
  const clock = yield* Clock.Clock
  const now = () => clock.currentTimeMillisUnsafe()
  const running = new Map<TaskId, Running>()
  const freed = Latch.makeUnsafe(false)
  const refused = new Set<string>()
  let stops: "goes on" | "takes no more" | "leaves" = "goes on"

  const post = yield* WorkerPost.make(queue)
  // Whose doing it is cannot be told from it: every run that computes here may want to know.
  yield* notices.hear((text, kind) => {
    tell({ _tag: "Noted", text })
    for (const id of running.keys()) post.note(id, { _tag: "Noted", text, kind })
  })
  const noting = (id: TaskId) => (event: TaskEvent) =>
    post.note(id, event._tag === "Started" ? { ...event, host: name } : event)

  let restsUntilMs = 0
  const { compute, keep: stored } = yield* Fulfilment.make({
    name,
    versions,
    localise,
    isUnable: () => {
      restsUntilMs = now() + restMs
    }
  })

  const work = (one: Running) =>
    Effect.gen(function* () {
      const { delivery } = one
      const { task } = delivery.sent
      tell({ _tag: "Took", task })
      const computed = yield* compute(delivery.sent, noting(delivery.id))
      // Its place is free for the next while what it gave is stored.
      one.isComputing = false
      freed.openUnsafe()
      const ending = yield* stored(computed)
      if (ending._tag === "Returned" && ending.isRefused) refused.add(delivery.group)
      yield* post.end(delivery, ending)
      tell({ _tag: "Ended", task, ending, durationMs: now() - one.begunMs })
    }).pipe(
      Effect.onInterrupt(() => {
        const ending: Ending = one.isGone
          ? { _tag: "Cancelled" }
          : { _tag: "Returned", reason: "its worker is leaving", host: name, isRefused: false }
        tell({ _tag: "Ended", task: one.delivery.sent.task, ending, durationMs: now() - one.begunMs })
        return one.isGone ? Effect.void : Effect.ignore(post.end(one.delivery, ending))
      }),
      Effect.ensuring(
        Effect.sync(() => {
          running.delete(one.delivery.id)
          freed.openUnsafe()
        })
      )
    )

  let keptMs = now()
  const keep = Effect.gen(function* () {
    const held = [...running.values()]
    const dueMs = Math.min(...held.map(({ delivery }) => delivery.leaseMs / keepsInLease))
    if (held.length === 0) return
    if (!(yield* queue.mayHaveCancelled) && now() - keptMs < dueMs) return
    keptMs = now()
    const still = yield* queue.keep(held.map(({ delivery }) => delivery))
    for (const one of held) {
      if (still.has(one.delivery.id) || !running.has(one.delivery.id)) continue
      one.isGone = true
      one.fiber?.interruptUnsafe()
    }
  })

  const announce = Effect.suspend(() =>
    queue.announce({ name, jobs: executor.capacity, running: running.size, has, versions, seenMsAgo: 0 })
  )

  const computing = () => [...running.values()].filter(({ isComputing }) => isComputing)

  const take = Effect.gen(function* () {
    const busy = computing()
    const most = executor.capacity - busy.length
    if (most < 1 || now() < restsUntilMs) return
    const free = busy.reduce((left, { delivery }) => without(left, delivery.sent.task.needs, 1), has)
    for (const delivery of yield* queue.fetch({ free, most, without: [...refused] })) {
      const one: Running = { delivery, fiber: undefined, begunMs: now(), isComputing: true, isGone: false }
      running.set(delivery.id, one)
      one.fiber = yield* Effect.forkScoped(work(one))
    }
  })

  yield* Effect.addFinalizer(() => Effect.ignore(queue.withdraw(name)))
  yield* announce
  // A worker that cannot say that it lives has lost its tasks without knowing: it ends, with what is wrong.
  const broken = Deferred.makeUnsafe<never, StoreError>()
  const again = (everyMs: number, effect: Effect.Effect<void, StoreError>) =>
    Effect.forever(Effect.andThen(Effect.sleep(everyMs), effect)).pipe(
      Effect.catch((error) => Deferred.fail(broken, error)),
      Effect.forkScoped
    )
  yield* again(presenceMs, announce)
  yield* again(keepTickMs, keep)

  const onRequest = (request: Request) => {
    if (request._tag !== "Stop") return
    stops = request.atOnce ? "leaves" : "takes no more"
    if (request.atOnce) for (const { fiber } of running.values()) fiber?.interruptUnsafe()
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
    const isFull = computing().length >= executor.capacity
    const stirred =
      isFull || stops !== "goes on"
        ? freed.await
        : Effect.raceFirst(freed.await, queue.stirred(Math.min(lookMs, idleExitMs ?? lookMs)))
    yield* Effect.raceFirst(stirred, Deferred.await(broken))
  }
})
