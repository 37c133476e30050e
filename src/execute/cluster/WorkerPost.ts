/** What a worker tells the queue of its tasks: events and endings, in their order, as many at a time as there are. */
import { Deferred, Effect, Exit, Latch } from "effect"
import type { StoreError } from "../../store/index.ts"
import type { TaskEvent } from "../Task.ts"
import type { Delivery, Ended, Ending, TaskId, TaskQueueService } from "./TaskQueue.ts"

/** Events may wait so long for company; endings do not. */
const companyMs = 100

export interface WorkerPost {
  readonly note: (id: TaskId, event: TaskEvent) => void
  /** Ends a task after all that was noted of it; false where the claim was lost before. */
  readonly end: (delivery: Delivery, ending: Ending) => Effect.Effect<boolean, StoreError>
}

interface Posted extends Ended {
  readonly done: Deferred.Deferred<boolean, StoreError>
}

/** Tells while the scope lives. */
export const make = Effect.fnUntraced(function* (queue: TaskQueueService) {
  let told: Array<{ readonly id: TaskId; readonly event: TaskEvent }> = []
  let ended: Array<Posted> = []
  const some = Latch.makeUnsafe(false)
  const urgent = Latch.makeUnsafe(false)

  const post = Effect.gen(function* () {
    yield* some.await
    yield* Effect.raceFirst(urgent.await, Effect.sleep(companyMs))
    some.closeUnsafe()
    urgent.closeUnsafe()
    const [events, endings] = [told, ended]
    told = []
    ended = []
    const exit = yield* Effect.exit(
      Effect.andThen(
        events.length === 0 ? Effect.void : queue.tell(events),
        endings.length === 0 ? Effect.succeed(new Set<TaskId>()) : queue.end(endings)
      )
    )
    for (const { done, held } of endings)
      Deferred.doneUnsafe(
        done,
        Exit.map(exit, (own) => own.has(held.id))
      )
  })
  yield* Effect.forkScoped(Effect.forever(post))

  const service: WorkerPost = {
    note: (id, event) => {
      const last = told.at(-1)
      // Of what is reported faster than it is told, the latest counts.
      if (event._tag === "Progress" && last?.id === id && last.event._tag === "Progress") told.pop()
      told.push({ id, event })
      some.openUnsafe()
    },
    end: (held, ending) =>
      Effect.suspend(() => {
        const done = Deferred.makeUnsafe<boolean, StoreError>()
        ended.push({ held, ending, done })
        some.openUnsafe()
        urgent.openUnsafe()
        return Deferred.await(done)
      })
  }
  return service
})
