/** The memo's table. A value is given back before it is written. */
import { Effect } from "effect"
import type { Memo } from "../Memo.ts"
import { rowCheck } from "../RowCheck.ts"
import type { Connection } from "./Connection.ts"
import { nowSql } from "./Time.ts"

export const make = ({ checked, later, read, readOnly, statement }: Connection): Memo["Service"] => {
  const find = statement<[string, string], [string, number]>(
    "SELECT json, row_check FROM memo WHERE kind = ? AND id = ?",
    "array"
  )
  const put = statement(`INSERT INTO memo (kind, id, json, row_check, at) VALUES (?, ?, ?, ?, ${nowSql})
     ON CONFLICT (kind, id) DO UPDATE SET json = excluded.json, row_check = excluded.row_check, at = excluded.at`)
  const pending = new Map<string, { readonly json: string }>()
  const name = (kind: string, id: string) => `${kind}\0${id}`

  return {
    get: (kind, id) =>
      read(() => {
        const queued = pending.get(name(kind, id))
        return queued === undefined ? checked("memo", [kind, id], find().get(kind, id)) : queued.json
      }),
    set: (kind, id, json) =>
      Effect.sync(() => {
        const entry = { json }
        pending.set(name(kind, id), entry)
        const settled = () => {
          if (pending.get(name(kind, id)) === entry) pending.delete(name(kind, id))
        }
        if (!readOnly) later(() => put().run(kind, id, json, rowCheck("memo", kind, id, json)), settled)
      })
  }
}
