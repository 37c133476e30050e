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

export const make = ({ checked, readLatest, statement, submit }: Connection): Tags => {
  const add = statement("INSERT OR IGNORE INTO tags (name, run, row_check) VALUES (?, ?, ?)")
  const remove = statement("DELETE FROM tags WHERE name = ?")
  const holder = statement<[string], RunId>("SELECT run FROM tags WHERE name = ?", "value")
  const all = statement<[], Row>("SELECT name, run, row_check FROM tags ORDER BY name")
  return {
    tag: (run, name) =>
      Effect.flatten(
        submit(
          () => {
            add().run(name, run, rowCheck("tags", name, run))
            return holder().get(name) ?? run
          },
          { flush: "now" }
        )
      ),
    untag: (name) => Effect.flatten(submit(() => remove().run(name).changes > 0, { flush: "now" })),
    // One that does not check names no run.
    tags: readLatest(
      () =>
        new Map(
          all()
            .all()
            .flatMap(({ name, row_check, run }): ReadonlyArray<readonly [string, RunId]> => {
              const found = checked("tags", [name], [run, row_check])
              return found === undefined ? [] : [[name, found]]
            })
        )
    )
  }
}
