/** The time that a node has for all its attempts together. It runs from when the first one begins to compute. */
import { type Clock, Duration, Effect } from "effect"
import { StageTimeout } from "./Failure.ts"
import type { TaskTime } from "./Task.ts"

/** Node's timers fire at once where they are asked for more. */
const longestTimerMs = 2 ** 31 - 1

/** Calls `then` after any time, also one longer than a timer can hold. Gives what cancels it. */
export const after = (ms: number, then: () => void): (() => void) => {
  if (ms === Number.POSITIVE_INFINITY) return () => {}
  const step = Math.min(ms, longestTimerMs)
  let cancel = () => clearTimeout(timer)
  const timer = setTimeout(() => {
    if (step >= ms) then()
    else cancel = after(ms - step, then)
  }, step)
  return () => cancel()
}

export class Deadline {
  readonly limitMs: number
  readonly #nowMs: () => number
  #begunMs: number | undefined

  /** `spentMs` has been used up already. */
  constructor({ limitMs, spentMs }: TaskTime, clock: Clock.Clock) {
    this.limitMs = limitMs
    this.#nowMs = () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6
    if (spentMs > 0) this.#begunMs = this.#nowMs() - spentMs
  }

  /** None where a task has no end to its time. */
  static of(time: TaskTime | null, clock: Clock.Clock): Deadline | undefined {
    return time === null ? undefined : new Deadline(time, clock)
  }

  /** Starts the clock, unless it runs already. */
  begin(): void {
    this.#begunMs ??= this.#nowMs()
  }

  get spentMs(): number {
    return this.#begunMs === undefined ? 0 : this.#nowMs() - this.#begunMs
  }

  get leftMs(): number {
    return Math.max(0, this.limitMs - this.spentMs)
  }

  get exceeded(): StageTimeout {
    return new StageTimeout({ limit: Duration.format(Duration.millis(this.limitMs)) })
  }

  /** The effect, or {@link StageTimeout} when the time that is left has passed. */
  bound<A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | StageTimeout, R> {
    return Effect.suspend(() => {
      this.begin()
      return Effect.timeoutOrElse(effect, {
        duration: this.leftMs,
        orElse: () => Effect.fail(this.exceeded)
      })
    })
  }
}
