/**
 * The loop around {@link RunState}: it starts what the state decides, and tells it what becomes of it. Ready nodes run as soon
 * as there is a free worker, those that start the longest chain of work first. A node whose inputs turned out as before is
 * found in the cache and never runs. A failure skips what depends on it; every other node goes on.
 */
import { Cause, Clock, Deferred, Duration, Effect, Exit, type Fiber, Queue, Schedule, type Scope } from "effect"
import type { ArtifactHash, Key } from "../domain/Hash.ts"
import type { JournalEntry } from "../domain/RunDetail.ts"
import type { FailureInfo } from "../domain/RunEvent.ts"
import type { DagNode } from "../plan/Dag.ts"
import type { Lookup } from "../plan/Plan.ts"
import type { Control, Request } from "./Control.ts"
import { toInfo } from "./Failure.ts"
import { RunState, type Options as StateOptions } from "./RunState.ts"
import type { Decision, Outcome, Signal, Start } from "./Signal.ts"
import { type TaskEvent, timeOf } from "./Task.ts"

/** One attempt at a node that is not known. */
export interface Attempt {
  readonly node: DagNode
  readonly key: Key
  readonly inputs: ReadonlyArray<ArtifactHash>
  /** When the node's first one began, by the monotonic clock. */
  readonly begunMs: number
  /** What earlier ones have used of the stage's time. */
  readonly spentMs: number
  readonly tell: (event: TaskEvent) => void
}

/** A node's result. `durable` completes when a crash can no longer lose it. */
export interface NodeResult<E> {
  readonly artifact: ArtifactHash
  readonly bytes: number
  readonly durationMs: number
  /** False where it was computed for another node, or another run, that asked for the same at the same time. */
  readonly isOwn: boolean
  /** Gives a warning where the store holds another result for the same key. */
  readonly durable: Effect.Effect<string | undefined, E>
}

/** How an attempt ends that gives no result. */
export type Unsuccessful =
  | {
      readonly _tag: "Failed"
      readonly failure: FailureInfo
      readonly durationMs: number
      /** What it has used of the stage's time. */
      readonly spentMs: number
      /** Where inputs could not be read: those that are damaged. */
      readonly damaged: ReadonlyArray<ArtifactHash> | null
    }
  | { readonly _tag: "Lost"; readonly reason: string; readonly durationMs: number }

export interface Options<E> extends StateOptions {
  /** Asked again just before a node runs: early cutoff, or another process that was faster. */
  readonly lookup: Lookup<E>
  readonly emit: (entry: JournalEntry) => void
  /** Makes one attempt at a node, or dies with the store's error. */
  readonly execute: (attempt: Attempt) => Effect.Effect<NodeResult<E>, Unsuccessful>
  /** Makes what has been submitted durable now: nothing else will come. */
  readonly flush: Effect.Effect<void, unknown>
  /** What is asked for meanwhile. */
  readonly requests: Control["requests"]
}

/** The time between two attempts. */
const pauses = Schedule.exponential("100 millis")

const makePauses = Schedule.toStep(pauses)

/** What is to be remembered of a node that has failed and is tried again. */
interface Tried {
  readonly begunMs: number
  readonly spentMs: number
  readonly pauses: Effect.Success<typeof makePauses>
}

/** How the fiber of an attempt ended. */
type Ended<E> = Exit.Exit<NodeResult<E>, Unsuccessful>

type Message<E> =
  | { readonly _tag: "Attempted"; readonly attempt: Attempt; readonly exit: Ended<E> }
  | { readonly _tag: "Rested"; readonly index: number }
  /** Everything that was submitted is durable, or something cannot be. */
  | { readonly _tag: "Written"; readonly exit: Exit.Exit<unknown, E> }
  | { readonly _tag: "Asked"; readonly request: Request }

