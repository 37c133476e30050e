/** A small cache of JSON texts by kind and id: code closures, compiled programs. Losing it costs time, never a result. */
import { nowSql } from "./Artifacts.ts"
import { rowCheck } from "./RowCheck.ts"
import type { Session } from "./Session.ts"

export interface Memo {
  get(kind: string, id: string): string | undefined
  /** Queued; in a read-only store kept for this process only. */
  set(kind: string, id: string, json: string): void
}

export const make = ({ checked, later, readOnly, readUnsafe, statement }: Session): Memo => {
  const find = statement<[string, string], [string, number]>(
    "SELECT json, row_check FROM memo WHERE kind = ? AND id = ?",
    "array"
  )
  const put = statement(`INSERT INTO memo (kind, id, json, row_check, at) VALUES (?, ?, ?, ?, ${nowSql})
     ON CONFLICT (kind, id) DO UPDATE SET json = excluded.json, row_check = excluded.row_check, at = excluded.at`)
  const pending = new Map<string, { readonly json: string }>()
  const name = (kind: string, id: string) => `${kind}\0${id}`

  return {
    get: (kind, id) => {
      const queued = pending.get(name(kind, id))
      if (queued !== undefined) return queued.json
      return checked(
        "memo",
        [kind, id],
        readUnsafe(() => find().get(kind, id))
      )
    },
    set: (kind, id, json) => {
      const entry = { json }
      pending.set(name(kind, id), entry)
      const settled = () => {
        if (pending.get(name(kind, id)) === entry) pending.delete(name(kind, id))
      }
      if (!readOnly) later(() => put().run(kind, id, json, rowCheck("memo", kind, id, json)), settled)
    }
  }
}
