/** What a worker does with an outcome: it stores what was made itself, so that nothing has to travel to who asked. */
import { Clock, Effect, Exit } from "effect"
import { isFileRef } from "../../domain/ExternalRef.ts"
import { Files, TraceStore } from "../../store/index.ts"
import { FileChanged, toInfo } from "../Failure.ts"
import { entryOf, type Succeeded } from "../ResultEntry.ts"
import type { Task, TaskOutcome } from "../Task.ts"

/** Stores a result; gives the outcome as whoever asked for the task is told it. Fails only with the store's error. */
export const make = Effect.gen(function* () {
  const traces = yield* TraceStore
  const files = yield* Files
  const clock = yield* Clock.Clock

  const verifyFiles = ({ inputs }: Task) =>
    Effect.forEach(
      inputs.flatMap((input) => ("external" in input && isFileRef(input.external) ? [input.external] : [])),
      (file) =>
        Effect.mapError(
          files.verifyFile(file),
          (error) => new FileChanged({ path: file.path, problem: error.message })
        ),
      { discard: true }
    )

  const store = (task: Task, outcome: Succeeded) =>
    Effect.gen(function* () {
      const { durationMs, hash, left, size } = outcome
      const entry = entryOf(task, outcome, { durationMs, at: clock.currentTimeMillisUnsafe() })
      const { artifact, stored } = yield* traces.commit(entry)
      const isUnlike = stored === "different"
      const told: TaskOutcome = { _tag: "Stored", run: task.run, hash: artifact, size, isUnlike, left, durationMs }
      return isUnlike ? told : { ...told, hash }
    })

  return Effect.fnUntraced(function* (task: Task, outcome: TaskOutcome) {
    if (outcome._tag !== "Succeeded") return outcome
    const verified = yield* Effect.exit(verifyFiles(task))
    if (Exit.isSuccess(verified)) return yield* store(task, outcome)
    const { durationMs, left } = outcome
    const failed: TaskOutcome = { _tag: "Failed", failure: toInfo(verified.cause), left, durationMs }
    return failed
  })
})
