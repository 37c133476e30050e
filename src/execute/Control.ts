/** Steers runs from outside: a screen, a signal or a program asks, the run that goes on takes what was asked in its order. */
import { Deferred, Effect, Queue } from "effect"
import type { RunControl } from "../observe/RunControl.ts"
import type { Signal } from "./Signal.ts"

/** What can be asked of a run: signals that no node gives. */
export type Request = Exclude<Signal, { readonly index: number }>

/** What steers a run, with the side that the run takes from. */
export interface Control extends RunControl {
  /** Taken by one run at a time. */
  readonly requests: Queue.Dequeue<Request>
  /** Whether a stop was asked for, of whichever run. */
  readonly isStopping: () => boolean
  /** Completes when it is asked to stay. */
  readonly watched: Deferred.Deferred<void>
}

/** Makes one, for one run at a time. */
export const make: Effect.Effect<Control> = Effect.gen(function* () {
  const requests = yield* Queue.unbounded<Request>()
  const watched = yield* Deferred.make<void>()
  let stops = 0
  const ask = (request: () => Request) => Effect.sync(() => void Queue.offerUnsafe(requests, request()))
  const stop = (isAtOnce: (stops: number) => boolean) => ask(() => ({ _tag: "Stop", atOnce: isAtOnce(++stops) }))
  return {
    requests,
    watched,
    isStopping: () => stops > 0,
    pause: ask(() => ({ _tag: "Pause" })),
    resume: ask(() => ({ _tag: "Resume" })),
    rerun: (cell) => ask(() => ({ _tag: "Rerun", cell })),
    stop: stop((times) => times > 1),
    stopNow: stop(() => true),
    watch: Effect.asVoid(Deferred.succeed(watched, undefined))
  }
})
