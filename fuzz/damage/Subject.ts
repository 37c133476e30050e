/** A store with a history, what its table shows, and the run that brings it back: what damage is done to. */
import { createHash } from "node:crypto"
import { Effect } from "effect"
import { type ArtifactHash, Key, RunId } from "../../src/domain/Hash.ts"
import type { RunCell, RunRecord } from "../../src/domain/RunRecord.ts"
import {
  ArtifactStore,
  Maintenance,
  RunHistory,
  rebuildDatabase,
  Sqlite,
  type StoreError,
  structuralFaults,
  TraceStore
} from "../../src/store/index.ts"

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")
const experiment = { name: "subject", file: "experiments/subject.ts" }
const cellCount = 12
const nodesOf = (cell: number) => [`shared ${cell % 3}`, `own ${cell}`]

/** The text that a node computes; another generation of the code computes other text. */
const computed = (node: string, generation: number): string => {
  const text = `${generation} ${node} ${sha256(`${generation} ${node}`)} `
  return node.startsWith("shared") ? text.repeat(1000) : text.repeat(8)
}

const keyOf = (node: string, generation: number): Key => Key.make(sha256(`key ${generation} ${node}`))

const recordOf = (id: RunId, startedAt: number, generation: number): RunRecord => ({
  id,
  experiment: experiment.name,
  file: experiment.file,
  settings: {},
  only: "",
  startedAt,
  durationMs: null,
  status: "running",
  nodes: 2 * cellCount,
  executed: 0,
  cached: 0,
  failed: 0,
  skipped: 0,
  environment: { ablate: "0", node: "24", platform: "linux", arch: "x64", cpu: "none", cores: 1 },
  basis: { "stage subject/own": `code:${generation}` }
})

const opened = (dir: string, mode: "read-write" | "read-only" = "read-write") => Sqlite.layer({ dir, mode })

const ensure = Effect.fnUntraced(function* (node: string, generation: number, run: RunId) {
  const artifacts = yield* ArtifactStore
  const traces = yield* TraceStore
  const key = keyOf(node, generation)
  const known = (yield* traces.lookup([key])).get(key)
  const isReadable = known !== undefined && (yield* Effect.exit(artifacts.get(known)))._tag === "Success"
  if (known !== undefined && isReadable) return known
  const artifact = yield* artifacts.prepare(new TextEncoder().encode(computed(node, generation)), "json")
  const trace = {
    key,
    artifact: artifact.hash,
    record: JSON.stringify({ stage: "subject/own", node }),
    durationMs: 1,
    at: 1
  }
  yield* traces.commit({ trace, artifact, execution: { runId: run, key, stage: "subject/own", durationMs: 1, at: 1 } })
  return artifact.hash
})

/** What `ablate run` does to a store; `told` hears of each cell when it is durable, `ended` of the end. */
export const run = (
  dir: string,
  name: string,
  generation: number,
  told: (cell: string) => void = () => undefined,
  ended: () => void = () => undefined
): Effect.Effect<void, unknown> =>
  Effect.gen(function* () {
    const history = yield* RunHistory
    const id = RunId.make(name)
    const begun = recordOf(id, 1000 - generation, generation)
    yield* history.startRun(begun)
    const cells: Array<RunCell> = []
    for (let cell = 0; cell < cellCount; cell++) {
      const outputs: Record<string, ArtifactHash> = {}
      for (const node of nodesOf(cell)) outputs[node] = yield* ensure(node, generation, id)
      const ended = { cell: `k=${cell}`, outputs, nodes: [0, 1] }
      cells.push(ended)
      yield* yield* history.recordCell(id, ended)
      told(ended.cell)
    }
    yield* history.recordCells(id, cells)
    yield* history.recordKeys(
      id,
      cells.flatMap((_, cell) => nodesOf(cell).map((node) => keyOf(node, generation)))
    )
    yield* history.finishRun({ ...begun, status: "succeeded", durationMs: 1 })
    ended()
  }).pipe(Effect.scoped, Effect.provide(opened(dir), { local: true }))

/** What the latest run's table shows: a line a cell, `missing` for what does not read back. */
export const table = (dir: string): Effect.Effect<ReadonlyArray<string>, unknown> =>
  Effect.gen(function* () {
    const artifacts = yield* ArtifactStore
    const history = yield* RunHistory
    const latest = yield* history.latestRun(experiment)
    if (latest === undefined) return ["no run"]
    const lines: Array<string> = []
    for (const { cell, outputs } of yield* history.cellsOf(latest.id))
      for (const [node, hash] of Object.entries(outputs)) {
        const bytes = yield* Effect.exit(artifacts.get(hash))
        lines.push(
          `${cell} ${node} ${bytes._tag === "Success" ? sha256(new TextDecoder().decode(bytes.value)) : "missing"}`
        )
      }
    return latest.status === "succeeded" ? lines : [...lines, latest.status]
  }).pipe(Effect.scoped, Effect.provide(opened(dir), { local: true }))

/** What the table of a generation is, from what its nodes compute and not from a store. */
export const expected = (generation: number): ReadonlyArray<string> =>
  Array.from({ length: cellCount }, (_, cell) => cell).flatMap((cell) =>
    nodesOf(cell).map((node) => `k=${cell} ${node} ${sha256(computed(node, generation))}`)
  )

/** What `ablate doctor --repair` does. */
export const repair = (dir: string): Effect.Effect<void, StoreError> =>
  Effect.gen(function* () {
    const opens = yield* Effect.exit(Effect.provide(Effect.void, opened(dir, "read-only"), { local: true }))
    if (opens._tag === "Failure" || (yield* structuralFaults(dir)).length > 0) yield* rebuildDatabase(dir)
    yield* Effect.provide(
      Maintenance.use((maintenance) => maintenance.check({ repair: true })),
      opened(dir),
      { local: true }
    )
  })

/** How much of a store does not check. */
export const faults = (dir: string): Effect.Effect<number, unknown> =>
  Effect.gen(function* () {
    const { damaged, rows } = yield* Effect.provide(
      Maintenance.use((maintenance) => maintenance.check({ repair: false })),
      opened(dir),
      { local: true }
    )
    return damaged.length + rows.length + (yield* structuralFaults(dir)).length
  })
