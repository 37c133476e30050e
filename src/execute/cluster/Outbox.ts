/** What a run wants of the queue: what is asked at one time is sent together, and nothing is cancelled before it was sent. */
import { Deferred, Effect, Exit, Latch } from "effect"
import type { StoreError } from "../../store/index.ts"
import type { Asking, Ending, TaskId, TaskQueueService } from "./TaskQueue.ts"

export interface Outbox {
  /** How the way of this id ended before; undefined where it is on its way. */
  readonly send: (asking: Asking) => Effect.Effect<Ending | undefined, StoreError>
  /** Given up, sooner or later. */
  readonly cancel: (id: TaskId) => void
  /** Waits until what was given up is. */
  readonly settle: Effect.Effect<void>
}

interface Letter {
  readonly asking: Asking
  readonly answer: Deferred.Deferred<Ending | undefined, StoreError>
}

/** Sends while the scope lives. */
export const make = Effect.fnUntraced(function* (queue: TaskQueueService) {
  let letters: Array<Letter> = []
  let given: Array<TaskId> = []
  const full = Latch.makeUnsafe(false)
  const empty = Latch.makeUnsafe(true)
  const stir = () => {
    empty.closeUnsafe()
    full.openUnsafe()
  }

  const post = Effect.gen(function* () {
    yield* full.await
    // Whoever asks at the same time is heard too.
    yield* Effect.yieldNow
    full.closeUnsafe()
    const [sending, cancelling] = [letters, given]
    letters = []
    given = []
    if (sending.length > 0) {
      const sent = yield* Effect.exit(queue.send(sending.map(({ asking }) => asking)))
      for (const { answer, asking } of sending)
        Deferred.doneUnsafe(
          answer,
          Exit.map(sent, (ended) => ended.get(asking.id))
        )
    }
    if (cancelling.length > 0) yield* Effect.ignore(queue.cancel(cancelling))
    if (letters.length === 0 && given.length === 0) empty.openUnsafe()
  })
  yield* Effect.forkScoped(Effect.forever(post))

  const outbox: Outbox = {
    send: (asking) =>
      Effect.suspend(() => {
        const answer = Deferred.makeUnsafe<Ending | undefined, StoreError>()
        letters.push({ asking, answer })
        stir()
        return Deferred.await(answer)
      }),
    cancel: (id) => {
      given.push(id)
      stir()
    },
    settle: empty.await
  }
  return outbox
})
