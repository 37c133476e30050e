/**
 * Plans that are known as a whole: every node of them has its trace. As long as no trace is lost, the store's answer to such
 * a plan is one row instead of a look-up for every node. The row goes with the first trace that is lost.
 */
import { Effect } from "effect"
import { checkOf, type PlanRow, wholeOf } from "../PlanRows.ts"
import type { RunHistory } from "../RunHistory.ts"
import type { Connection } from "./Connection.ts"
import type { Runs } from "./Runs.ts"
import { nowSql } from "./Time.ts"

/** So many plans are kept, the latest: a plan of 10,000 nodes takes 320 kB. */
const mostPlans = 8

export type Plans = Pick<RunHistory["Service"], "knownPlan" | "keepPlan" | "recordLike">

export const make = ({ readInBurst, statement, submit }: Connection, runs: Runs): Plans => {
  const losses = statement<[], number>("SELECT n FROM losses", "value")
  const find = statement<[string], PlanRow>("SELECT cells, keys, artifacts, row_check FROM plans WHERE id = ?")
  const add = statement(`INSERT INTO plans (id, cells, keys, artifacts, row_check, at) VALUES (?, ?, ?, ?, ?, ${nowSql})
     ON CONFLICT (id) DO UPDATE SET cells = excluded.cells, keys = excluded.keys, artifacts = excluded.artifacts,
       row_check = excluded.row_check, at = excluded.at`)
  const dropOld = statement("DELETE FROM plans WHERE id NOT IN (SELECT id FROM plans ORDER BY at DESC, id LIMIT ?)")

  const whole = (id: string): PlanRow | undefined => wholeOf(id, find().get(id))

  return {
    knownPlan: (id) => readInBurst(() => ({ losses: losses().get() ?? 0, artifacts: whole(id)?.artifacts })),
    keepPlan: (run, { artifacts, id, losses: before }) =>
      Effect.flatten(
        submit(
          () => {
            const lists = runs.listsOf(run)
            if (losses().get() !== before || lists === undefined) return
            const { cells, keys } = lists
            add().run(id, cells, keys, artifacts, checkOf(id, { artifacts, cells, keys }))
            dropOld().run(mostPlans)
          },
          { flush: "now", bytes: artifacts.length }
        )
      ),
    recordLike: (run, id) =>
      Effect.flatten(
        submit(
          () => {
            const row = whole(id)
            if (row !== undefined) runs.link(run, row)
            return row !== undefined
          },
          { flush: "now" }
        )
      )
  }
}
