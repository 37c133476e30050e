/** New results on their way to the other store while a run goes on. Nobody waits for them; what does not get there is pushed next time. */
import { Effect, Queue } from "effect"
import type { Key } from "../../domain/Hash.ts"
import type { CommitResult } from "../TraceStore.ts"
import { copyTraces, type RecordOf } from "./Copies.ts"
import type { Far, RemoteMode, Side } from "./Far.ts"

export interface Pushing {
  /** Tells of a result that has become durable here. */
  stored(key: Key, result: CommitResult): Effect.Effect<void>
}

/** Results that are pushed together. */
const most = 256

export const make = Effect.fnUntraced(function* (near: Side, far: Far, mode: RemoteMode, recordOf: RecordOf) {
  if (mode === "read") return { stored: () => Effect.void } satisfies Pushing
  const queue = yield* Queue.unbounded<Key>()
  yield* Queue.takeBetween(queue, 1, most).pipe(
    Effect.flatMap((keys) => far.tell((side) => copyTraces({ from: near, to: side }, keys, recordOf))),
    Effect.forever,
    Effect.forkScoped
  )
  const pushing: Pushing = {
    stored: (key, { stored }) => (stored === "new" ? Effect.asVoid(Queue.offer(queue, key)) : Effect.void)
  }
  return pushing
})
