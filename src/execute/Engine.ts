/** One attempt at a node: its task to an executor, the check of files it read, the commit of its result. */
import { Clock, Effect, Exit } from "effect"
import * as Json from "../declare/Json.ts"
import { isFileRef } from "../domain/ExternalRef.ts"
import type { ArtifactHash } from "../domain/Hash.ts"
import type { FailureInfo } from "../domain/RunEvent.ts"
import { recordOf } from "../plan/Keys.ts"
import { codeOf, type Sources } from "../plan/Plan.ts"
import { ArtifactStore, Files, type StoreError, TraceStore } from "../store/index.ts"
import { Executor, InlineExecutor } from "./Executor.ts"
import { FileChanged, infoOf } from "./Failure.ts"
import { externalsOf, type Placed, taskOf } from "./NodeTask.ts"
import { Notices } from "./Notices.ts"
import { entryOf, type Succeeded } from "./ResultEntry.ts"
import type { Attempt, NodeResult, Unsuccessful } from "./Scheduler.ts"
import type { Task, TaskEvent, TaskOutcome } from "./Task.ts"

export interface EngineOptions extends Placed {
  readonly sources: Sources
}

/** Failures of what a stage did to its thread rather than of its effect: told also where events are not read. */
const isOfThread = ({ tag }: FailureInfo) => tag === "ProcessEnded" || tag === "Uncaught" || tag === "NeverEnded"

const isOfInputs = ({ tag }: FailureInfo) => tag === "ArtifactDamaged" || tag === "ArtifactMissing"

type Stored = TaskOutcome & { readonly _tag: "Stored" }

/** A result that differs from the one that is already stored under the same key. */
const unlike = (key: string) =>
  `a second computation gave another result (key ${key.slice(0, 12)}…): the stage is not deterministic, or depends on something it does not declare. The first result is kept`

export const make = Effect.fnUntraced(function* (options: EngineOptions) {
  const artifacts = yield* ArtifactStore
  const traces = yield* TraceStore
  const files = yield* Files
  const executor = yield* Executor
  const inline = yield* InlineExecutor
  const { print, warn } = yield* Notices
  const clock = yield* Clock.Clock
  const monotonicMs = () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6

  const verifyFiles = ({ node }: Attempt) =>
    Effect.forEach(
      externalsOf(node, options.externals).filter(isFileRef),
      (file) =>
        Effect.mapError(
          files.verifyFile(file),
          (error) => new FileChanged({ path: file.path, problem: error.message })
        ),
      { discard: true }
    )

  const nodeInputs = ({ inputs, node }: Attempt) => inputs.filter((_, at) => node.inputs[at]?._tag === "Node")

  /** Which of a node's inputs are damaged. */
  const damagedInputs = (attempt: Attempt) =>
    Effect.gen(function* () {
      const damaged: Array<ArtifactHash> = []
      for (const artifact of nodeInputs(attempt))
        if (Exit.isFailure(yield* Effect.exit(artifacts.verify(artifact)))) damaged.push(artifact)
      return damaged
    })

  const commit = ({ begunMs }: Attempt, task: Task, outcome: Succeeded) =>
    Effect.gen(function* () {
      const { key } = task
      const { hash, size } = outcome
      const durationMs = monotonicMs() - begunMs
      const entry = entryOf(task, outcome, { durationMs, at: clock.currentTimeMillisUnsafe() })
      const durable = yield* traces.submit(entry)
      const result: NodeResult<StoreError> = {
        artifact: hash,
        bytes: size,
        durationMs,
        isOwn: true,
        durable: Effect.map(durable, (stored) => (stored.stored === "different" ? unlike(key) : undefined))
      }
      return result
    })

  /** What a worker has stored itself. */
  const stored = ({ isForced, key }: Task, { durationMs, hash, isUnlike, run, size }: Stored) => {
    const result: NodeResult<StoreError> = {
      artifact: hash,
      bytes: size,
      // Of the computation alone: how long the task waited for a worker is not the stage's doing.
      durationMs,
      isOwn: run === options.runId,
      durable: Effect.succeed(isUnlike && !isForced ? unlike(key) : undefined)
    }
    return result
  }

  return {
    execute: (attempt: Attempt): Effect.Effect<NodeResult<StoreError>, Unsuccessful> => {
      const { inputs, key, node, spentMs } = attempt
      const { pool, name } = node.stage
      const task: Task = taskOf(options, {
        node,
        key,
        record: Json.stringify(recordOf(node, codeOf(node, options.sources.code), inputs)),
        isForced: options.sources.force?.has(name) === true,
        inputs,
        spentMs
      })
      const startedMs = monotonicMs()
      const failed = (failure: FailureInfo, spentMs: number): Effect.Effect<never, Unsuccessful> =>
        Effect.gen(function* () {
          if (isOfThread(failure)) warn(`${name}: ${failure.message}`, "note")
          const damaged = isOfInputs(failure) ? yield* damagedInputs(attempt) : null
          const durationMs = monotonicMs() - startedMs
          return yield* Effect.fail({ _tag: "Failed", failure, durationMs, spentMs, damaged } as const)
        })
      const finish = (outcome: TaskOutcome) => {
        if (outcome._tag === "Failed") return failed(outcome.failure, outcome.durationMs)
        if (outcome.left !== null)
          warn(`${name}: it left ${outcome.left} behind when it ended; its worker runs no other stage`, "note")
        if (outcome._tag === "Stored") return Effect.succeed(stored(task, outcome))
        if (node.inputs.every(({ _tag }) => _tag === "Node")) return commit(attempt, task, outcome)
        return Effect.matchEffect(verifyFiles(attempt), {
          onFailure: (error) => failed(infoOf(error), outcome.durationMs),
          onSuccess: () => commit(attempt, task, outcome)
        })
      }
      const tell = (event: TaskEvent) => {
        if (event._tag === "Printed") print(event.printed)
        else if (event._tag === "Noted") warn(event.text, event.kind)
        else attempt.tell(event)
      }
      // A worker reads through its own connection and sees only what is committed, and here.
      const ran =
        pool === "inline"
          ? inline.run(task, tell)
          : traces.flush.pipe(
              Effect.andThen(artifacts.gather(nodeInputs(attempt))),
              Effect.andThen(executor.run(task, tell))
            )
      return Effect.matchEffect(ran, {
        onSuccess: finish,
        onFailure: (error) =>
          error._tag === "WorkerLost"
            ? Effect.fail({ _tag: "Lost", reason: error.reason, durationMs: monotonicMs() - startedMs } as const)
            : failed(infoOf(error), 0)
      })
    }
  }
})
