/** `logs`: what stages printed in a run, by node, and where they failed. */
import { Effect } from "effect"
import type { JournalEntry } from "../../domain/RunDetail.ts"
import type { FailureInfo, RunEventOf } from "../../domain/RunEvent.ts"
import type { RunRecord } from "../../domain/RunRecord.ts"
import { RunHistory, StoreLocation } from "../../store/index.ts"
import type { Where } from "../Asked.ts"
import * as Cache from "../Cache.ts"
import type { CommandError } from "../CommandError.ts"
import { findRun } from "../FindRun.ts"
import * as Project from "../Project.ts"
import { entriesOf } from "../RunEntries.ts"
import { follow } from "../RunFollower.ts"
import { nodesMeant } from "../RunNodes.ts"
import type { RunRef } from "../RunRef.ts"
import { UsageError } from "../UsageError.ts"
import type { WhyTarget } from "./why.ts"

export interface LogsOptions extends Where {
  /** Default: the run that was recorded last. */
  readonly run?: RunRef | undefined
  /** Default: everything. */
  readonly what?: WhyTarget | undefined
  /** Only of nodes that failed, or failed once. */
  readonly failed?: boolean
  /** Of a run that goes on: until it ends. */
  readonly follow?: boolean
  /** Takes the lines as they are found. */
  readonly onLine?: (line: LogLine) => void
}

/** A line that was printed, or a failure. */
export interface LogLine {
  readonly node: string
  readonly stage: string
  /** The ids of the cells that need the node. */
  readonly cells: ReadonlyArray<string>
  readonly at: number
  readonly attempt: number
  /** Without the line's end; of a failure its message. */
  readonly text: string
  readonly failure: FailureInfo | null
}

/** The lines of one run, in the order in which they were printed. */
export interface LogsReport {
  /** Whose lines these are: where the one that was meant found all in the cache, the one that computed it. */
  readonly run: RunRecord
  /** The run that was asked for, where it is another. */
  readonly asked: RunRecord | null
  readonly lines: ReadonlyArray<LogLine>
  /** How many parts of the journal were damaged and are left out. */
  readonly lost: number
}

/** Turns what happens in a run into lines, of the nodes that are meant. */
const liner = (what: WhyTarget | undefined) => {
  let started: RunEventOf<"RunStarted"> | undefined
  let meant: ReadonlySet<string> | undefined
  const cellsOf = new Map<string, ReadonlyArray<string>>()
  const linesOf = (entry: JournalEntry): ReadonlyArray<LogLine> => {
    if (entry._tag !== "NodePrinted" && entry._tag !== "NodeFailed") return []
    const { at, attempt, node, stage } = entry
    if (meant?.has(node) === false) return []
    const base = { node, stage, cells: cellsOf.get(node) ?? [], at, attempt }
    return entry._tag === "NodeFailed"
      ? [{ ...base, text: entry.failure.message, failure: entry.failure }]
      : entry.text.split(/\r?\n/).map((text) => ({ ...base, text, failure: null }))
  }
  return Effect.fnUntraced(function* (entries: ReadonlyArray<JournalEntry>) {
    started ??= entries.find((entry) => entry._tag === "RunStarted")
    if (started !== undefined && cellsOf.size === 0) {
      const { cells, nodes } = started
      for (const node of nodes)
        cellsOf.set(
          node.id,
          node.cells.flatMap((at) => cells[at]?.id ?? [])
        )
      if (what !== undefined) meant = yield* nodesMeant(started, what)
    }
    return entries.flatMap(linesOf)
  })
}

const onlyFailed = (lines: ReadonlyArray<LogLine>): ReadonlyArray<LogLine> => {
  const failed = new Set(lines.flatMap(({ failure, node }) => (failure === null ? [] : [node])))
  return lines.filter(({ node }) => failed.has(node))
}

/** So many earlier runs are looked through for the one that computed what is meant. */
const mostEarlier = 20

/** The run that printed what is meant, where the one that was asked for found it in the cache. */
const earlierOf = Effect.fnUntraced(function* (run: RunRecord, what: WhyTarget | undefined) {
  const history = yield* RunHistory
  const runs = yield* history.runsOf({ name: run.experiment, file: run.file }, 200)
  const earlier = runs.slice(runs.findIndex(({ id }) => id === run.id) + 1)
  for (const each of earlier.filter(({ executed, failed }) => executed + failed > 0).slice(0, mostEarlier)) {
    const { entries, lost } = yield* entriesOf(each)
    // An earlier grid may not have had the cell.
    const lines = yield* Effect.orElseSucceed(liner(what)(entries), () => [])
    if (lines.length > 0) return { run: each, lines, lost }
  }
  return undefined
})

const newest = Effect.gen(function* () {
  const [run] = yield* (yield* RunHistory).runs(1)
  return run ?? (yield* new UsageError({ text: `there is no run in ${yield* StoreLocation} yet` }))
})

const linesOfRun = Effect.fnUntraced(function* (project: Project.Project, options: LogsOptions) {
  const run = options.run === undefined ? yield* newest : yield* findRun(project, options.run)
  const onLine = options.onLine ?? (() => {})
  if (options.follow === true && run.status === "running") {
    const read = liner(options.what)
    const lines: Array<LogLine> = []
    const { lost, run: ended } = yield* follow(run, (entries) =>
      Effect.map(read(entries), (some) => {
        for (const line of options.failed === true ? some.filter(({ failure }) => failure !== null) : some) {
          lines.push(line)
          onLine(line)
        }
      })
    )
    return { run: ended, asked: null, lines, lost } satisfies LogsReport
  }
  const { entries, lost } = yield* entriesOf(run)
  const found = yield* liner(options.what)(entries)
  const chosen = options.failed === true ? onlyFailed(found) : found
  const isCached = found.length === 0 && options.failed !== true && options.run?._tag !== "Run"
  const earlier = isCached ? yield* earlierOf(run, options.what) : undefined
  const report: LogsReport =
    earlier === undefined ? { run, asked: null, lines: chosen, lost } : { ...earlier, asked: run }
  for (const line of report.lines) onLine(line)
  return report
})

/** What stages printed in a run, and where they failed. Fails with a `UsageError` where the run, cell or node is not there. */
export const logs = (options: LogsOptions = {}): Effect.Effect<LogsReport, CommandError> =>
  Effect.flatMap(Project.find(options), (project) =>
    Effect.provide(linesOfRun(project, options), Cache.layer(project))
  ).pipe(Effect.withSpan("ablate.logs"))
