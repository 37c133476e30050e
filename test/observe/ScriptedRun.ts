/** A run to be told event by event: a grid of methods × seeds, where every cell trains on one corpus and is measured. */
import { type Cause, Effect, Queue } from "effect"
import { ArtifactHash, Key, RunId } from "../../src/domain/Hash.ts"
import type { CellInfo, NodeInfo, RunEvent } from "../../src/domain/RunEvent.ts"

const key = Key.make("1".repeat(64))
const artifact = ArtifactHash.make("2".repeat(64))

export interface Shape {
  readonly methods: ReadonlyArray<string>
  readonly seeds: number
  readonly jobs?: number
  /** Estimates of the corpus, a training and a measuring; null: no history. */
  readonly estimates?: readonly [number | null, number | null, number | null]
}

/** Node order: the corpus, then for every cell its training, then for every cell its measuring. */
export const scripted = ({ methods, seeds, jobs = 2, estimates = [100, 1000, 10] }: Shape) => {
  const cells: ReadonlyArray<CellInfo> = methods.flatMap((method) =>
    Array.from({ length: seeds }, (_, index) => ({
      id: `method=${method},seed=${index + 1}`,
      variant: `method=${method}`,
      labels: { method },
      seed: index + 1
    }))
  )
  const all = cells.map((_, index) => index)
  const nodes: ReadonlyArray<NodeInfo> = [
    { id: "corpus#0", stage: "corpus", cells: all, estimateMs: estimates[0] },
    ...all.map((cell) => ({ id: `train#${1 + cell}`, stage: "train", cells: [cell], estimateMs: estimates[1] })),
    ...all.map((cell) => ({
      id: `measure#${1 + cells.length + cell}`,
      stage: "measure",
      cells: [cell],
      estimateMs: estimates[2]
    }))
  ]
  const of = (index: number) => ({ node: nodes[index]?.id ?? "", stage: nodes[index]?.stage ?? "" })
  const runId = RunId.make("20260131-154502-k3f9")
  return {
    cells,
    nodes,
    train: (cell: number) => 1 + cell,
    measure: (cell: number) => 1 + cells.length + cell,
    started: (at = 0): RunEvent => ({
      _tag: "RunStarted",
      runId,
      experiment: "table3",
      at,
      jobs,
      axes: ["method"],
      cells,
      nodes
    }),
    start: (node: number, at: number, attempt = 1): RunEvent => ({
      _tag: "NodeStarted",
      ...of(node),
      at,
      worker: 1,
      attempt,
      reason: "new"
    }),
    report: (node: number, at: number, current: number, total: number | null, loss: number): RunEvent => ({
      _tag: "NodeProgress",
      ...of(node),
      at,
      current,
      total,
      unit: "epoch",
      metrics: { loss }
    }),
    cached: (node: number, at: number): RunEvent => ({ _tag: "NodeCached", ...of(node), at, key, artifact }),
    succeeded: (node: number, at: number, durationMs: number): RunEvent => ({
      _tag: "NodeSucceeded",
      ...of(node),
      at,
      key,
      artifact,
      durationMs,
      bytes: 10
    }),
    failed: (
      node: number,
      at: number,
      attempt = 1,
      willRetry = false,
      message = "the loss is not finite"
    ): RunEvent => ({
      _tag: "NodeFailed",
      ...of(node),
      at,
      failure: { tag: "Diverged", message },
      attempt,
      willRetry,
      durationMs: 500
    }),
    skipped: (node: number, at: number, because: number | null): RunEvent => ({
      _tag: "NodeSkipped",
      ...of(node),
      at,
      because: because === null ? null : of(because).node
    }),
    finished: (
      at: number,
      status: "succeeded" | "failed" | "interrupted",
      counts: { executed?: number; cached?: number; failed?: number; skipped?: number }
    ): RunEvent => ({
      _tag: "RunFinished",
      runId,
      at,
      status,
      nodes: nodes.length,
      executed: 0,
      cached: 0,
      failed: 0,
      skipped: 0,
      ...counts,
      durationMs: at
    })
  }
}

/** A queue that has these events and ends. */
export const queued = Effect.fnUntraced(function* (events: ReadonlyArray<RunEvent>) {
  const queue = yield* Queue.unbounded<RunEvent, Cause.Done>()
  yield* Queue.offerAll(queue, events)
  yield* Queue.end(queue)
  return queue
})
