/** The names that people gave to runs. */
import { Effect } from "effect"
import type { RunId } from "../../domain/Hash.ts"
import { rowCheck } from "../RowCheck.ts"
import type { RunHistory } from "../RunHistory.ts"
import type { Connection } from "./Connection.ts"

export type Tags = Pick<RunHistory["Service"], "tag" | "untag" | "tags">

interface Row {
  readonly name: string
  readonly run: RunId
  readonly row_check: number
}

export const make = ({ checked, queryLatest, submit }: Connection): Tags => ({
  tag: (run, name) =>
    Effect.flatten(
      submit(
        Effect.fnUntraced(function* (statements) {
          yield* statements.execute(
            "INSERT INTO tags (name, run, row_check) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
            [name, run, rowCheck("tags", name, run)]
          )
          const [row] = yield* statements.query<Row>("SELECT run FROM tags WHERE name = $1", [name])
          return row?.run ?? run
        }),
        { flush: "now" }
      )
    ),
  untag: (name) =>
    Effect.flatten(
      submit(
        (statements) => Effect.map(statements.execute("DELETE FROM tags WHERE name = $1", [name]), (rows) => rows > 0),
        { flush: "now" }
      )
    ),
  // One that does not check names no run.
  tags: Effect.map(
    queryLatest<Row>('SELECT name, run, row_check FROM tags ORDER BY name COLLATE "C"'),
    (rows) =>
      new Map(
        rows.flatMap(({ name, row_check, run }): ReadonlyArray<readonly [string, RunId]> => {
          const found = checked("tags", [name], [run, row_check])
          return found === undefined ? [] : [[name, found]]
        })
      )
  )
})
