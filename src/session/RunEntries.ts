/** What happened in a run: from its journal or, where it kept none, from what its record and its lists say. */
import { Effect, Option, Schema } from "effect"
import * as CellId from "../domain/CellId.ts"
import { KeyRecord } from "../domain/KeyRecord.ts"
import type { JournalEntry } from "../domain/RunDetail.ts"
import type { CellInfo, RunEvent, RunEventOf } from "../domain/RunEvent.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import { RunHistory, RunJournal, TraceStore } from "../store/index.ts"

const stageIn = Schema.decodeUnknownOption(Schema.fromJsonString(KeyRecord))

/** A cell's text names its seed as any axis; by convention it is called so. */
const seedAxis = "seed"

const infoOf = (id: string): CellInfo => {
  const { [seedAxis]: seed, ...labels } = CellId.labelsOf(id)
  const isSeed = seed !== undefined && /^-?\d+$/.test(seed)
  return isSeed
    ? { id, variant: CellId.ofLabels(labels, Object.keys(labels)), labels, seed: Number(seed) }
    : { id, variant: id, labels: CellId.labelsOf(id), seed: null }
}

/** How a run ended, by its record; undefined where that does not say so. */
export const finishedOf = (run: RunRecord): RunEventOf<"RunFinished"> | undefined => {
  const { cached, durationMs, executed, failed, id, nodes, skipped, startedAt, status } = run
  if (status === "running" || durationMs === null) return undefined
  const counts = { nodes, executed, cached, failed, skipped, durationMs }
  return { _tag: "RunFinished", runId: id, at: startedAt + durationMs, status, ...counts }
}

/** A run with nothing to do keeps no journal, nor did older versions: all that is known of its nodes is their results. */
const reconstructed = Effect.fnUntraced(function* (run: RunRecord) {
  const history = yield* RunHistory
  const cells = yield* history.cellsOf(run.id)
  const keys = yield* history.keysOf(run.id)
  const traces = yield* (yield* TraceStore).get(keys)
  const cellsOf: Array<Array<number>> = keys.map(() => [])
  for (const [at, { nodes }] of cells.entries()) for (const node of nodes) cellsOf[node]?.push(at)
  const infos = cells.map(({ cell }) => infoOf(cell))
  const events: Array<RunEvent> = []
  const nodes = keys.map((key, at) => {
    const trace = traces.get(key)
    const record = trace === undefined ? Option.none() : stageIn(trace.record)
    const stage = Option.match(record, { onNone: () => "forgotten", onSome: (found) => found.stage })
    const id = `${stage}#${at}`
    if (trace !== undefined)
      events.push({ _tag: "NodeCached", node: id, stage, at: run.startedAt, key, artifact: trace.artifact })
    return { id, stage, cells: cellsOf[at] ?? [], estimateMs: null }
  })
  const started: RunEvent = {
    _tag: "RunStarted",
    runId: run.id,
    experiment: run.experiment,
    at: run.startedAt,
    jobs: 1,
    axes: [...new Set(infos.flatMap(({ labels }) => Object.keys(labels)))],
    cells: infos,
    nodes
  }
  const finished = finishedOf(run)
  return [started, ...events, ...(finished === undefined ? [] : [finished])]
})

export interface RunEntries {
  readonly entries: ReadonlyArray<JournalEntry>
  /** How many parts of its journal did not check and are left out. */
  readonly lost: number
  /** Where its journal goes on. */
  readonly next: number
}

/** Everything that is known of a run by now. */
export const entriesOf = Effect.fnUntraced(function* (run: RunRecord) {
  const part = yield* (yield* RunJournal).read(run.id, 0)
  if (part.next > 0 || run.status === "running") return part
  const entries: RunEntries = { entries: yield* reconstructed(run), lost: 0, next: 0 }
  return entries
})
