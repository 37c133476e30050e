/** The time that a node has for all its attempts together. It runs from when the first one begins to compute. */
import { type Clock, Duration, Effect } from "effect"
import { StageTimeout } from "./Failure.ts"

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
  readonly #limit: Duration.Duration
  readonly #nowMs: () => number
  #begunMs: number | undefined

  /** `spentMs` has been used up already. */
  constructor(limit: Duration.Input, clock: Clock.Clock, spentMs?: number) {
    this.#limit = Duration.fromInputUnsafe(limit)
    this.#nowMs = () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6
    if (spentMs !== undefined) this.#begunMs = this.#nowMs() - spentMs
  }

  /** None where a stage declares no timeout. */
  static of(limit: Duration.Input | undefined, clock: Clock.Clock): Deadline | undefined {
    return limit === undefined ? undefined : new Deadline(limit, clock)
  }

  /** Starts the clock, unless it runs already. */
  begin(): void {
    this.#begunMs ??= this.#nowMs()
  }

  get limitMs(): number {
    return Duration.toMillis(this.#limit)
  }

  get spentMs(): number {
    return this.#begunMs === undefined ? 0 : this.#nowMs() - this.#begunMs
  }

  get leftMs(): number {
    return Math.max(0, this.limitMs - this.spentMs)
  }

  get exceeded(): StageTimeout {
    return new StageTimeout({ limit: Duration.format(this.#limit) })
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
