/** Drives the scheduler in virtual time: nodes take as long and end as the test says, and every execution is counted. */
import { Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import type { ArtifactHash } from "../../src/domain/Hash.ts"
import { isRunEvent } from "../../src/domain/RunDetail.ts"
import type { RunEvent, RunEventOf } from "../../src/domain/RunEvent.ts"
import * as Control from "../../src/execute/Control.ts"
import { type Attempt, type NodeResult, schedule, type Unsuccessful } from "../../src/execute/Scheduler.ts"
import type { Outcome } from "../../src/execute/Signal.ts"
import type { Dag } from "../../src/plan/Dag.ts"
import { artifact, type Known, lookupOf, planOf, sourcesOf } from "../plan/declared.ts"

/** How an execution ends: with the artifact of this name, or otherwise. */
export type Ending =
  | string
  | { readonly failure: string }
  | { readonly defect: string }
  /** Its inputs cannot be read: these artifacts, by name. */
  | { readonly damaged: ReadonlyArray<string> }
  /** Its worker, for this reason. */
  | { readonly lost: string }

export interface Script {
  readonly dag: Dag
  /** The store: results by key. A result enters when its node ends; damage takes it out. */
  readonly results?: Map<string, ArtifactHash>
  readonly sources?: Partial<Known>
  readonly jobs?: number
  readonly priority?: (id: string) => number
  /** Milliseconds. Default 10. */
  readonly duration?: (id: string) => number
  /** How the n-th execution of a node (from 1) ends. Default: with an artifact named as the node. */
  readonly ending?: (id: string, n: number) => Ending
  /** Milliseconds after which the run is stopped. */
  readonly stopAt?: number
  /** Then what runs is let end. */
  readonly letsEnd?: boolean
  /** Milliseconds from the end of a node until it is durable, or an error of the store. Default 0. */
  readonly durable?: (id: string) => number | Error
  /** Whether a result was computed for this run. Default: all. */
  readonly isOwn?: (node: string) => boolean
  /** A warning that becomes known with the result's durability. */
  readonly warning?: (id: string) => string | undefined
}

export interface Played {
  readonly exit: Exit.Exit<Outcome, Error>
  readonly outcome: Outcome
  readonly events: ReadonlyArray<RunEvent>
  /** Node ids in the order in which their executions began, with every repetition. */
  readonly executed: ReadonlyArray<string>
  /** The most nodes of each kind that ran at the same time. */
  readonly most: { readonly inline: number; readonly worker: number }
  /** When each execution began and ended, in milliseconds. */
  readonly spans: ReadonlyMap<string, { readonly from: number; readonly to: number }>
  /** Of every execution, what earlier attempts had used of the stage's time. */
  readonly spent: ReadonlyArray<number>
  /** When the run ended. */
  readonly at: number
  of<Tag extends RunEvent["_tag"]>(tag: Tag): ReadonlyArray<RunEventOf<Tag>>
}

export const play = (script: Script): Effect.Effect<Played> =>
  Effect.gen(function* () {
    const { dag } = script
    const results = script.results ?? new Map<string, ArtifactHash>()
    const sources = sourcesOf(dag, results, script.sources)
    const control = yield* Control.make
    const events: Array<RunEvent> = []
    const executed: Array<string> = []
    const spent: Array<number> = []
    const spans = new Map<string, { readonly from: number; readonly to: number }>()
    const now = { inline: 0, worker: 0 }
    const most = { inline: 0, worker: 0 }
    let clock = 0

    const execute = (attempt: Attempt): Effect.Effect<NodeResult<Error>, Unsuccessful> =>
      Effect.gen(function* () {
        const { id } = attempt.node
        const { pool } = attempt.node.stage
        executed.push(id)
        spent.push(attempt.spentMs)
        const n = executed.filter((each) => each === id).length
        const from = clock
        now[pool]++
        most[pool] = Math.max(most[pool], now[pool])
        attempt.tell({ _tag: "Started", worker: 0 })
        const durationMs = script.duration?.(id) ?? 10
        yield* Effect.sleep(durationMs).pipe(Effect.ensuring(Effect.sync(() => now[pool]--)))
        spans.set(id, { from, to: clock })
        const failed = (message: string, damaged: ReadonlyArray<ArtifactHash> | null) =>
          Effect.fail({
            _tag: "Failed",
            failure: { tag: "Oops", message },
            durationMs,
            spentMs: durationMs,
            damaged
          } as const)
        const ending = script.ending?.(id, n) ?? id
        if (typeof ending !== "string") {
          if ("defect" in ending) return yield* Effect.die(new Error(ending.defect))
          if ("damaged" in ending) {
            const damaged = ending.damaged.map(artifact)
            for (const [key, each] of results) if (damaged.includes(each)) results.delete(key)
            return yield* failed("damaged", damaged)
          }
          if ("lost" in ending) return yield* Effect.fail({ _tag: "Lost", reason: ending.lost, durationMs } as const)
          return yield* failed(ending.failure, null)
        }
        results.set(attempt.key, artifact(ending))
        const durable = script.durable?.(id) ?? 0
        return {
          artifact: artifact(ending),
          bytes: 1,
          durationMs,
          isOwn: script.isOwn?.(id) ?? true,
          durable:
            typeof durable === "number"
              ? Effect.as(Effect.sleep(durable), script.warning?.(id))
              : Effect.andThen(Effect.sleep(1), Effect.fail(durable))
        }
      })

    const fiber = yield* schedule<Error>({
      plan: planOf(dag, sources),
      sources,
      lookup: lookupOf(sources),
      capacity: { inline: 1, worker: script.jobs ?? 2 },
      priority: dag.nodes.map((node) => script.priority?.(node.id) ?? 0),
      emit: (entry) => {
        if (isRunEvent(entry)) events.push(entry)
      },
      execute,
      flush: Effect.void,
      reason: () => "new",
      requests: control.requests
    }).pipe(Effect.scoped, Effect.exit, Effect.forkChild)

    const settle = Effect.repeat(Effect.yieldNow, { times: 30 })
    yield* settle
    while (fiber.pollUnsafe() === undefined && clock < 10_000) {
      clock++
      if (clock === script.stopAt) yield* script.letsEnd === true ? control.stop : control.stopNow
      yield* TestClock.adjust(1)
      yield* settle
    }
    const ended = fiber.pollUnsafe()
    if (ended === undefined) {
      yield* Fiber.interrupt(fiber)
      return yield* Effect.die(new Error(`the run hangs; executed: ${executed.join(" ")}`))
    }
    const exit = yield* Fiber.join(fiber)
    const none: Outcome = {
      artifacts: [],
      keys: [],
      failures: new Map(),
      executed: -1,
      cached: -1,
      failed: -1,
      skipped: -1,
      interrupted: false,
      warnings: []
    }
    return {
      exit,
      outcome: Exit.isSuccess(exit) ? exit.value : none,
      events,
      executed,
      spent,
      most,
      spans,
      at: clock,
      of: <Tag extends RunEvent["_tag"]>(tag: Tag) =>
        events.filter((event): event is RunEventOf<Tag> => event._tag === tag)
    }
  })

export const counts = ({ outcome: { cached, executed, failed, skipped } }: Played) => ({
  executed,
  cached,
  failed,
  skipped
})
