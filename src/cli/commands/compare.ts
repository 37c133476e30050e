/** `ablate compare`: what differs between two runs, in their inputs and metric by metric. */
import { Effect, Option, Schema } from "effect"
import { KeyRecord } from "../../domain/KeyRecord.ts"
import type { RunRecord } from "../../domain/RunRecord.ts"
import {
  compareRuns,
  comparisonToJson,
  comparisonToMarkdown,
  comparisonToText,
  type RunSide
} from "../../report/index.ts"
import { Store } from "../../store/index.ts"
import { type Arguments, choice } from "../Arguments.ts"
import { latestRun } from "../FindRun.ts"
import { expansionOf } from "../OpenExperiment.ts"
import * as Project from "../Project.ts"
import { tableOf } from "../Results.ts"
import * as Terminal from "../Terminal.ts"
import { UsageError } from "../UsageError.ts"

const parseRecord = Schema.decodeUnknownOption(Schema.fromJsonString(KeyRecord))

/** A run by its id, or the latest finished one of an experiment. */
const resolve = Effect.fnUntraced(function* (what: string) {
  const store = yield* Store
  const runs = yield* store.runs(10_000)
  const byId = runs.filter((run) => run.id === what)[0] ?? runs.filter((run) => run.id.startsWith(what))[0]
  if (byId !== undefined && /^\d{8}/.test(what)) return byId
  if (!runs.some((run) => run.experiment === what))
    return yield* new UsageError({
      text: `"${what}" is neither a run nor an experiment with a run in ${store.dir}. See: ablate runs`
    })
  return yield* latestRun(what)
})

/** The nodes behind every cell of a run, by stage; a stage that a cell has twice is numbered. */
const nodesOf = Effect.fnUntraced(function* (run: RunRecord) {
  const store = yield* Store
  const keys = yield* store.keysOf(run.id)
  const traces = yield* Effect.forEach(keys, (key) => store.traceOf(key))
  const summaries = traces.map((trace) => {
    const record = trace === undefined ? undefined : Option.getOrUndefined(parseRecord(trace.record))
    return trace === undefined || record === undefined ? undefined : { record, artifact: trace.artifact }
  })
  const cells: Record<string, RunSide["cells"][string]> = {}
  for (const { cell, nodes } of yield* store.cellsOf(run.id)) {
    const named: Record<string, RunSide["cells"][string][string]> = {}
    for (const index of nodes) {
      const summary = summaries[index]
      if (summary === undefined) continue
      const { stage } = summary.record
      let name = stage
      for (let again = 2; named[name] !== undefined; again++) name = `${stage}#${again}`
      named[name] = summary
    }
    cells[cell] = named
  }
  return cells
})

const sideOf = Effect.fnUntraced(function* (project: Project.Project, run: RunRecord) {
  const store = yield* Store
  const { expansion } = yield* expansionOf(project, run.file, run.settings)
  const { table } = yield* tableOf(expansion, run, yield* store.cellsOf(run.id))
  const side: RunSide = { run, table, cells: yield* nodesOf(run) }
  return side
})

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* (args: Arguments) {
  const format = yield* choice(args, "format", ["text", "md", "json"], "text")
  const project = yield* Project.find(args)
  return yield* Effect.gen(function* () {
    const a = yield* resolve(args.positionals[0] ?? "")
    const b = yield* resolve(args.positionals[1] ?? "")
    const comparison = compareRuns(yield* sideOf(project, a), yield* sideOf(project, b))
    yield* Terminal.print(
      format === "json"
        ? comparisonToJson(comparison)
        : format === "md"
          ? comparisonToMarkdown(comparison)
          : comparisonToText(comparison, { width: Terminal.width() })
    )
    return 0
  }).pipe(Effect.provide(Store.layer({ dir: project.storeDir, mode: "read-only" })))
})
