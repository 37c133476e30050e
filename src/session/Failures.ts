/** Where and how nodes failed when they were tried last, as it is told to a person: with the line of the source and what was printed. */
import { existsSync, readFileSync, statSync } from "node:fs"
import { resolve } from "node:path"
import { Effect, Option } from "effect"
import type { JournalEntry } from "../domain/RunDetail.ts"
import type { RunEventOf } from "../domain/RunEvent.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import { RunHistory } from "../store/index.ts"
import type { Project } from "./Project.ts"
import { entriesOf } from "./RunEntries.ts"
import type { ToldFailure } from "./ToldFailure.ts"

/** A node of which failures are asked: its stage, and the cells that need it. */
export interface Wanted {
  readonly stage: string
  readonly cells: ReadonlyArray<string>
  /** As it is declared now. */
  readonly config: unknown
}

const shownLines = 10

/** So many of the newest runs are looked through for the last one that tried a cell. */
const mostRuns = 20

const readText = Option.liftThrowable((path: string) => readFileSync(path, "utf8"))

/** Of `file:line:column`, as it was when the failure happened. */
const sourceAt = (project: Project, place: string | undefined, at: number): string | null => {
  const [, file, line] = /^(.*):(\d+):\d+$/.exec(place ?? "") ?? []
  if (file === undefined || line === undefined) return null
  const path = [resolve(project.root, file), resolve(file)].find((each) => existsSync(each))
  if (path === undefined || statSync(path).mtimeMs > at) return null
  return Option.match(readText(path), {
    onNone: () => null,
    onSome: (text) => text.split("\n")[Number(line) - 1]?.trimEnd() ?? null
  })
}

/** What a journal says of its nodes' ends. */
const read = (entries: ReadonlyArray<JournalEntry>) => {
  const failed = new Map<string, Array<RunEventOf<"NodeFailed">>>()
  const printed = new Map<string, Array<string>>()
  const culprits = new Map<string, string>()
  let started: RunEventOf<"RunStarted"> | undefined
  for (const entry of entries)
    switch (entry._tag) {
      case "RunStarted":
        started = entry
        break
      case "NodeFailed":
        failed.set(entry.node, [...(failed.get(entry.node) ?? []), entry])
        break
      case "NodePrinted":
        printed.set(entry.node, [...(printed.get(entry.node) ?? []), ...entry.text.split("\n")].slice(-shownLines))
        break
      case "NodeSkipped":
        if (entry.because !== null) culprits.set(entry.node, entry.because)
        break
      case "NodeReopened":
      case "NodeSucceeded":
        failed.delete(entry.node)
        culprits.delete(entry.node)
    }
  return { started, failed, printed, culprits }
}

const ofRun = (
  project: Project,
  run: RunRecord,
  entries: ReadonlyArray<JournalEntry>,
  wanted: ReadonlyArray<Wanted>
) => {
  const { culprits, failed, printed, started } = read(entries)
  const found = new Map<string, ToldFailure>()
  for (const { cells, config, stage } of wanted) {
    const asked = new Set(cells)
    for (const info of started?.nodes ?? []) {
      const ids = info.cells.flatMap((at) => started?.cells[at]?.id ?? [])
      if (info.stage !== stage || !ids.some((id) => asked.has(id))) continue
      const node = culprits.get(info.id) ?? info.id
      const attempts = failed.get(node) ?? []
      const last = attempts.at(-1)
      if (last === undefined || last.willRetry || found.has(node)) continue
      found.set(node, {
        run: run.id,
        at: last.at,
        node,
        stage: last.stage,
        cells: ids,
        failure: last.failure,
        source: sourceAt(project, last.failure.place, last.at),
        config: node === info.id ? config : null,
        attempts: attempts.map(({ attempt, durationMs, failure }) => ({
          attempt,
          durationMs,
          message: failure.message
        })),
        printed: printed.get(node) ?? []
      })
    }
  }
  return [...found.values()]
}

/** The failures of these nodes in the last run that tried any of their cells; none where they succeeded in it. */
export const failuresOf = Effect.fnUntraced(function* (
  project: Project,
  experiment: { readonly name: string; readonly file: string },
  wanted: ReadonlyArray<Wanted>
) {
  if (wanted.length === 0) return []
  const history = yield* RunHistory
  const asked = new Set(wanted.flatMap(({ cells }) => cells))
  for (const run of yield* history.runsOf(experiment, mostRuns)) {
    if (run.executed + run.failed + run.skipped === 0 && run.status !== "running") continue
    const cells = yield* history.cellsOf(run.id)
    if (!cells.some(({ cell }) => asked.has(cell))) continue
    return run.failed === 0 && run.status === "succeeded"
      ? []
      : ofRun(project, run, (yield* entriesOf(run)).entries, wanted)
  }
  return []
})