/** The result of a node that turned out to be known. */
const knownResult = (artifact: ArtifactHash): NodeResult<never> => ({
  artifact,
  bytes: 0,
  durationMs: 0,
  isOwn: false,
  durable: Effect.succeed(undefined)
})

/** Runs a plan to its end. Fails only where the store does; everything else is an event and a count. */
export const schedule = <E>(options: Options<E>): Effect.Effect<Outcome, E, Scope.Scope> =>
  Effect.gen(function* () {
    const { emit } = options
    const clock = yield* Clock.Clock
    const now = () => clock.currentTimeMillisUnsafe()
    const monotonicMs = () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6
    const mailbox = yield* Queue.make<Message<E>>()
    const state = new RunState(options)
    const fibers = new Map<number, Fiber.Fiber<unknown, unknown>>()
    const tried = new Map<number, Tried>()
    /** What is computed at present: nodes whose inputs came out alike are one computation. */
    const computing = new Map<Key, Deferred.Deferred<void>>()
    const resting: Array<{ readonly index: number; readonly pauseMs: number }> = []

    const follow = (decisions: ReadonlyArray<Decision>) => {
      for (const decision of decisions)
        if (decision._tag === "Emit") emit(decision.event)
        else if (decision._tag === "Tell") emit(decision.detail)
        else if (decision._tag === "Rest") resting.push(decision)
        else for (const index of decision.only ?? [...fibers.keys()]) fibers.get(index)?.interruptUnsafe()
    }
    const tell = (signal: Signal) => follow(state.on(signal, now()))

    const start = (one: Start): Effect.Effect<void, E, Scope.Scope> =>
      one.mayBeKnown
        ? Effect.flatMap(options.lookup([one.key]), (found) => {
            const artifact = found.get(one.key)
            if (artifact === undefined) return launch(one)
            tell({ _tag: "Known", index: one.node.index, artifact })
            return Effect.void
          })
        : launch(one)

    const execute = (attempt: Attempt): Effect.Effect<NodeResult<E>, Unsuccessful> => {
      const { key } = attempt
      const other = computing.get(key)
      if (other !== undefined)
        return Deferred.await(other).pipe(
          Effect.andThen(Effect.orDie(options.lookup([key]))),
          Effect.flatMap((found) => {
            const artifact = found.get(key)
            return artifact === undefined ? execute(attempt) : Effect.succeed(knownResult(artifact))
          })
        )
      const over = Deferred.makeUnsafe<void>()
      computing.set(key, over)
      return Effect.ensuring(
        options.execute(attempt),
        Effect.sync(() => {
          computing.delete(key)
          Deferred.doneUnsafe(over, Exit.void)
        })
      )
    }

    const launch = ({ inputs, key, node }: Start): Effect.Effect<void, never, Scope.Scope> =>
      Effect.suspend(() => {
        const { index } = node
        const earlier = tried.get(index)
        const attempt: Attempt = {
          node,
          key,
          inputs,
          begunMs: earlier?.begunMs ?? monotonicMs(),
          spentMs: earlier?.spentMs ?? 0,
          tell: (event) => tell({ _tag: "Happened", index, event })
        }
        return execute(attempt).pipe(
          Effect.forkScoped({ startImmediately: true }),
          Effect.flatMap((fiber) => {
            const exit = fiber.pollUnsafe()
            // Most inline nodes are done by now: a message to ourselves would cost as much as they do.
            if (exit !== undefined) return onAttempted(attempt, exit)
            fibers.set(index, fiber)
            // An interrupted node is told too, or the run would wait for it for ever.
            fiber.addObserver((late) => Queue.offerUnsafe(mailbox, { _tag: "Attempted", attempt, exit: late }))
            return Effect.void
          })
        )
      })

    const rest = ({ index, pauseMs }: { readonly index: number; readonly pauseMs: number }) =>
      Effect.map(Effect.forkScoped(Effect.sleep(pauseMs), { startImmediately: true }), (fiber) => {
        fibers.set(index, fiber)
        fiber.addObserver(() => Queue.offerUnsafe(mailbox, { _tag: "Rested", index }))
      })

    const onAttempted = (attempt: Attempt, exit: Ended<E>): Effect.Effect<void, never, Scope.Scope> =>
      Effect.suspend(() => {
        const { index } = attempt.node
        fibers.delete(index)
        if (Exit.isSuccess(exit)) {
          tried.delete(index)
          const { artifact, isOwn } = exit.value
          tell({ _tag: isOwn ? "Succeeded" : "Known", index, artifact })
          if (!isOwn) return Effect.void
          return whenDurable(attempt, exit.value)
        }
        const ending = exit.cause.reasons.find(Cause.isFailReason)?.error
        if (ending?._tag === "Failed") return onFailed(attempt, ending)
        if (ending?._tag === "Lost") tell({ ...ending, index })
        else if (Cause.hasInterruptsOnly(exit.cause)) tell({ _tag: "Interrupted", index })
        else tell({ _tag: "Failed", index, failure: toInfo(exit.cause), durationMs: 0, pauseMs: null, damaged: null })
        return Effect.void
      })

    const onFailed = (
      { begunMs, node, spentMs }: Attempt,
      { damaged, durationMs, failure, spentMs: used }: Unsuccessful & { readonly _tag: "Failed" }
    ) =>
      Effect.gen(function* () {
        const { index, stage } = node
        const steps = tried.get(index)?.pauses ?? (yield* makePauses)
        const nextPause = Effect.map(steps(now(), undefined), ([, pause]) => Duration.toMillis(pause))
        // A schedule that has ended allows no further attempt.
        const pauseMs = damaged === null ? yield* Effect.orElseSucceed(nextPause, () => null) : null
        const spent = spentMs + used + (pauseMs ?? 0)
        const time = timeOf(stage.timeout, spent)
        const isInTime = time === null || spent < time.limitMs
        if (pauseMs === null) tried.delete(index)
        else tried.set(index, { begunMs, spentMs: spent, pauses: steps })
        tell({ _tag: "Failed", index, failure, durationMs, damaged, pauseMs: isInTime ? pauseMs : null })
        yield* Effect.forEach(resting.splice(0), rest, { discard: true })
      })

    const whenDurable = ({ key, node }: Attempt, { artifact, bytes, durable, durationMs }: NodeResult<E>) =>
      Effect.map(Effect.forkChild(durable, { startImmediately: true }), (fiber) => {
        fiber.addObserver((exit) => {
          const { index } = node
          if (Exit.isSuccess(exit))
            tell({ _tag: "Durable", index, key, artifact, durationMs, bytes, warning: exit.value })
          if (state.isWritten || Exit.isFailure(exit)) Queue.offerUnsafe(mailbox, { _tag: "Written", exit })
        })
      })

    yield* Queue.take(options.requests).pipe(
      Effect.map((request) => Queue.offerUnsafe(mailbox, { _tag: "Asked", request })),
      Effect.forever,
      Effect.forkScoped
    )

    follow(state.begin(now()))
    while (true) {
      // A message may be the one that asks to stop: it is heard between two nodes.
      while (Queue.sizeUnsafe(mailbox) === 0) {
        const next = state.next()
        if (next === undefined) break
        yield* start(next)
      }
      if (state.phase === "ended") break
      // Its failure comes with the messages of those whose results it loses.
      if (state.phase === "writing") yield* Effect.ignore(options.flush)
      const message = yield* Queue.take(mailbox)
      switch (message._tag) {
        case "Attempted":
          yield* onAttempted(message.attempt, message.exit)
          break
        case "Rested":
          fibers.delete(message.index)
          tell(message)
          break
        case "Written":
          if (Exit.isFailure(message.exit)) return yield* Effect.failCause(message.exit.cause)
          break
        case "Asked":
          tell(message.request)
      }
    }
    follow(state.end(now()))
    return state.outcome
  })
