/** What the store knows of an experiment whose seeds are added in rounds: the figures, and how many seeds those ask for. */
import { Effect, Exit, Option, Schema } from "effect"
import type { Expansion } from "../declare/Experiment.ts"
import type { ArtifactHash } from "../domain/Hash.ts"
import { Metrics } from "../domain/Metrics.ts"
import type { CellInfo } from "../domain/RunEvent.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import type { SeedPlan } from "../domain/SeedRule.ts"
import { type SeedReach, seedReach, type ValueOf } from "../report/index.ts"
import { ArtifactStore, RunHistory } from "../store/index.ts"

const decodeMetrics = Schema.decodeUnknownOption(Schema.fromJsonString(Metrics))

const keyOf = (variant: string, seed: number | null) => JSON.stringify([variant, seed])

/** A cell and its figures: null where it has none and never will by itself, undefined where they are not known. */
export type KnownCell = readonly [cell: Pick<CellInfo, "variant" | "seed">, metrics: Metrics | undefined]

/** How far the known figures lead. */
export const reachBy = (plan: SeedPlan, cells: ReadonlyArray<KnownCell>): SeedReach => {
  const known = new Map(cells.map(([{ seed, variant }, metrics]) => [keyOf(variant, seed), metrics]))
  const value: ValueOf = (variant, seed) => {
    const metrics = known.get(keyOf(variant, seed))
    return metrics === undefined ? undefined : (metrics[plan.rule.metric]?.value ?? null)
  }
  return seedReach(plan, value)
}

/** Whether a cell is among those that are reached. */
export const within = ({ seeds }: SeedReach, { seed, variant }: Pick<CellInfo, "variant" | "seed">): boolean =>
  seed === null || seed < (seeds.get(variant) ?? 0)

/** The same by stored metrics; those that cannot be read are not known. */
export const reachOfStored = Effect.fnUntraced(function* (
  plan: SeedPlan,
  cells: ReadonlyArray<readonly [cell: Pick<CellInfo, "variant" | "seed">, metrics: ArtifactHash | undefined]>
) {
  const artifacts = yield* ArtifactStore
  const known = yield* Effect.forEach(cells, ([cell, hash]) =>
    hash === undefined
      ? Effect.succeed<KnownCell>([cell, undefined])
      : Effect.map(Effect.exit(artifacts.get(hash)), (bytes): KnownCell => {
          const text = Exit.isSuccess(bytes) ? new TextDecoder().decode(bytes.value) : ""
          return [cell, Option.getOrUndefined(decodeMetrics(text))]
        })
  )
  return reachBy(plan, known)
})

/** How far the figures of a run lead, and the cells that it had. */
export const reachOfRun = Effect.fnUntraced(function* (
  { cells }: Pick<Expansion, "cells">,
  seeds: SeedPlan,
  run: RunRecord
) {
  const recorded = new Map((yield* (yield* RunHistory).cellsOf(run.id)).map((cell) => [cell.cell, cell]))
  const reach = yield* reachOfStored(
    seeds,
    cells.flatMap((cell) => {
      const own = recorded.get(cell.id)
      return own === undefined ? [] : [[cell, own.outputs.metrics] as const]
    })
  )
  return { reach, recorded }
})

/**
 * Which cells a run had; of one that did not come to its end also those that its figures ask for. All of an experiment whose
 * seeds are not added in rounds.
 */
export const cellsOfRound = Effect.fnUntraced(function* (expansion: Expansion, run: RunRecord) {
  if (expansion.seeds === null) return undefined
  const { reach, recorded } = yield* reachOfRun(expansion, expansion.seeds, run)
  const isWhole = run.status === "succeeded"
  return (cell: CellInfo) => recorded.has(cell.id) || (!isWhole && within(reach, cell))
})
