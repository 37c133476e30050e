/**
 * Plans that are known as a whole: a plan of ten thousand nodes with nothing to do is one round trip. The row goes with
 * the first trace that is lost, by a trigger.
 */
import { Effect } from "effect"
import { checkOf, type PlanRow, wholeOf } from "../PlanRows.ts"
import type { RunHistory } from "../RunHistory.ts"
import type { Connection } from "./Connection.ts"
import type { Runs } from "./Runs.ts"
import { nowSql } from "./Time.ts"

/** So many plans are kept, the latest: a plan of 10,000 nodes takes 320 kB. More than on one machine, for more people. */
const mostPlans = 64

export type Plans = Pick<RunHistory["Service"], "knownPlan" | "keepPlan" | "recordLike">

const add = `INSERT INTO plans (id, cells, keys, artifacts, row_check, at) VALUES ($1, $2, $3, $4, $5, ${nowSql})
  ON CONFLICT (id) DO UPDATE SET cells = excluded.cells, keys = excluded.keys, artifacts = excluded.artifacts,
    row_check = excluded.row_check, at = excluded.at`
const dropOld = "DELETE FROM plans WHERE id NOT IN (SELECT id FROM plans ORDER BY at DESC, id LIMIT $1)"

export const make = ({ query, submit }: Connection, runs: Runs): Plans => {
  return {
    knownPlan: (id) =>
      Effect.map(
        query<{ n: number } & { [name in keyof PlanRow]: PlanRow[name] | null }>(
          "SELECT n, cells, keys, artifacts, row_check FROM losses LEFT JOIN plans ON id = $1",
          [id]
        ),
        ([row]) => {
          if (row === undefined) return { losses: 0, artifacts: undefined }
          const { artifacts, cells, keys, n, row_check } = row
          if (artifacts === null || cells === null || keys === null || row_check === null)
            return { losses: n, artifacts: undefined }
          return { losses: n, artifacts: wholeOf(id, { artifacts, cells, keys, row_check })?.artifacts }
        }
      ),
    keepPlan: (run, { artifacts, id, losses: before }) =>
      Effect.flatten(
        submit(
          Effect.fnUntraced(function* (statements) {
            // Whoever loses a trace now waits for this transaction, and finds the plan.
            const [losses] = yield* statements.query<{ n: number }>("SELECT n FROM losses FOR UPDATE")
            const lists = yield* runs.listsOf(statements, run)
            if (losses?.n !== before || lists === undefined) return
            const { cells, keys } = lists
            yield* statements.execute(add, [id, cells, keys, artifacts, checkOf(id, { artifacts, cells, keys })])
            yield* statements.execute(dropOld, [mostPlans])
          }),
          { flush: "now", bytes: artifacts.length }
        )
      ),
    recordLike: (run, id) =>
      Effect.flatten(
        submit(
          Effect.fnUntraced(function* (statements) {
            const [found] = yield* statements.query<PlanRow>(
              "SELECT cells, keys, artifacts, row_check FROM plans WHERE id = $1",
              [id]
            )
            const row = wholeOf(id, found)
            if (row !== undefined) yield* runs.link(statements, run, row)
            return row !== undefined
          }),
          { flush: "now" }
        )
      )
  }
}
