/**
 * Plans that are known as a whole: every node of them has its trace. As long as no trace is lost, the store's answer to such
 * a plan is one row instead of a look-up for every node. The row goes with the first trace that is lost.
 */
import { createHash } from "node:crypto"
import { Effect } from "effect"
import type { RunId } from "../domain/Hash.ts"
import { nowSql } from "./Artifacts.ts"
import type { Runs } from "./Runs.ts"
import type { Session } from "./Session.ts"
import type { StoreError } from "./StoreError.ts"

/** So many plans are kept, the latest: a plan of 10,000 nodes takes 320 kB. */
const mostPlans = 8

/** What a run that finished leaves of its plan. */
export interface KnownPlan {
  /** The plan's fingerprint. */
  readonly id: string
  /** The artifacts of its nodes, packed. */
  readonly artifacts: Uint8Array
  /** `lossesUnsafe` from before the first of its nodes was looked up. */
  readonly losses: number
}

export interface Plans {
  /** How many traces were ever lost. A plan is kept only if none was while it was made and run. */
  lossesUnsafe(): number
  /** The packed artifacts of a plan that is known as a whole. */
  knownPlanUnsafe(id: string): Uint8Array | undefined
  /** Keeps a run's plan; after its cells and keys were recorded. */
  keepPlan(run: RunId, plan: KnownPlan): Effect.Effect<void, StoreError>
  /** Lists for a run what the kept plan's run listed. False where that plan is not kept any more. */
  recordLike(run: RunId, id: string): Effect.Effect<boolean, StoreError>
}

interface Row {
  readonly cells: string
  readonly keys: string
  readonly artifacts: Uint8Array
  readonly digest: string
}

/** What is wrong in a row must not answer for ten thousand nodes. */
const digestOf = (id: string, { artifacts, cells, keys }: Omit<Row, "digest">): string =>
  createHash("sha256").update(`${id};${cells};${keys};`).update(artifacts).digest("hex")

export const make = ({ readUnsafe, statement, submit }: Session, runs: Runs): Plans => {
  const losses = statement<[], number>("SELECT n FROM losses", "value")
  const find = statement<[string], Row>("SELECT cells, keys, artifacts, digest FROM plans WHERE id = ?")
  const add = statement(`INSERT INTO plans (id, cells, keys, artifacts, digest, at) VALUES (?, ?, ?, ?, ?, ${nowSql})
     ON CONFLICT (id) DO UPDATE SET cells = excluded.cells, keys = excluded.keys, artifacts = excluded.artifacts,
       digest = excluded.digest, at = excluded.at`)
  const dropOld = statement("DELETE FROM plans WHERE id NOT IN (SELECT id FROM plans ORDER BY at DESC, id LIMIT ?)")
  return {
    lossesUnsafe: () => readUnsafe(() => losses().get() ?? 0),
    knownPlanUnsafe: (id) => {
      const row = readUnsafe(() => find().get(id))
      return row !== undefined && digestOf(id, row) === row.digest ? row.artifacts : undefined
    },
    keepPlan: (run, plan) =>
      Effect.flatten(
        submit(
          () => {
            const lists = runs.listsOfUnsafe(run)
            if (losses().get() !== plan.losses || lists === undefined) return
            const { artifacts, id } = plan
            const { cells, keys } = lists
            add().run(id, cells, keys, artifacts, digestOf(id, { artifacts, cells, keys }))
            dropOld().run(mostPlans)
          },
          { flush: "now", bytes: plan.artifacts.length }
        )
      ),
    recordLike: (run, id) =>
      Effect.flatten(
        submit(
          () => {
            const row = find().get(id)
            if (row === undefined || digestOf(id, row) !== row.digest) return false
            runs.linkUnsafe(run, row)
            return true
          },
          { flush: "now" }
        )
      )
  }
}
