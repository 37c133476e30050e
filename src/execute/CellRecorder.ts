/** Records every cell as it ends, so that a run that is killed shows what it finished. */
import { Effect } from "effect"
import type { ArtifactHash, RunId } from "../domain/Hash.ts"
import type { JournalEntry } from "../domain/RunDetail.ts"
import type { RunCell } from "../domain/RunRecord.ts"
import { artifactOf, type Plan, type Sources } from "../plan/Plan.ts"
import type { RunHistory, StoreError } from "../store/index.ts"
import type { Attempt, NodeResult } from "./Scheduler.ts"

/** A cell's published outputs, by the artifacts that are known. */
export const outputsOf = (
  { dag }: Plan,
  sources: Sources,
  artifacts: ReadonlyArray<ArtifactHash | undefined>,
  cell: number
): RunCell["outputs"] => {
  const outputs: Record<string, ArtifactHash> = {}
  for (const [name, wire] of Object.entries(dag.outputs[cell] ?? {})) {
    const artifact = artifactOf(wire, artifacts, sources.externals)
    if (artifact !== undefined) outputs[name] = artifact
  }
  return outputs
}

type Written = Effect.Effect<void, StoreError>

export interface CellRecorder {
  /** Cells of which everything was known before the run. */
  readonly known: ReadonlyArray<RunCell>
  /** Executes a node; what it gives is durable together with the cells that it ends. */
  execute<F>(
    execute: (attempt: Attempt) => Effect.Effect<NodeResult<StoreError>, F>
  ): (attempt: Attempt) => Effect.Effect<NodeResult<StoreError>, F>
  /** Notes nodes that end without being executed (found in the cache, failed, skipped), and those that wait again. */
  note(entry: JournalEntry): void
}

/** `onEnded` is told of every cell of which all is there, once it is durable. */
export const make = (
  plan: Plan,
  sources: Sources,
  history: RunHistory["Service"],
  run: RunId,
  onEnded: (cell: number, outputs: RunCell["outputs"]) => void
): CellRecorder => {
  const { nodes } = plan.dag
  const artifacts = [...plan.artifacts]
  const open = new Int32Array(plan.dag.cells.length)
  const ended = new Uint8Array(nodes.length)
  /** By cell, the message of each of its nodes that failed. */
  const failures = new Map<number, Map<number, string>>()
  const indexOf = new Map<string, number>()
  for (const node of nodes) {
    indexOf.set(node.id, node.index)
    if (plan.status[node.index] === "hit") ended[node.index] = 1
    else for (const cell of node.cells) open[cell] = (open[cell] ?? 0) + 1
  }

  const cellAt = (at: number): RunCell => {
    const failure = [...(failures.get(at)?.values() ?? [])].at(-1)
    return {
      cell: plan.dag.cells[at]?.id ?? "",
      outputs: outputsOf(plan, sources, artifacts, at),
      // Which keys those would be is known when the run ends.
      nodes: [],
      ...(failure === undefined ? {} : { failure })
    }
  }

  /** The cells that end with this node, on their way into the store. */
  const end = (index: number): Effect.Effect<ReadonlyArray<Written>> => {
    const again = ended[index] === 1
    ended[index] = 1
    const complete: Array<number> = []
    for (const cell of nodes[index]?.cells ?? []) {
      if (!again) open[cell] = (open[cell] ?? 0) - 1
      if (open[cell] === 0) complete.push(cell)
    }
    return Effect.forEach(complete, (at) => {
      const cell = cellAt(at)
      const told = Effect.sync(() => {
        if (cell.failure === undefined) onEnded(at, cell.outputs)
      })
      return Effect.map(history.recordCell(run, cell), (written) => Effect.andThen(written, told))
    })
  }

  const reopen = (index: number): void => {
    if (ended[index] === 0) return
    ended[index] = 0
    for (const cell of nodes[index]?.cells ?? []) {
      open[cell] = (open[cell] ?? 0) + 1
      failures.get(cell)?.delete(index)
    }
  }

  const endAside = (index: number): void => {
    // Nobody waits for these: what they name is durable already, or failed.
    for (const written of Effect.runSync(end(index))) Effect.runFork(Effect.ignore(written))
  }

  return {
    known: plan.dag.cells.flatMap((_, at) => (open[at] === 0 ? [cellAt(at)] : [])),
    execute: (execute) => (attempt) =>
      Effect.gen(function* () {
        const result = yield* execute(attempt)
        const { index } = attempt.node
        const isNews = ended[index] === 0 || artifacts[index] !== result.artifact
        artifacts[index] = result.artifact
        const written = isNews ? yield* end(index) : []
        const durable = Effect.tap(result.durable, () => Effect.all(written, { discard: true }))
        return { ...result, durable }
      }),
    note: (event) => {
      if (event._tag === "NodeReopened") return reopen(indexOf.get(event.node) ?? -1)
      if (event._tag !== "NodeCached" && event._tag !== "NodeFailed" && event._tag !== "NodeSkipped") return
      const index = indexOf.get(event.node) ?? -1
      const node = nodes[index]
      if (node === undefined || ended[index] === 1) return
      if (event._tag === "NodeCached") artifacts[index] = event.artifact
      else if (event._tag === "NodeFailed") {
        if (event.willRetry) return
        for (const cell of node.cells)
          failures.set(
            cell,
            (failures.get(cell) ?? new Map()).set(index, `${node.stage.name}: ${event.failure.message}`)
          )
      }
      // Stopped before it ran: it has not ended.
      else if (event.because === null) return
      endAside(index)
    }
  }
}
