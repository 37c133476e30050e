/** The two sides of a comparison, read from the history. */
import { Effect, Option, Schema } from "effect"
import { KeyRecord } from "../domain/KeyRecord.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import type { CellNodes, NodeSummary, RunSide } from "../report/index.ts"
import { RunHistory, TraceStore } from "../store/index.ts"
import { cellsOfRun } from "./LatestCells.ts"
import { expansionOfRun } from "./OpenExperiment.ts"
import type { Project } from "./Project.ts"
import { tableOf } from "./Results.ts"

const parseRecord = Schema.decodeUnknownOption(Schema.fromJsonString(KeyRecord))

/** The nodes of a cell by stage; a stage that it has twice is numbered. */
export const byStage = (nodes: ReadonlyArray<NodeSummary>): CellNodes => {
  const named: Record<string, NodeSummary> = {}
  for (const node of nodes) {
    const { stage } = node.record
    let name = stage
    for (let again = 2; named[name] !== undefined; again++) name = `${stage}#${again}`
    named[name] = node
  }
  return named
}

/** The nodes behind every cell of a run. */
const nodesOf = Effect.fnUntraced(function* (run: RunRecord) {
  const history = yield* RunHistory
  const keys = yield* history.keysOf(run.id)
  const traces = yield* (yield* TraceStore).get(keys)
  const summaries = keys.map((key) => {
    const trace = traces.get(key)
    const record = trace === undefined ? undefined : Option.getOrUndefined(parseRecord(trace.record))
    return trace === undefined || record === undefined ? undefined : { record, artifact: trace.artifact }
  })
  const cells: Record<string, CellNodes> = {}
  for (const { cell, nodes } of yield* history.cellsOf(run.id))
    cells[cell] = byStage(nodes.flatMap((index) => summaries[index] ?? []))
  return cells
})

/** A run with its table and the nodes behind every cell. */
export const sideOf = Effect.fnUntraced(function* (project: Project, run: RunRecord) {
  const { expansion } = yield* expansionOfRun(project, run.file, run)
  const { table } = yield* tableOf(expansion, run, yield* cellsOfRun(expansion, run))
  const side: RunSide = { run, table, cells: yield* nodesOf(run) }
  return side
})
