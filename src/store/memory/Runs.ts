/** The runs in memory. */
import { Effect } from "effect"
import type { RunId } from "../../domain/Hash.ts"
import type { RunCell, RunRecord } from "../../domain/RunRecord.ts"
import { type ExperimentId, latestBy, type RunHistory } from "../RunHistory.ts"
import { StoreError, StoreReason } from "../StoreError.ts"
import type { Disk, StoredRun } from "./Disk.ts"

const defaultLimit = 100

export const make = (disk: Disk, path: string): RunHistory["Service"] => {
  const newest = (wanted: (run: RunRecord) => boolean, limit: number) =>
    Effect.sync(() =>
      [...disk.runs.values()]
        .map(({ record }) => record)
        .filter(wanted)
        .reverse()
        .slice(0, limit)
    )

  const change = (id: RunId, use: (run: StoredRun) => void) =>
    Effect.sync(() => {
      const run = disk.runs.get(id)
      if (run !== undefined) use(run)
    })

  const runsOf = ({ file, name }: ExperimentId, limit = defaultLimit) =>
    newest((run) => run.experiment === name && (file === undefined || run.file === file), limit)

  const setCells = (run: StoredRun, cells: ReadonlyArray<RunCell>): void => {
    run.cells = cells
    run.ended.clear()
  }

  return {
    startRun: (record) =>
      Effect.suspend(() => {
        const { id } = record
        if (disk.runs.has(id))
          return Effect.fail(new StoreError({ path, reason: StoreReason.cases.RunExists.make({ run: id }) }))
        disk.runs.set(id, { record, cells: undefined, keys: undefined, ended: new Map(), journal: [] })
        return Effect.void
      }),
    recordCell: (id, cell) =>
      Effect.as(
        change(id, (run) => run.ended.set(cell.cell, cell)),
        Effect.void
      ),
    recordCells: (id, cells) => change(id, (run) => setCells(run, cells)),
    recordKeys: (id, keys) =>
      change(id, (run) => {
        run.keys = keys
      }),
    finishRun: (record) =>
      change(record.id, (run) => {
        run.record = record
      }),
    runs: (limit = defaultLimit) => newest(() => true, limit),
    run: (id) => Effect.sync(() => disk.runs.get(id)?.record),
    runsOf,
    latestRun: latestBy(runsOf),
    cellsOf: (id) =>
      Effect.sync(() => {
        const run = disk.runs.get(id)
        const listed = new Map((run?.cells ?? []).map((cell) => [cell.cell, cell]))
        return [...new Map([...listed, ...(run?.ended ?? [])]).values()]
      }),
    keysOf: (id) => Effect.sync(() => disk.runs.get(id)?.keys ?? []),
    knownPlan: (id) => Effect.sync(() => ({ losses: disk.losses, artifacts: disk.plans.get(id)?.artifacts })),
    keepPlan: (id, { artifacts, id: plan, losses }) =>
      change(id, ({ cells, keys }) => {
        if (losses !== disk.losses || cells === undefined || keys === undefined) return
        disk.plans.set(plan, { artifacts: artifacts.slice(), cells, keys })
      }),
    recordLike: (id, plan) =>
      Effect.sync(() => {
        const known = disk.plans.get(plan)
        const run = disk.runs.get(id)
        if (known !== undefined && run !== undefined) {
          run.cells = known.cells
          run.keys = known.keys
        }
        return known !== undefined
      })
  }
}
