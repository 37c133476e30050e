/**
 * The cells of an experiment as they stand: those of the run that stands for it, and where that run did not ask for a cell
 * (`--only`), did not reach it or failed in it, those of the other runs that one run could have computed as well: of the same
 * settings, code and files. So a table never mixes what was computed from different programs.
 */
import { Effect } from "effect"
import type { Expansion } from "../declare/Experiment.ts"
import type { RunCell, RunRecord } from "../domain/RunRecord.ts"
import { RunHistory } from "../store/index.ts"
import type { PassedOver } from "./PassedOver.ts"
import { passedOverOf, settingsOf } from "./Standing.ts"

/** How many runs are looked through. */
const mostRuns = 200

export interface LatestCells {
  readonly cells: ReadonlyArray<RunCell>
  /** Whether every cell of the grid is there. */
  readonly isWhole: boolean
  /** What the reader has to know of where the cells are from. */
  readonly remarks: ReadonlyArray<string>
  /** By cell, the run that its figures are taken from. */
  readonly from: ReadonlyMap<string, RunRecord>
  /** Newer runs of other code, files or settings: nothing of them is shown. */
  readonly passedOver: ReadonlyArray<PassedOver>
}

const hasEnded = ({ failure, outputs }: RunCell): boolean => failure !== undefined || outputs.metrics !== undefined

const isSame = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value)

/** Whether what both depend on is the same. Unknown of runs that older versions recorded. */
const agree = (a: RunRecord, b: RunRecord): boolean => {
  if (a.basis === undefined || b.basis === undefined || !isSame(a.settings, b.settings)) return false
  const other = b.basis
  return Object.entries(a.basis).every(([name, value]) => other[name] === undefined || other[name] === value)
}

const named = (cells: ReadonlyArray<string>): string =>
  cells.length <= 4 ? cells.join("; ") : `${cells.slice(0, 3).join("; ")} and ${cells.length - 3} more`

const unlike = (cells: ReadonlyArray<string>, run: RunRecord): string =>
  `Not shown: ${named(cells)}, computed earlier with other code, files or settings (ablate table --run ${run.id}).`

/** Why nothing of a newer run is shown. */
const passed = (run: RunRecord, standing: RunRecord): PassedOver => {
  const settings = settingsOf(run)
  const isOfOthers = !isSame(run.settings, standing.settings)
  const { reasons } = passedOverOf(run)
  return {
    run,
    reasons: [
      ...reasons,
      isOfOthers ? (settings === "" ? "default settings" : `settings ${settings}`) : "other code or files"
    ]
  }
}

export const latestCells = Effect.fnUntraced(function* (expansion: Expansion, run: RunRecord) {
  const history = yield* RunHistory
  const found = new Map((yield* history.cellsOf(run.id)).map((cell) => [cell.cell, cell]))
  const from = new Map([...found.keys()].map((cell) => [cell, run]))
  const missing = new Set(
    expansion.cells.flatMap(({ id }) => {
      const cell = found.get(id)
      return cell !== undefined && hasEnded(cell) ? [] : [id]
    })
  )
  const failed = new Set(expansion.cells.flatMap(({ id }) => (found.get(id)?.failure === undefined ? [] : [id])))
  const all = yield* history.runsOf({ name: run.experiment, file: run.file }, mostRuns)
  const at = all.findIndex(({ id }) => id === run.id)
  const newer = all.slice(0, Math.max(0, at))
  const remarks: Array<string> = []
  const passedOver = newer.filter((each) => !agree(run, each)).map((each) => passed(each, run))
  const settled = () =>
    ({ cells: [...found.values()], isWhole: missing.size === 0, remarks, from, passedOver }) satisfies LatestCells

  const basis: Array<RunRecord> = [run]
  const take = (other: RunRecord, cells: ReadonlyArray<RunCell>, when: string): void => {
    if (cells.length === 0) return
    basis.push(other)
    for (const cell of cells) {
      found.set(cell.cell, cell)
      from.set(cell.cell, other)
      missing.delete(cell.cell)
      failed.delete(cell.cell)
    }
    remarks.push(
      `From the ${when} run ${other.id} of the same code and settings: ${named(cells.map(({ cell }) => cell))}.`
    )
  }
  // With each of them: two partial runs may agree with the standing one and not with each other.
  const agrees = (other: RunRecord) => basis.every((each) => agree(each, other))
  for (const later of newer) {
    if (missing.size + failed.size === 0) break
    if (!agrees(later)) continue
    const cells = (yield* history.cellsOf(later.id)).filter(
      (cell) =>
        (missing.has(cell.cell) && hasEnded(cell)) || (failed.has(cell.cell) && cell.outputs.metrics !== undefined)
    )
    take(later, cells, "later")
  }
  let other: { readonly run: RunRecord; readonly cells: ReadonlyArray<string> } | undefined
  for (const before of all.slice(at + 1)) {
    if (missing.size === 0) break
    const cells = (yield* history.cellsOf(before.id)).filter((cell) => missing.has(cell.cell) && hasEnded(cell))
    if (cells.length === 0) continue
    if (agrees(before)) take(before, cells, "earlier")
    else other ??= { run: before, cells: cells.map(({ cell }) => cell) }
  }
  const unlikely = other?.cells.filter((cell) => missing.has(cell)) ?? []
  if (other !== undefined && unlikely.length > 0) remarks.push(unlike(unlikely, other.run))
  return settled()
})

/** The cells of one run alone. */
export const cellsOfRun = Effect.fnUntraced(function* (expansion: Expansion, run: RunRecord) {
  const history = yield* RunHistory
  const cells = yield* history.cellsOf(run.id)
  const ended = new Set(cells.filter(hasEnded).map(({ cell }) => cell))
  return {
    cells,
    isWhole: expansion.cells.every(({ id }) => ended.has(id)),
    remarks: [],
    from: new Map(cells.map(({ cell }) => [cell, run])),
    passedOver: []
  } satisfies LatestCells
})
