/** A run, computed once more in a store of its own that is thrown away, held against what the run left. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import type { RunEvent } from "../domain/RunEvent.ts"
import type { RunCell, RunRecord } from "../domain/RunRecord.ts"
import { outputsOf } from "../execute/CellRecorder.ts"
import type { Control } from "../execute/Control.ts"
import type { RunResult } from "../execute/Run.ts"
import type { DagNode } from "../plan/Dag.ts"
import { openStore, RunHistory, TraceStore } from "../store/index.ts"
import { CannotReplay } from "./CannotReplay.ts"
import { execute } from "./Execution.ts"
import type * as Only from "./Only.ts"
import type { Project } from "./Project.ts"
import { openRecorded, type Recorded } from "./Recorded.ts"
import type { Replayed, ReplayedCell, ReplayedNode } from "./Replayed.ts"
import { version } from "./Version.ts"

export interface ReplayOptions {
  readonly only: Only.Selection
  readonly jobs: number
  readonly print: (lines: string) => void
  readonly emit: (event: RunEvent) => void
  readonly control: Control
}

const surroundingsOf = ({ environment }: RunRecord): ReadonlyArray<string> => {
  const now = { ablate: version, node: process.version, platform: process.platform, arch: process.arch }
  const named = { ablate: "Ablate", node: "Node", platform: "platform", arch: "architecture" } as const
  return (["ablate", "node", "platform", "arch"] as const).flatMap((field) =>
    environment[field] === now[field] ? [] : [`${named[field]} ${environment[field]} then, ${now[field]} now`]
  )
}

const nodeOf = ({ known }: Recorded, result: RunResult, { id, index, stage }: DagNode): ReplayedNode | undefined => {
  const then = known.artifacts[index]
  const now = result.artifacts[index] ?? null
  const failure = result.failures.get(index) ?? null
  // What was skipped differs by what it waited for.
  if (then === undefined || then === now || (now === null && failure === null)) return undefined
  return { node: id, stage: stage.name, then, now, failure }
}

const cellOf = (
  recorded: Recorded,
  result: RunResult,
  at: number,
  then: RunCell | undefined,
  first: ReplayedNode | null,
  failure: string | undefined
): ReplayedCell => {
  const { opened } = recorded
  const cell = opened.dag.cells[at]?.id ?? ""
  if (
    then === undefined ||
    (then.outputs.metrics === undefined && then.failure === undefined && Object.keys(then.outputs).length === 0)
  )
    return { cell, status: "unknown", first: null, differences: [] }
  const now = outputsOf(opened.plan, opened.sources, result.artifacts, at)
  const outputs = Object.entries(then.outputs).flatMap(([name, hash]) =>
    now[name] === hash
      ? []
      : [`${name}: ${hash.slice(0, 12)}… then, ${now[name] === undefined ? "none" : `${now[name].slice(0, 12)}…`} now`]
  )
  const failures =
    (then.failure === undefined) === (failure === undefined)
      ? []
      : [failure === undefined ? `it failed then (${then.failure})` : `it fails now: ${failure}`]
  const differences = [...failures, ...outputs]
  return { cell, status: differences.length === 0 ? "same" : "different", first, differences }
}

const compared = (recorded: Recorded, result: RunResult, run: RunRecord, cells: ReadonlyArray<RunCell>): Replayed => {
  const { dag } = recorded.opened
  const byCell = new Map(cells.map((each) => [each.cell, each]))
  const firsts = new Map<number, ReplayedNode>()
  const failures = new Map<number, string>()
  let different = 0
  for (const node of dag.nodes) {
    const other = nodeOf(recorded, result, node)
    const failure = result.failures.get(node.index)
    if (other !== undefined) different += 1
    for (const cell of node.cells) {
      if (other !== undefined && !firsts.has(cell)) firsts.set(cell, other)
      if (failure !== undefined && !failures.has(cell)) failures.set(cell, failure)
    }
  }
  const all = dag.cells.map(({ id }, at) =>
    cellOf(recorded, result, at, byCell.get(id), firsts.get(at) ?? null, failures.get(at))
  )
  return {
    run,
    isSame: all.every(({ status }) => status !== "different") && all.some(({ status }) => status === "same"),
    cells: all,
    nodes: {
      computed: result.executed,
      compared: recorded.known.artifacts.filter((artifact) => artifact !== undefined).length,
      different
    },
    surroundings: surroundingsOf(run),
    isInterrupted: result.interrupted
  }
}

/** Large results are blobs: they are written to where temporary files are, and deleted in the end. */
const throwAway = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "ablate-replay-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** Computes a run's cells again. Fails with {@link CannotReplay} where that is not possible, before anything is computed. */
export const replayed = Effect.fnUntraced(function* (project: Project, run: RunRecord, options: ReplayOptions) {
  if (run.status === "running") return yield* new CannotReplay({ run: run.id, reasons: ["it still goes on"] })
  const { lookup } = yield* TraceStore
  const cells = yield* (yield* RunHistory).cellsOf(run.id)
  const storeDir = yield* throwAway
  const recorded = yield* openRecorded(project, run, options.only, storeDir, lookup)
  const result = yield* execute({ root: project.root, storeDir }, recorded.opened, options).pipe(
    Effect.provide(openStore({ storeDir }, { mode: "read-write" }), { local: true })
  )
  return compared(recorded, result, run, cells)
}, Effect.scoped)
