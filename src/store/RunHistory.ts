/** The runs: what was asked, in what environment, how each ended, what every cell gave; and the plans that they left whole. */
import { Context, Effect } from "effect"
import type { Key, RunId } from "../domain/Hash.ts"
import type { RunCell, RunRecord } from "../domain/RunRecord.ts"
import type { StoreError } from "./StoreError.ts"

/** An experiment is its file and its name: two files may declare one name. Without a file, any of that name. */
export interface ExperimentId {
  readonly name: string
  /** As in the run's record. */
  readonly file?: string | undefined
}

/** Which runs count in `latestRun`: every one, those no longer running, or those whose cells all succeeded. */
export type RunFilter = "any" | "finished" | "succeeded"

/** What a run that finished leaves of its plan. */
export interface KnownPlan {
  /** The plan's fingerprint. */
  readonly id: string
  /** The artifacts of its nodes, packed. */
  readonly artifacts: Uint8Array
  /** `losses` as `knownPlan` gave them before the first of its nodes was looked up. */
  readonly losses: number
}

/** What the store answers to a plan's fingerprint. */
export interface PlanAnswer {
  /** The packed artifacts, where the plan is known as a whole. */
  readonly artifacts: Uint8Array | undefined
  /** How many traces were ever lost. A plan is kept only if none was while it was made and run. */
  readonly losses: number
}

type RunsOf = (experiment: ExperimentId, limit?: number) => Effect.Effect<ReadonlyArray<RunRecord>, StoreError>

export class RunHistory extends Context.Service<
  RunHistory,
  {
    /** Records a run with this process as its owner. A run of the same id is refused (`RunExists`). */
    startRun(run: RunRecord): Effect.Effect<void, StoreError>
    /**
     * Records a cell that has ended in a run that goes on, so that a kill does not lose it: the outer effect queues (with
     * the commits of its nodes) and never waits, the inner one completes when it is durable.
     */
    recordCell(run: RunId, cell: RunCell): Effect.Effect<Effect.Effect<void, StoreError>>
    /** The cells' published outputs, in order; they replace what was recorded before, cell by cell too. */
    recordCells(run: RunId, cells: ReadonlyArray<RunCell>): Effect.Effect<void, StoreError>
    /** Every key that the run used, hits too: `gc` with `keepRuns` keeps the traces of the runs it keeps. */
    recordKeys(run: RunId, keys: ReadonlyArray<Key>): Effect.Effect<void, StoreError>
    /** Replaces the record of the run with the same id. */
    finishRun(run: RunRecord): Effect.Effect<void, StoreError>
    /** The one recorded last first; at most `limit`, 100 by default. A run that was left running by a process that died is `interrupted`. */
    runs(limit?: number): Effect.Effect<ReadonlyArray<RunRecord>, StoreError>
    run(id: RunId): Effect.Effect<RunRecord | undefined, StoreError>
    /** The runs of an experiment, the one recorded last first; at most `limit`, 100 by default. */
    readonly runsOf: RunsOf
    /** The run of an experiment that was recorded last among those that pass the filter, `any` by default. */
    latestRun(experiment: ExperimentId, filter?: RunFilter): Effect.Effect<RunRecord | undefined, StoreError>
    /** The recorded cells: of a run that has not ended, those that have. */
    cellsOf(run: RunId): Effect.Effect<ReadonlyArray<RunCell>, StoreError>
    /** The keys that the run recorded, in its order; empty where it recorded none. */
    keysOf(run: RunId): Effect.Effect<ReadonlyArray<Key>, StoreError>
    /** Names a run, where no run has that name yet; gives the run that has it then. Tagged runs are kept by `gc`. */
    tag(run: RunId, name: string): Effect.Effect<RunId, StoreError>
    /** Whether a run had the name. */
    untag(name: string): Effect.Effect<boolean, StoreError>
    /** By name, sorted. */
    readonly tags: Effect.Effect<ReadonlyMap<string, RunId>, StoreError>
    /** Whether every node of the plan with this fingerprint is known: as long as no trace is lost, one answer for all of them. */
    knownPlan(id: string): Effect.Effect<PlanAnswer, StoreError>
    /** Keeps a run's plan, after its cells and keys were recorded; not where a trace was lost since. */
    keepPlan(run: RunId, plan: KnownPlan): Effect.Effect<void, StoreError>
    /** Lists for a run what the kept plan's run listed. False where that plan is not kept any more. */
    recordLike(run: RunId, id: string): Effect.Effect<boolean, StoreError>
  }
>()("ablate/store/RunHistory") {}

const passes = (filter: RunFilter, { status }: RunRecord): boolean =>
  filter === "succeeded" ? status === "succeeded" : filter === "any" || status !== "running"

/** `latestRun` by an implementation's `runsOf`. Mostly the last run passes. */
export const latestBy = (runsOf: RunsOf) =>
  Effect.fnUntraced(function* (experiment: ExperimentId, filter: RunFilter = "any") {
    for (const limit of [1, 100, Number.POSITIVE_INFINITY]) {
      const runs = yield* runsOf(experiment, limit)
      const found = runs.find((run) => passes(filter, run))
      if (found !== undefined || runs.length < limit) return found
    }
    return undefined
  })
