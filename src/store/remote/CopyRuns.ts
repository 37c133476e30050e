/**
 * Whole runs from one open store into another: their results first, then the run with what it lists, so that a run that is
 * there has what it names. Done again, it goes on where it was left.
 */
import { Effect } from "effect"
import type { RunId } from "../../domain/Hash.ts"
import type { RunRecord } from "../../domain/RunRecord.ts"
import type { StoreError } from "../StoreError.ts"
import type { CopiedRuns } from "./CopiedRuns.ts"
import { type Copied, copyArtifacts, copyTraces, nothing, type RecordOf, sum } from "./Copies.ts"
import type { Side } from "./Far.ts"

export interface CopyOptions {
  readonly from: Side
  readonly to: Side
  readonly recordOf: RecordOf
  /** The kind of memo that says what a code hash stands for. */
  readonly codeKind: string
  readonly told: (run: RunRecord, copied: Copied) => void
}

const copyCodes = ({ codeKind, from, to }: CopyOptions, codes: ReadonlySet<string>) =>
  Effect.forEach(
    codes,
    (code) =>
      Effect.gen(function* () {
        if ((yield* to.memo.get(codeKind, code)) !== undefined) return
        const text = yield* from.memo.get(codeKind, code)
        if (text !== undefined) yield* to.memo.set(codeKind, code, text)
      }),
    { discard: true }
  )

/** Whether all that the run lists is there. */
const isThere = Effect.fnUntraced(function* ({ from, to }: CopyOptions, id: RunId) {
  if ((yield* to.history.run(id)) === undefined) return false
  const [keys, cells] = [yield* from.history.keysOf(id), yield* from.history.cellsOf(id)]
  const there = [(yield* to.history.keysOf(id)).length, (yield* to.history.cellsOf(id)).length]
  return there[0] === keys.length && there[1] === cells.length
})

const copyRun = Effect.fnUntraced(function* (options: CopyOptions, run: RunRecord) {
  const { from, recordOf, told, to } = options
  const { id } = run
  const keys = yield* from.history.keysOf(id)
  const cells = yield* from.history.cellsOf(id)
  const { codes, ...results } = yield* copyTraces(options, keys, recordOf, (copied) => told(run, copied))
  const published = [...new Set(cells.flatMap(({ outputs }) => Object.values(outputs)))]
  const artifacts = yield* copyArtifacts(options, published)
  yield* copyCodes(options, codes)
  yield* Effect.catchIf(
    to.history.startRun(run),
    // Its copying was cut off.
    ({ reason }) => reason._tag === "RunExists",
    () => Effect.void
  )
  const { entries } = yield* from.journal.read(id, 0)
  if (entries.length > 0 && (yield* to.journal.read(id, 0)).next === 0) yield* to.journal.append(id, entries)
  // Last, since by these a run counts as copied.
  yield* to.history.recordCells(id, cells)
  if (keys.length > 0) yield* to.history.recordKeys(id, keys)
  return sum({ ...results, codes }, artifacts)
})

const copyTags = Effect.fnUntraced(function* ({ from, to }: CopyOptions, runs: ReadonlySet<RunId>) {
  const there = yield* to.history.tags
  const taken: Array<string> = []
  let tags = 0
  for (const [name, run] of yield* from.history.tags) {
    if (!runs.has(run) || there.get(name) === run) continue
    if ((yield* to.history.tag(run, name)) === run) tags++
    else taken.push(name)
  }
  return { tags, takenTags: taken }
})

/** Copies those runs, in this order: those that are over, each as a whole. */
export const copyRuns = (options: CopyOptions, runs: ReadonlyArray<RunRecord>): Effect.Effect<CopiedRuns, StoreError> =>
  Effect.gen(function* () {
    let [all, copied, there, running] = [nothing, 0, 0, 0]
    for (const run of runs) {
      if (run.status === "running") running++
      else if (yield* isThere(options, run.id)) there++
      else {
        all = sum(all, yield* copyRun(options, run))
        copied++
      }
    }
    const over = runs.flatMap(({ id, status }) => (status === "running" ? [] : [id]))
    const { bytes, damaged, results } = all
    const counts = { results, bytes, damaged, runs: copied, there, running }
    return { ...counts, ...(yield* copyTags(options, new Set(over))) }
  })
