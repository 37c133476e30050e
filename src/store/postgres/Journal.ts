/** The table of what happened in each run, in parts. */
import { Effect } from "effect"
import { type JournalRow, pack, readParts } from "../JournalBytes.ts"
import type { RunJournal } from "../RunJournal.ts"
import type { Connection } from "./Connection.ts"

// A run that was forgotten meanwhile has no journal: that is no reason for its other results to fail.
const add = `INSERT INTO journal (run, part, entries, row_check)
  SELECT id, next.part, $2, row_check('journal', id, next.part::text, encode(sha256($2), 'hex'))
  FROM runs, (SELECT coalesce(max(part) + 1, 0) AS part FROM journal WHERE run = $1) AS next WHERE id = $1`

export const make = ({ checked, queryLatest, readOnly, submit }: Connection): RunJournal["Service"] => ({
  append: (run, entries) =>
    Effect.suspend(() => {
      if (readOnly || entries.length === 0) return Effect.void
      const bytes = pack(entries)
      return Effect.asVoid(
        submit((statements) => statements.execute(add, [run, bytes]), { flush: "soon", bytes: bytes.length })
      )
    }),
  read: (run, from) =>
    Effect.map(
      queryLatest<JournalRow>(
        "SELECT part, entries, row_check FROM journal WHERE run = $1 AND part >= $2 ORDER BY part",
        [run, from]
      ),
      (rows) => readParts({ checked }, run, from, rows)
    )
})
