/** What a screen asks the store about a run's cells. */
import { Effect, Option, Schema } from "effect"
import { Metrics } from "../domain/Metrics.ts"
import type { RunEventOf } from "../domain/RunEvent.ts"
import type { RunCell } from "../domain/RunRecord.ts"
import type { RunLookup } from "../observe/RunControl.ts"
import { ArtifactStore, RunHistory } from "../store/index.ts"

const decodeMetrics = Schema.decodeUnknownOption(Schema.fromJsonString(Metrics))

/** The metrics of cells that are recorded for the run that `started` gives; what cannot be read counts as not known. */
export const metricsReader = Effect.fnUntraced(function* (started: () => RunEventOf<"RunStarted"> | undefined) {
  const artifacts = yield* ArtifactStore
  const history = yield* RunHistory
  let known: { readonly run: string; readonly cells: ReadonlyMap<string, RunCell> } | undefined

  const recorded = Effect.fnUntraced(function* (run: RunEventOf<"RunStarted">, ids: ReadonlyArray<string>) {
    const found = known
    if (found?.run === run.runId && ids.every((id) => found.cells.get(id)?.outputs.metrics !== undefined))
      return found.cells
    const cells = new Map((yield* history.cellsOf(run.runId)).map((cell) => [cell.cell, cell]))
    known = { run: run.runId, cells }
    return cells
  })

  const metricsOf: RunLookup["metricsOf"] = (wanted) =>
    Effect.gen(function* () {
      const run = started()
      const found = new Map<number, Metrics>()
      if (run === undefined) return found
      const ids = wanted.map((at) => run.cells[at]?.id ?? "")
      const cells = yield* recorded(run, ids)
      for (const [each, at] of wanted.entries()) {
        const hash = cells.get(ids[each] ?? "")?.outputs.metrics
        if (hash === undefined) continue
        const bytes = yield* Effect.option(artifacts.get(hash))
        const metrics = Option.flatMap(bytes, (text) => decodeMetrics(new TextDecoder().decode(text)))
        if (Option.isSome(metrics)) found.set(at, metrics.value)
      }
      return found
    }).pipe(Effect.orElseSucceed(() => new Map()))
  return metricsOf
})
