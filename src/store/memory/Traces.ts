/** Traces in memory. What is submitted is there at once. */
import { Effect } from "effect"
import type { StoreError } from "../StoreError.ts"
import type { CommitEntry, CommitResult, TraceStore } from "../TraceStore.ts"
import type { Artifacts } from "./Artifacts.ts"
import { type Disk, loseTrace } from "./Disk.ts"

export const make = (disk: Disk, artifacts: Artifacts): TraceStore["Service"] => {
  let failure: StoreError | undefined

  const count = (stage: string, durationMs: number): void => {
    const { meanMs, n } = disk.durations.get(stage) ?? { n: 0, meanMs: 0 }
    disk.durations.set(stage, { n: n + 1, meanMs: (n * meanMs + durationMs) / (n + 1) })
  }

  const commit = Effect.fnUntraced(function* ({ artifact, execution, isCopy, isForced, trace }: CommitEntry) {
    if (isForced === true) loseTrace(disk, trace.key)
    const existing = disk.traces.get(trace.key)?.trace.artifact
    if (existing === undefined) {
      yield* artifacts.insert(artifact)
      disk.traces.set(trace.key, { stage: execution.stage, trace })
      if (isCopy !== true) count(execution.stage, execution.durationMs)
    }
    const stored = existing === undefined ? "new" : existing === trace.artifact ? "same" : "different"
    const result: CommitResult = { stored, artifact: existing ?? trace.artifact }
    return result
  })

  const noted = (entry: CommitEntry) =>
    Effect.tapError(commit(entry), (error) =>
      Effect.sync(() => {
        failure ??= error
      })
    )

  return {
    lookup: (keys) =>
      Effect.sync(
        () =>
          new Map(
            keys.flatMap((key) => {
              const artifact = disk.traces.get(key)?.trace.artifact
              return artifact === undefined ? [] : [[key, artifact]]
            })
          )
      ),
    commit: noted,
    submit: (entry) => Effect.exit(noted(entry)),
    flush: Effect.suspend(() => {
      const first = failure
      failure = undefined
      return first === undefined ? Effect.void : Effect.fail(first)
    }),
    get: (keys) =>
      Effect.sync(
        () =>
          new Map(
            keys.flatMap((key) => {
              const trace = disk.traces.get(key)?.trace
              return trace === undefined ? [] : [[key, trace]]
            })
          )
      ),
    ofStage: (stage, limit = 100) =>
      Effect.sync(() =>
        [...disk.traces.values()]
          .flatMap((stored) => (stored.stage === stage ? [stored.trace] : []))
          .sort((a, b) => b.at - a.at || (a.key < b.key ? -1 : 1))
          .slice(0, limit)
      ),
    remove: (key) => Effect.sync(() => loseTrace(disk, key)),
    durations: Effect.sync(() => new Map(disk.durations)),
    damage: Effect.succeed([])
  }
}
