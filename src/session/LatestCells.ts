/**
 * The cells of an experiment as they stand: those of its latest run, and where that run did not ask for a cell
 * (`--only`) or did not reach it, those of the earlier runs that one run could have computed as well: of the same
 * settings, code and files. So a table never mixes what was computed from different programs.
 */
import { Effect } from "effect"
import type { Expansion } from "../declare/Experiment.ts"
import type { RunCell, RunRecord } from "../domain/RunRecord.ts"
import { RunHistory } from "../store/index.ts"

/** How many earlier runs are looked through. */
const mostRuns = 200

export interface LatestCells {
  readonly cells: ReadonlyArray<RunCell>
  /** Whether every cell of the grid is there. */
  readonly isWhole: boolean
  /** What the reader has to know of where the cells are from. */
  readonly remarks: ReadonlyArray<string>
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

export const latestCells = Effect.fnUntraced(function* (expansion: Expansion, run: RunRecord) {
  const history = yield* RunHistory
  const found = new Map((yield* history.cellsOf(run.id)).map((cell) => [cell.cell, cell]))
  const missing = new Set(
    expansion.cells.flatMap(({ id }) => {
      const cell = found.get(id)
      return cell !== undefined && hasEnded(cell) ? [] : [id]
    })
  )
  const remarks: Array<string> = []
  const settled = () => ({ cells: [...found.values()], isWhole: missing.size === 0, remarks }) satisfies LatestCells
  if (missing.size === 0) return settled()

  const all = yield* history.runsOf({ name: run.experiment, file: run.file }, mostRuns)
  const earlier = all.slice(all.findIndex(({ id }) => id === run.id) + 1)
  const basis: Array<RunRecord> = [run]
  let other: { readonly run: RunRecord; readonly cells: ReadonlyArray<string> } | undefined
  for (const before of earlier) {
    if (missing.size === 0) break
    const cells = (yield* history.cellsOf(before.id)).filter((cell) => missing.has(cell.cell) && hasEnded(cell))
    if (cells.length === 0) continue
    // With each of them: two partial runs may agree with the latest one and not with each other.
    if (!basis.every((each) => agree(each, before))) {
      other ??= { run: before, cells: cells.map(({ cell }) => cell) }
      continue
    }
    basis.push(before)
    for (const cell of cells) {
      found.set(cell.cell, cell)
      missing.delete(cell.cell)
    }
    remarks.push(
      `From the earlier run ${before.id} of the same code and settings: ${named(cells.map(({ cell }) => cell))}.`
    )
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
  return { cells, isWhole: expansion.cells.every(({ id }) => ended.has(id)), remarks: [] } satisfies LatestCells
})
