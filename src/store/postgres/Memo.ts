/**
 * The memo. What was found out about this machine's files stays on this machine; what a code hash stands for is
 * everybody's, since anybody's `why` may ask for it.
 */
import { Effect } from "effect"
import type { Memo } from "../Memo.ts"
import { rowCheck } from "../RowCheck.ts"
import type { Connection } from "./Connection.ts"
import { nowSql } from "./Time.ts"

const isEverybodys = (kind: string): boolean => /^(code-text|source-files|test-rows)(\/|$)/.test(kind)

const put = `INSERT INTO memo (kind, id, json, row_check, at) VALUES ($1, $2, $3, $4, ${nowSql})
  ON CONFLICT (kind, id) DO UPDATE SET json = excluded.json, row_check = excluded.row_check, at = excluded.at`

interface Row {
  readonly json: string
  readonly row_check: number
}

/** `own` is this machine's. */
export const make = ({ checked, later, query }: Connection, own: Memo["Service"]): Memo["Service"] => {
  const pending = new Map<string, { readonly json: string }>()
  const name = (kind: string, id: string) => `${kind}\0${id}`
  return {
    get: (kind, id) =>
      Effect.suspend(() => {
        if (!isEverybodys(kind)) return own.get(kind, id)
        const queued = pending.get(name(kind, id))
        if (queued !== undefined) return Effect.succeed(queued.json)
        return Effect.map(
          query<Row>("SELECT json, row_check FROM memo WHERE kind = $1 AND id = $2", [kind, id]),
          ([row]) => row && checked("memo", [kind, id], [row.json, row.row_check])
        )
      }),
    set: (kind, id, json) =>
      Effect.suspend(() => {
        if (!isEverybodys(kind)) return own.set(kind, id, json)
        const entry = { json }
        pending.set(name(kind, id), entry)
        const settled = () => {
          if (pending.get(name(kind, id)) === entry) pending.delete(name(kind, id))
        }
        later(
          (statements) => Effect.asVoid(statements.execute(put, [kind, id, json, rowCheck("memo", kind, id, json)])),
          settled
        )
        return Effect.void
      })
  }
}
